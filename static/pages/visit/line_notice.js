/** The sentence above the bar: what is wrong with the line, what the page does about it, for how long, and the telephone. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { lineWords } from "../../js/visit/wording.js";
import { part, write } from "./elements.js";

const SHOW_SECONDS_AFTER = 3;

export class LineNotice {
  #notice = part("room-line", HTMLElement);
  #timers = new Timers(browserClock);
  #announcer;
  #words = "";
  #sinceMs = 0;

  /** @param {import("./announcer.js").Announcer} announcer */
  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** @param {import("../../js/visit/visit.js").CallView} view */
  render(view) {
    const line = lineWords(view);
    const words = line?.words ?? "";
    if (words === this.#words) return;
    this.#announcer.say(words || "The connection is good again.");
    this.#words = words;
    this.#sinceMs = this.#timers.now;
    this.#notice.hidden = line === null;
    write(part("room-line-words", HTMLElement), words);
    this.#count(line?.mending ?? false);
  }

  /** @param {boolean} mending */
  #count(mending) {
    this.#timers.stop();
    write(part("room-line-since", HTMLElement), "");
    if (mending) this.#timers.every(1_000, () => this.#showSince());
  }

  #showSince() {
    const seconds = Math.round((this.#timers.now - this.#sinceMs) / 1_000);
    if (seconds >= SHOW_SECONDS_AFTER) write(part("room-line-since", HTMLElement), `(${seconds} seconds so far)`);
  }
}
