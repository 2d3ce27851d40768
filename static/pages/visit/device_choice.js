/** The list from which somebody chooses their camera or microphone; shown where there is a choice. */

import { part } from "./elements.js";

/** @typedef {import("../../js/visit/devices.js").DeviceKind} DeviceKind */
/** @typedef {import("../../js/visit/devices.js").Device} Device */

export class DeviceChoice {
  #kind;
  #devices;
  #field;
  #select;
  /** @type {Device[]} */
  #offered = [];

  /**
   * @param {DeviceKind} kind
   * @param {import("../../js/visit/devices.js").Devices} devices
   * @param {import("../../js/visit/media.js").LocalMedia} media
   */
  constructor(kind, devices, media) {
    this.#kind = kind;
    this.#devices = devices;
    this.#field = part(`preview-${kind}-field`, HTMLElement);
    this.#select = part(`preview-${kind}-choice`, HTMLSelectElement);
    this.#select.addEventListener("change", () => {
      const chosen = this.#offered[this.#select.selectedIndex];
      if (chosen) void media.choose(kind, chosen);
    });
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  async render(state) {
    const offered = (await this.#devices.list())[this.#kind].filter(({ label }) => label !== "");
    if (!sameDevices(offered, this.#offered)) this.#offer(offered);
    const present = state[this.#kind]?.getSettings().deviceId;
    if (present) this.#select.value = present;
    this.#field.hidden = offered.length < 2;
  }

  /** @param {Device[]} offered */
  #offer(offered) {
    this.#offered = offered;
    this.#select.replaceChildren(...offered.map(({ id, label }) => new Option(label, id)));
  }
}

/**
 * @param {Device[]} some
 * @param {Device[]} others
 */
const sameDevices = (some, others) =>
  some.length === others.length && some.every(({ id, label }, index) => id === others[index]?.id && label === others[index]?.label);
