/** What somebody can do when their camera or microphone cannot be used; on the preview and in the room. */

import { adviceOn, browserOf } from "../../js/visit/advice.js";
import { part, write } from "./elements.js";

export class DeviceHelp {
  #help;
  #title;
  #steps;

  /**
   * @param {string} screen - whose help this is
   * @param {() => void} retry
   */
  constructor(screen, retry) {
    this.#help = part(`${screen}-help`, HTMLElement);
    this.#title = part(`${screen}-help-title`, HTMLElement);
    this.#steps = part(`${screen}-help-steps`, HTMLElement);
    part(`${screen}-retry`, HTMLButtonElement).addEventListener("click", retry);
  }

  /** @param {Pick<import("../../js/visit/media.js").MediaState, "troubles">} state */
  render({ troubles }) {
    const advice = adviceOn(troubles, browserOf(navigator.userAgent));
    this.#help.hidden = advice === null;
    if (!advice || this.#title.textContent === advice.title) return;
    write(this.#title, advice.title);
    this.#steps.replaceChildren(...advice.steps.map(listItem));
  }
}

/** @param {string} words */
function listItem(words) {
  const item = document.createElement("li");
  item.textContent = words;
  return item;
}
