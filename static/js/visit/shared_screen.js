/** A screen that this person shows to the others: chosen by them, and ended by them or with the browser's own button. */

import { troubleOf } from "./devices.js";

/**
 * @typedef {object} ScreenEvents
 * @property {(track: MediaStreamTrack | null) => void} onTrack - what is shown from now on
 * @property {(news: import("./device_news.js").DeviceNews) => void} onNews
 */

export class SharedScreen {
  #devices;
  #events;
  #ended = new AbortController();
  /** @type {MediaStreamTrack | null} */
  #track = null;

  /**
   * @param {Pick<import("./devices.js").Devices, "openScreen">} devices
   * @param {ScreenEvents} events
   */
  constructor(devices, events) {
    this.#devices = devices;
    this.#events = events;
  }

  /** Ask which screen, window or tab to show, and show it in place of another one. */
  async start() {
    try {
      this.#show(await this.#devices.openScreen());
    } catch (error) {
      if (troubleOf(error) !== "refused") this.#events.onNews({ what: "sharing-failed" });
    }
  }

  /** Show nothing any more. */
  stop() {
    this.#show(null);
  }

  /** Let go of it, for good and without a word. */
  end() {
    this.#ended.abort();
    this.#track?.stop();
    this.#track = null;
  }

  /** @param {MediaStreamTrack | null} track */
  #show(track) {
    const { signal } = this.#ended;
    if (signal.aborted) return track?.stop();
    this.#track?.stop();
    track?.addEventListener("ended", () => this.#closed(track), { signal });
    this.#track = track;
    this.#events.onTrack(track);
  }

  /** @param {MediaStreamTrack} track - whose window was closed, or that was ended with the browser's own button */
  #closed(track) {
    if (this.#track !== track) return;
    this.#show(null);
    this.#events.onNews({ what: "sharing-ended" });
  }
}
