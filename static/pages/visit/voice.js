/** How loud one's own voice is, as a bar and in words; on the preview and in the room's settings. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { LevelMeter } from "../../js/visit/meter.js";
import { part, write } from "./elements.js";

const METER_EVERY_MS = 100;
const HEARD_ABOVE = 0.08;

export class Voice {
  #bar;
  #words;
  #meter = new LevelMeter(() => new AudioContext());
  #timers = new Timers(browserClock);
  /** @type {MediaStreamTrack | null} */
  #microphone = null;
  #muted = false;
  #heard = false;
  #listening = false;

  /** @param {string} screen - whose bar this is */
  constructor(screen) {
    this.#bar = part(`${screen}-voice`, HTMLMeterElement);
    this.#words = part(`${screen}-voice-words`, HTMLElement);
  }

  /** @param {Pick<import("../../js/visit/media.js").MediaState, "microphone" | "muted">} state */
  render({ microphone, muted }) {
    this.#muted = muted;
    this.#begin();
    if (microphone === this.#microphone) return;
    this.#microphone = microphone;
    this.#heard = false;
    this.#meter.listen(microphone ? new MediaStream([microphone]) : null);
  }

  /** The page is in front again. */
  toFront() {
    this.#meter.toFront();
  }

  /** Let go of the sound system. */
  stop() {
    this.#timers.stop();
    this.#meter.stop();
    this.#microphone = null;
    this.#listening = false;
  }

  #begin() {
    if (this.#listening) return;
    this.#listening = true;
    this.#timers.every(METER_EVERY_MS, () => this.#show());
  }

  #show() {
    const level = this.#meter.level();
    this.#bar.value = level;
    this.#heard ||= level > HEARD_ABOVE;
    write(this.#words, this.#inWords());
    this.#words.toggleAttribute("data-heard", this.#heard && !this.#muted && this.#microphone !== null);
  }

  #inWords() {
    if (!this.#microphone) return "We cannot hear you yet.";
    if (this.#muted) return "You are muted.";
    return this.#heard ? "We hear you." : "Say a few words.";
  }
}
