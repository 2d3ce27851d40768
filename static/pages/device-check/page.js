/** The page of the check: shows the step that is open, says what happens, and sends the result. */

import { chime } from "../../js/chime.js";
import { adviceForStep } from "../../js/device_advice.js";
import { DeviceCheck, STEPS, canHoldAVisit } from "../../js/device_check.js";
import { browserOf } from "../../js/visit/advice.js";
import { Devices } from "../../js/visit/devices.js";
import { LevelMeter } from "../../js/visit/meter.js";
import { say } from "../parts/live.js";

/** @typedef {import("../../js/device_check.js").CheckView} CheckView */
/** @typedef {import("../../js/device_check.js").Result} Result */
/** @typedef {import("../../js/device_check.js").StepName} StepName */

const LISTEN_EVERY_MS = 40; // the meter hears the last 20 ms

/** @type {Record<StepName, string>} */
const THINGS = { browser: "browser", camera: "camera", microphone: "microphone", speaker: "speaker" };

class CheckPage {
  #root;
  #check;
  /** @type {AudioContext | null} */
  #context = null;
  #meter = new LevelMeter(() => this.#sound());
  /** @type {StepName | null} */
  #shown = null;
  /** @type {Result | null} */
  #result = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#check = new DeviceCheck(
      {
        supported: () => canHoldAVisit(window),
        devices: new Devices(navigator.mediaDevices, localStorage),
        meter: {
          listen: (track) => this.#meter.listen(track ? new MediaStream([track]) : null),
          level: () => this.#meter.level(),
        },
        play: () => chime(this.#sound()),
      },
      (view) => this.#show(view),
    );
    root.addEventListener("click", (event) => this.#act(event));
    addEventListener("pagehide", () => this.#check.close());
    setInterval(() => this.#check.listen(), LISTEN_EVERY_MS);
  }

  start() {
    this.#root.hidden = false;
    this.#result = null;
    this.#check.start();
  }

  #sound() {
    this.#context ??= new AudioContext();
    return this.#context;
  }

  /** @param {Event} event */
  #act(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-do]") : null;
    if (!(button instanceof HTMLElement)) return;
    const acts = {
      go: () => void this.#check.go(),
      yes: () => this.#check.confirm(),
      no: () => this.#check.deny(),
      skip: () => this.#check.skip(),
      again: () => this.start(),
      send: () => void this.#send(),
    };
    acts[/** @type {keyof typeof acts} */ (button.dataset.do)]?.();
  }

  /** @param {CheckView} view */
  #show(view) {
    const held = this.#root.contains(document.activeElement);
    const changed = STEPS.filter((name) => this.#showStep(name, view));
    this.#showPicture(view.camera);
    const meter = this.#root.querySelector("meter");
    if (meter) meter.value = view.level;
    part("check-end").hidden = view.result === null;
    if (view.result) this.#end(view.result, view);
    if (changed.length === 0) return;
    this.#announce(view);
    if (held) focusIn(view.now ? part(`check-${view.now}`) : part("check-end"));
  }

  /**
   * @param {StepName} name
   * @param {CheckView} view
   * @returns {boolean} whether it has changed
   */
  #showStep(name, view) {
    const step = part(`check-${name}`);
    const state = view.steps[name];
    if (step.dataset.state === state) return false;
    step.dataset.state = state;
    for (const each of step.querySelectorAll("[data-when]")) {
      if (each instanceof HTMLElement) each.hidden = !(each.dataset.when ?? "").split(" ").includes(state);
    }
    return true;
  }

  /** @param {MediaStreamTrack | null} camera */
  #showPicture(camera) {
    const video = this.#root.querySelector("video");
    if (!video) return;
    const shown = video.srcObject instanceof MediaStream ? (video.srcObject.getTracks()[0] ?? null) : null;
    if (shown !== camera) video.srcObject = camera ? new MediaStream([camera]) : null;
  }

  /** @param {CheckView} view */
  #announce({ now, steps, trouble }) {
    const before = this.#shown;
    this.#shown = now;
    if (now && trouble) return this.#help(now, trouble);
    if (!now || now === before) return;
    const done = before && steps[before] === "good" ? `Your ${THINGS[before]} works. ` : "";
    say(`${done}Next: ${part(`check-${now}`).querySelector("h2")?.textContent ?? ""}.`);
  }

  /**
   * @param {StepName} name
   * @param {CheckView["trouble"]} trouble
   */
  #help(name, trouble) {
    const { title, steps } = adviceForStep(name, trouble, browserOf(navigator.userAgent));
    const step = part(`check-${name}`);
    const heading = step.querySelector("[data-advice-title]");
    if (heading) heading.textContent = title;
    step.querySelector("[data-advice-steps]")?.replaceChildren(...steps.map(listItem));
    say(`${title}. ${steps.join(" ")}`);
  }

  /**
   * @param {Result} result
   * @param {CheckView} view
   */
  #end(result, { steps }) {
    if (this.#result) return;
    this.#result = result;
    const ready = result.browser && result.camera && result.microphone;
    for (const each of part("check-end").querySelectorAll("[data-end]")) {
      if (each instanceof HTMLElement) each.hidden = each.dataset.end !== (ready ? "ready" : "not-ready");
    }
    const missing = STEPS.filter((name) => steps[name] !== "good").map((name) => THINGS[name]);
    part("check-missing").textContent = missing.join(", ");
    void this.#send();
  }

  async #send() {
    const { report, token } = this.#root.dataset;
    if (!report || !this.#result) return;
    part("check-unsent").hidden = true;
    try {
      await send(report, token ?? "", this.#result);
      part("check-end").dataset.sent = "yes";
    } catch {
      part("check-unsent").hidden = false; // nothing is lost: the button sends it again
      say("We could not save the result. Press Save the result to try again.");
    }
  }
}

/**
 * @param {string} address
 * @param {string} token
 * @param {Result} result
 */
async function send(address, token, result) {
  const answer = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
    body: JSON.stringify(result),
  });
  if (!answer.ok) throw new Error(`the result was answered with ${answer.status}`);
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * Put the focus where the next thing is done, or on the heading.
 * @param {HTMLElement} place
 */
function focusIn(place) {
  for (const target of [...place.querySelectorAll("[data-focus]"), ...place.querySelectorAll("h2")]) {
    if (target instanceof HTMLElement && target.checkVisibility()) return target.focus();
  }
}

/** @param {string} words */
function listItem(words) {
  const item = document.createElement("li");
  item.textContent = words;
  return item;
}

const root = document.getElementById("check");
if (root) new CheckPage(root).start();
