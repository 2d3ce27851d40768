/** Somebody asks this person to mute: only they can do it, with one press. */

import { newsWords } from "../../js/visit/wording.js";
import { inside, part, write } from "./elements.js";

/** @typedef {Extract<import("../../js/visit/roster.js").News, {kind: "mute-asked"}>} Asked */
/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */

export class MuteAsked {
  #box = part("room-asked", HTMLElement);
  #yes = part("room-asked-yes", HTMLButtonElement);
  /** @type {Asked["what"] | null} */
  #asked = null;

  /** @param {{mute: () => void, switchCameraOff: () => void}} own */
  constructor(own) {
    this.#yes.addEventListener("click", () => (this.#asked === "video" ? own.switchCameraOff() : own.mute()));
    part("room-asked-no", HTMLButtonElement).addEventListener("click", () => this.#settle());
  }

  /** @param {Asked} news */
  hear(news) {
    this.#asked = news.what;
    write(part("room-asked-words", HTMLElement), newsWords(news));
    write(inside(this.#yes, "span", HTMLElement), news.what === "video" ? "Switch my camera off" : "Mute me");
    this.#box.hidden = false;
  }

  /** @param {MediaState} state */
  render({ microphone, camera, muted }) {
    const done = this.#asked === "video" ? !camera : muted || !microphone;
    if (this.#asked && done) this.#settle();
  }

  #settle() {
    this.#asked = null;
    if (this.#box.contains(document.activeElement)) part("room-mute", HTMLElement).focus();
    this.#box.hidden = true;
  }
}
