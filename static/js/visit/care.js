/**
 * Looks after the links that stand: how good each one is. Nothing here is needed for the first picture, so a page loads it after that.
 */

import { Timers } from "./clock.js";
import { SAMPLE_EVERY_MS, WINDOW_SAMPLES, judge, sampleOf } from "./quality.js";

/** @typedef {import("./link.js").PeerLink} PeerLink */

/**
 * @typedef {object} CareSurroundings
 * @property {import("./clock.js").Clock} clock
 * @property {Pick<import("./links.js").LinkSet, "all" | "read">} links
 * @property {(peer: string) => {audio: boolean, video: boolean}} sends - what the other side says it sends
 */

export class LinkCare {
  #around;
  #timers;
  /** @type {WeakMap<PeerLink, import("./quality.js").LinkSample[]>} */
  #samples = new WeakMap();

  /** @param {CareSurroundings} around */
  constructor(around) {
    this.#around = around;
    this.#timers = new Timers(around.clock);
    this.#timers.every(SAMPLE_EVERY_MS, () => this.#look());
  }

  /**
   * Take in what a peer said on the control channel. What is not known is not for us.
   * @param {string} _peer
   * @param {Record<string, unknown>} _message
   */
  hear(_peer, _message) {}

  stop() {
    this.#timers.stop();
  }

  #look() {
    for (const link of this.#around.links.all) if (link.state !== "connecting") void this.#lookAt(link);
  }

  /** @param {PeerLink} link */
  async #lookAt(link) {
    const sample = sampleOf(await link.stats(), this.#timers.now);
    const samples = [...(this.#samples.get(link) ?? []), sample].slice(-WINDOW_SAMPLES);
    this.#samples.set(link, samples);
    const { roundTripMs, relayed } = sample;
    this.#around.links.read(link, { quality: this.#judge(link, samples), roundTripMs, relayed });
  }

  /**
   * @param {PeerLink} link
   * @param {import("./quality.js").LinkSample[]} samples
   */
  #judge({ role: { peer } }, samples) {
    const { audio, video } = this.#around.sends(peer);
    return judge(samples, { audioExpected: audio, videoExpected: video }).quality;
  }
}
