/** The two buttons that say and change whether one is heard and seen. */

import { inside, part, showSign, write } from "./elements.js";

/** @typedef {import("../../js/visit/media.js").LocalMedia} LocalMedia */
/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */

export class MediaButtons {
  #mute;
  #camera;

  /**
   * @param {string} screen - whose buttons these are
   * @param {{toggleMute: () => void, toggleCamera: () => void}} act
   */
  constructor(screen, act) {
    this.#mute = part(`${screen}-mute`, HTMLButtonElement);
    this.#camera = part(`${screen}-camera`, HTMLButtonElement);
    this.#mute.addEventListener("click", act.toggleMute);
    this.#camera.addEventListener("click", act.toggleCamera);
  }

  /** @param {MediaState} state */
  render({ microphone, camera, muted }) {
    const silent = muted || !microphone;
    show(this.#mute, silent, microphone ? (muted ? "Muted" : "Mute") : "No sound", silent ? "mic-off" : "mic");
    show(this.#camera, !camera, camera ? "Camera on" : "Camera off", camera ? "camera" : "camera-off");
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {boolean} pressed
 * @param {string} label
 * @param {string} sign
 */
function show(button, pressed, label, sign) {
  button.setAttribute("aria-pressed", String(pressed));
  write(inside(button, "span", HTMLElement), label);
  showSign(button, sign);
}
