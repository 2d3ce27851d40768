/** The list from which somebody chooses their camera or microphone; on the preview and in the room. */

import { part } from "./elements.js";

/** @typedef {import("../../js/visit/devices.js").DeviceKind} DeviceKind */
/** @typedef {import("../../js/visit/devices.js").Device} Device */

export class DeviceChoice {
  #kind;
  #devices;
  #least;
  #field;
  #select;
  /** @type {Device[]} */
  #offered = [];

  /**
   * @param {string} screen - whose list this is
   * @param {DeviceKind} kind
   * @param {object} around
   * @param {import("../../js/visit/devices.js").Devices} around.devices
   * @param {number} around.least - how many there are before the list is worth showing
   * @param {(kind: DeviceKind, device: Device) => void} around.choose
   */
  constructor(screen, kind, { devices, least, choose }) {
    this.#kind = kind;
    this.#devices = devices;
    this.#least = least;
    this.#field = part(`${screen}-${kind}-field`, HTMLElement);
    this.#select = part(`${screen}-${kind}-choice`, HTMLSelectElement);
    this.#select.addEventListener("change", () => {
      const chosen = this.#offered[this.#select.selectedIndex];
      if (chosen) choose(kind, chosen);
    });
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  async render(state) {
    const offered = (await this.#devices.list())[this.#kind].filter(({ label }) => label !== "");
    if (!sameDevices(offered, this.#offered)) this.#offer(offered);
    const present = state[this.#kind]?.getSettings().deviceId;
    if (present) this.#select.value = present;
    this.#field.hidden = offered.length < this.#least;
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
