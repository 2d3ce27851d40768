/** What the page says by itself: one voice for people who listen, and the sentence above the bar. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { NO_TROUBLE, sinceWords, telephoneHelps, troubleAfter } from "../../js/visit/patience.js";
import { lineWords } from "../../js/visit/wording.js";
import { part, write } from "./elements.js";

const SAID_MS = 20_000; // long enough for a slow reader to come to it
const MOST_SAID = 6;

/** One voice for people who listen to the page. What is said later waits for what was said before. */
export class Announcer {
  #region = part("visit-news", HTMLElement);

  /** @param {string} words - empty: nothing */
  say(words) {
    if (words === "") return;
    const line = document.createElement("p");
    line.textContent = words;
    this.#region.append(line);
    while (this.#region.childElementCount > MOST_SAID) this.#region.firstElementChild?.remove();
    setTimeout(() => line.remove(), SAID_MS);
  }
}

const PATIENCE_MS = 1_500; // what mends itself sooner frightens for nothing

/** What is wrong with the line, what the page does about it, for how long, and the telephone where that is the better way. */
export class LineNotice {
  #notice = part("room-line", HTMLElement);
  #since = part("room-line-since", HTMLElement);
  #phone = part("room-line-phone", HTMLElement);
  #timers = new Timers(browserClock);
  #announcer;
  #words = "";
  #trouble = NO_TROUBLE;

  /** @param {Announcer} announcer */
  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** @param {import("../../js/visit/visit.js").CallView} view */
  render(view) {
    const line = lineWords(view);
    const words = line?.words ?? "";
    this.#trouble = troubleAfter(this.#trouble, line, this.#timers.now);
    if (words === this.#words) return;
    this.#words = words;
    this.#timers.stop();
    if (line) this.#timers.after(PATIENCE_MS, () => this.#show(line, view.advice));
    else this.#hide();
  }

  /**
   * @param {import("../../js/visit/wording.js").LineWords} line
   * @param {import("../../js/visit/view.js").LineAdvice | null} advice
   */
  #show({ words, mending, talking }, advice) {
    write(part("room-line-words", HTMLElement), words);
    this.#notice.toggleAttribute("data-calm", mending && talking);
    this.#follow(advice);
    this.#notice.hidden = false;
    this.#announcer.say(words);
    if (mending) this.#timers.every(1_000, () => this.#follow(advice));
  }

  /** @param {import("../../js/visit/view.js").LineAdvice | null} advice */
  #follow(advice) {
    const { mendingSinceMs } = this.#trouble;
    const now = this.#timers.now;
    write(this.#since, mendingSinceMs === null ? "" : sinceWords(now - mendingSinceMs));
    this.#phone.hidden = !telephoneHelps(this.#trouble, advice, now);
  }

  #hide() {
    if (!this.#notice.hidden) this.#announcer.say("The connection is good again.");
    this.#notice.hidden = true;
  }
}

const NOTED_MS = 8_000;

/** How something went that was asked for: above the bar for a while, and read aloud once. */
export class Note {
  #line = part("room-note", HTMLElement);
  #timers = new Timers(browserClock);
  #announcer;

  /** @param {Announcer} announcer */
  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** @param {string} words - for a while; empty: take away what stands there */
  show(words) {
    if (words === "") return this.clear();
    this.keep(words);
    this.#timers.after(NOTED_MS, () => this.clear());
  }

  /** @param {string} words - for good */
  keep(words) {
    this.#timers.stop();
    if (this.#line.textContent === words && !this.#line.hidden) return;
    write(this.#line, words);
    this.#line.hidden = false;
    this.#announcer.say(words);
  }

  clear() {
    this.#timers.stop();
    this.#line.hidden = true;
    write(this.#line, "");
  }
}
