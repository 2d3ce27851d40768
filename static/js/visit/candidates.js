/** The addresses at which a browser can be reached, on their way to the other side, gathered into few messages. */

import { Timers } from "./clock.js";

/** @typedef {{gen: number, ufrag?: string, cands: RTCIceCandidateInit[], eoc?: boolean}} CandidateMessage */
/** @typedef {{ufrag: string, cands: RTCIceCandidateInit[], eoc: boolean}} Batch */

const FIRST_BATCH_MS = 0; // an address of this machine, and on one network the only one that is needed; after its description
const LATER_BATCH_MS = 100;
const MAX_BATCH = 20;

export class CandidateBatch {
  #timers;
  #send;
  #ufrag = "";
  /** @type {RTCIceCandidateInit[]} */
  #waiting = [];
  /** @type {import("./clock.js").Cancel | null} */
  #timer = null;
  #complete = false;
  #firstSent = false;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {(batch: Batch) => void} send
   */
  constructor(clock, send) {
    this.#timers = new Timers(clock);
    this.#send = send;
  }

  /** @param {RTCIceCandidate | null} candidate - null, or an empty one: there are no more */
  add(candidate) {
    if (candidate?.candidate) this.#gather(candidate);
    else this.#complete = true;
    if (this.#waiting.length === MAX_BATCH) this.#flush();
    else this.#timer ??= this.#timers.after(this.#firstSent ? LATER_BATCH_MS : FIRST_BATCH_MS, () => this.#flush());
  }

  stop() {
    this.#timers.stop();
  }

  /** @param {RTCIceCandidate} candidate */
  #gather(candidate) {
    const fragment = candidate.usernameFragment ?? "";
    if (fragment !== this.#ufrag) this.#begin(fragment);
    this.#waiting.push(candidate.toJSON());
  }

  /** @param {string} fragment - of a new offer or answer */
  #begin(fragment) {
    if (this.#waiting.length > 0) this.#flush();
    this.#ufrag = fragment;
    this.#complete = false;
    this.#firstSent = false;
  }

  #flush() {
    this.#timer?.();
    this.#timer = null;
    this.#firstSent = true;
    this.#send({ ufrag: this.#ufrag, cands: this.#waiting.splice(0), eoc: this.#complete });
  }
}
