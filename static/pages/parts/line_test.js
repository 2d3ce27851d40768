/**
 * The test of one's line, in a `<section data-line-test data-token="…">`: what it is for, how far it is, what came of it in
 * plain words, and what to do next. When it has ended, the section sends `line-tested` with the outcome.
 */

import { measuredWords, troubleWords, verdictOf } from "../../js/line_words.js";
import { LineProbe } from "../../js/probe.js";
import { browserClock } from "../../js/visit/clock.js";

/** @typedef {import("../../js/probe.js").ProbeOutcome} ProbeOutcome */
/** @typedef {import("../../js/probe.js").ProbeStage} ProbeStage */

const MEASURES_SECONDS = 11;
const SLOW_MS = 6_000;

/** @type {Record<ProbeStage, string>} */
const STAGE_WORDS = {
  connecting: "We connect to your device.",
  measuring: "We measure how much your line carries, and how steady it is. Please stay on this page.",
};
const SLOW_WORDS = "This takes longer than usual. We go on trying. Please stay on this page.";

/**
 * Fill the section; a test begins when its button is pressed.
 * @param {HTMLElement} root
 * @param {string} visitId
 * @returns {LineTest}
 */
export function lineTest(root, visitId) {
  return new LineTest(root, visitId);
}

export class LineTest {
  #root;
  #visitId;
  /** @type {LineProbe | null} */
  #probe = null;
  /** @type {Promise<void>} */
  #ended = Promise.resolve();
  #timer = 0;
  #steps = element("ol", "flow");
  #words = element("p", "hint");
  #progress = document.createElement("progress");
  #outcome = element("div", "flow");
  #act = button("Test my line");

  /**
   * @param {HTMLElement} root
   * @param {string} visitId
   */
  constructor(root, visitId) {
    this.#root = root;
    this.#visitId = visitId;
    const title = element("h2", "", "Test your line");
    title.id = "line-test-title";
    this.#words.setAttribute("role", "status");
    this.#words.setAttribute("aria-live", "polite");
    this.#progress.setAttribute("aria-labelledby", title.id);
    this.#outcome.setAttribute("aria-live", "polite");
    const why = element("p", "", "We look if your line can carry a video visit. It takes about 15 seconds, and sends about one megabyte.");
    const actions = element("div", "actions");
    actions.append(this.#act);
    const box = element("div", "progress");
    box.append(this.#words, this.#progress);
    root.setAttribute("aria-labelledby", title.id);
    root.replaceChildren(title, why, this.#steps, box, this.#outcome, actions);
    root.hidden = false;
    this.#act.addEventListener("click", () => (this.#probe ? this.stop() : void this.run()));
    window.addEventListener("pagehide", () => this.stop());
    this.#rest();
  }

  /**
   * Begin a test, unless one runs.
   * @returns {Promise<void>} until it has ended
   */
  run() {
    if (!this.#probe) this.#ended = this.#run();
    return this.#ended;
  }

  /** Until a test that runs has ended. */
  get ended() {
    return this.#ended;
  }

  /** End a test that runs, as when the visit begins. */
  stop() {
    this.#probe?.stop();
  }

  async #run() {
    this.#root.dataset.state = "running";
    this.#outcome.replaceChildren();
    label(this.#act, "Stop the test");
    this.#probe = new LineProbe(this.#visitId, this.#root.dataset.token ?? "", {
      createConnection: (configuration) => new RTCPeerConnection(configuration),
      fetch: (...given) => fetch(...given),
      clock: browserClock,
      onStage: (stage) => this.#show(stage),
    });
    const outcome = await this.#probe.run();
    this.#probe = null;
    this.#rest();
    this.#end(outcome);
  }

  /** @param {ProbeStage} stage */
  #show(stage) {
    if (this.#root.dataset.stage === stage) return;
    clearTimeout(this.#timer);
    this.#root.dataset.stage = stage;
    this.#words.hidden = this.#progress.hidden = this.#steps.hidden = false;
    this.#words.textContent = STAGE_WORDS[stage];
    const reached = stage === "measuring";
    this.#steps.replaceChildren(step("Connect", reached ? "good" : "info"), step("Measure", reached ? "info" : "quiet"));
    if (reached) this.#count(0);
    else this.#wait();
  }

  /** Nobody knows how long it takes; after a while say that it takes long. */
  #wait() {
    this.#progress.removeAttribute("value");
    this.#timer = window.setTimeout(() => (this.#words.textContent = SLOW_WORDS), SLOW_MS);
  }

  /** @param {number} second */
  #count(second) {
    this.#progress.max = MEASURES_SECONDS;
    this.#progress.value = Math.min(second, MEASURES_SECONDS);
    if (second > MEASURES_SECONDS + 2) this.#words.textContent = SLOW_WORDS;
    else this.#timer = window.setTimeout(() => this.#count(second + 1), 1_000);
  }

  #rest() {
    clearTimeout(this.#timer);
    delete this.#root.dataset.stage;
    this.#words.textContent = "";
    this.#words.hidden = this.#progress.hidden = this.#steps.hidden = true;
  }

  /** @param {ProbeOutcome} outcome */
  #end(outcome) {
    const { results, trouble } = outcome;
    this.#root.dataset.state = results ? "done" : "failed";
    label(this.#act, "Test again");
    if (results) this.#outcome.replaceChildren(notice(verdictOf(results)), details(measuredWords(results)));
    else this.#outcome.replaceChildren(notice({ kind: trouble === "stopped" ? "info" : "care", ...troubleWords(trouble) }));
    this.#root.dispatchEvent(new CustomEvent("line-tested", { bubbles: true, detail: outcome }));
  }
}

/** @param {{kind: string, title: string, next: string[]}} said */
function notice({ kind, title, next }) {
  const box = element("div", "notice");
  box.dataset.kind = kind;
  const body = element("div", "notice-body");
  const steps = element("ul", "");
  steps.append(...next.map((words) => element("li", "", words)));
  body.append(element("h3", "notice-title", title), ...(next.length > 1 ? [steps] : next.map((words) => element("p", "", words))));
  box.append(sign(kind), body);
  return box;
}

/** @param {string[]} lines */
function details(lines) {
  const box = element("details", "disclosure");
  const summary = element("summary", "");
  const body = element("ul", "disclosure-body");
  summary.append(element("span", "", "What we measured"), sign("down"));
  body.append(...lines.map((words) => element("li", "", words)));
  box.append(summary, body);
  return box;
}

/** @type {Record<string, string>} */
const STEP_WORDS = { good: "Done", info: "Now", quiet: "Later" };

/**
 * @param {string} words
 * @param {string} kind
 */
function step(words, kind) {
  const item = element("li", "", `${words} `);
  const state = element("span", "status", STEP_WORDS[kind]);
  state.dataset.kind = kind;
  state.prepend(sign(kind));
  item.append(state);
  return item;
}

/** @param {string} words */
function button(words) {
  const made = document.createElement("button");
  made.className = "button";
  made.type = "button";
  made.dataset.kind = "secondary";
  made.append(element("span", "", words));
  return made;
}

/**
 * @param {HTMLButtonElement} pressed
 * @param {string} words
 */
function label(pressed, words) {
  const place = pressed.querySelector("span");
  if (place) place.textContent = words;
}

/**
 * The sign of the set that the page's own signs are from.
 * @param {string} name
 */
function sign(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  const known = document.querySelector(".sign use")?.getAttribute("href") ?? "";
  if (!svg || !use) throw new Error("no signs");
  use.setAttribute("href", known.replace(/#.*$/, `#${name}`));
  svg.setAttribute("class", "sign");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/**
 * @param {string} tag
 * @param {string} name - its class
 * @param {string} [words]
 * @returns {HTMLElement}
 */
function element(tag, name, words = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = words;
  return made;
}
