/** The list from which somebody chooses where the others are heard, and a sound to try it; shown where the browser leaves a choice. */

import { chime } from "../../js/chime.js";
import { part } from "./elements.js";

/** @typedef {import("../../js/visit/devices.js").Device} Device */

export class SpeakerChoice {
  #field = part("settings-speaker-field", HTMLElement);
  #select = part("settings-speaker-choice", HTMLSelectElement);
  #speakers;
  #announcer;
  /** @type {AudioContext & import("../../js/visit/speakers.js").Sink | null} */
  #context = null;
  /** @type {Device[]} */
  #offered = [];

  /**
   * @param {import("../../js/visit/speakers.js").Speakers} speakers
   * @param {import("./notices.js").Announcer} announcer
   */
  constructor(speakers, announcer) {
    this.#speakers = speakers;
    this.#announcer = announcer;
    this.#select.addEventListener("change", () => void this.#choose());
    part("settings-speaker-try", HTMLButtonElement).addEventListener("click", () => void this.#tryIt());
  }

  async render() {
    const offered = (await this.#speakers.list()).filter(({ label }) => label !== "");
    const wanted = this.#speakers.used || (offered.find(({ id }) => id === "default")?.id ?? "");
    if (JSON.stringify(offered) !== JSON.stringify(this.#offered)) {
      this.#offered = offered;
      this.#select.replaceChildren(...offered.map(({ id, label }) => new Option(label, id)));
    }
    if (wanted) this.#select.value = wanted;
    this.#field.hidden = offered.length === 0;
  }

  /** Let go of the sound system. */
  stop() {
    if (!this.#context) return;
    this.#speakers.remove(this.#context);
    void this.#context.close();
    this.#context = null;
  }

  async #choose() {
    const chosen = this.#offered[this.#select.selectedIndex];
    if (!chosen) return;
    await this.#speakers.choose(chosen);
    this.#announcer.say(`You hear the others through ${chosen.label} now.`);
  }

  async #tryIt() {
    this.#context ??= new AudioContext();
    await this.#speakers.add(this.#context);
    chime(this.#context);
  }
}
