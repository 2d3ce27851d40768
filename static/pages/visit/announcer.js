/** One voice for people who listen to the page. */

import { part } from "./elements.js";

export class Announcer {
  #region = part("visit-news", HTMLElement);

  /** @param {string} words */
  say(words) {
    // The same words twice are two pieces of news; a reader hears a change only.
    this.#region.textContent = this.#region.textContent === words ? `${words}\u00a0` : words;
  }
}
