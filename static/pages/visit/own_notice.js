/** Says what the others see and hear of this person: for as long as nobody hears them, and once where there is no picture. */

import { ownWords } from "../../js/visit/own_words.js";
import { part, write } from "./elements.js";

export class OwnNotice {
  #line = part("room-own", HTMLElement);
  #around;
  #words = "";

  /**
   * @param {object} around
   * @param {import("./notices.js").Announcer} around.announcer
   * @param {(words: string) => void} around.note - for a while
   * @param {() => void} around.openSettings
   */
  constructor(around) {
    this.#around = around;
    part("room-own-settings", HTMLButtonElement).addEventListener("click", around.openSettings);
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  render(state) {
    const told = ownWords(state);
    const words = told?.words ?? "";
    if (words === this.#words) return;
    this.#words = words;
    this.#line.hidden = !told?.unheard;
    write(part("room-own-words", HTMLElement), told?.unheard ? words : "");
    if (told?.unheard) this.#around.announcer.say(words);
    else if (told) this.#around.note(words);
  }
}
