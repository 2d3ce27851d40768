/** One's own settings in the visit: other devices, in one calm place beside the faces. */

import { DeviceChoice } from "./device_choice.js";
import { DeviceHelp } from "./device_help.js";
import { SpeakerChoice } from "./speaker_choice.js";
import { Voice } from "./voice.js";

/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */
/** @typedef {import("../../js/visit/devices.js").DeviceKind} DeviceKind */
/** @typedef {import("../../js/visit/devices.js").Device} Device */

/** @type {DeviceKind[]} */
const KINDS = ["camera", "microphone"];

export class Settings {
  #devices;
  #media;
  #announcer;
  #voice = new Voice("settings");
  #help;
  #choices;
  #speaker;
  #open = false;
  #watching = new AbortController();

  /**
   * @param {object} around
   * @param {import("../../js/visit/devices.js").Devices} around.devices
   * @param {import("../../js/visit/media.js").LocalMedia} around.media
   * @param {import("../../js/visit/speakers.js").Speakers} around.speakers
   * @param {import("./notices.js").Announcer} around.announcer
   */
  constructor({ devices, media, speakers, announcer }) {
    this.#devices = devices;
    this.#media = media;
    this.#announcer = announcer;
    this.#help = new DeviceHelp("settings", () => void media.retry());
    const choose = (/** @type {DeviceKind} */ kind, /** @type {Device} */ device) => void this.#choose(kind, device);
    this.#speaker = new SpeakerChoice(speakers, announcer);
    this.#choices = KINDS.map((kind) => new DeviceChoice("settings", kind, { devices, least: 1, choose }));
  }

  /** @param {boolean} open */
  show(open) {
    if (open === this.#open) return;
    this.#open = open;
    this.#watching.abort();
    this.#watching = new AbortController();
    if (!open) return this.#close();
    this.#devices.watch(() => this.render(this.#media.state), this.#watching.signal);
    this.render(this.#media.state);
  }

  /** The page is in front again. */
  toFront() {
    this.#voice.toFront();
  }

  #close() {
    this.#voice.stop();
    this.#speaker.stop();
  }

  /** @param {MediaState} state */
  render(state) {
    if (!this.#open) return;
    this.#voice.render(state);
    this.#help.render(state);
    for (const choice of this.#choices) void choice.render(state);
    void this.#speaker.render();
  }

  /**
   * @param {DeviceKind} kind
   * @param {Device} device
   */
  async #choose(kind, device) {
    await this.#media.choose(kind, device);
    if (this.#media.state[kind]) this.#announcer.say(`Your ${kind} is now ${device.label}.`);
  }
}
