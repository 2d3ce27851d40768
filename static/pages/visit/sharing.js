/** The button with which somebody who may shows the others their screen, and shows it no more. */

import { inside, part, write } from "./elements.js";

export class Sharing {
  #button = part("room-share", HTMLButtonElement);
  #devices;

  /**
   * @param {object} around
   * @param {import("../../js/visit/devices.js").Devices} around.devices
   * @param {import("../../js/visit/media.js").LocalMedia} around.media
   */
  constructor({ devices, media }) {
    this.#devices = devices;
    this.#button.addEventListener("click", () => void (media.state.share ? media.stopSharing() : media.startSharing()));
  }

  /**
   * @param {import("../../js/visit/protocol.js").Me | null} me
   * @param {Pick<import("../../js/visit/media.js").MediaState, "share">} state
   */
  render(me, { share }) {
    this.#button.hidden = !share && !(this.#devices.canShare && me?.caps.includes("share"));
    this.#button.setAttribute("aria-pressed", String(share !== null));
    write(inside(this.#button, "span", HTMLElement), share ? "Stop sharing" : "Share screen");
  }
}
