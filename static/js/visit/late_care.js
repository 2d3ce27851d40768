/** Brings `LinkCare` when the first picture is there, and keeps until then what peers say to it. */

import { Timers } from "./clock.js";

/** @typedef {import("./care.js").LinkCare} LinkCare */
/** @typedef {typeof import("./care.js")} CareModule */

const CARE_AFTER_MS = 2_000; // a first picture takes about half a second
const MAX_UNHEARD = 50;

export class LateCare {
  #timers;
  #fetch;
  #surroundings;
  #onTrouble;
  #wanted = false;
  /** @type {LinkCare | null} */
  #care = null;
  /** @type {[string, Record<string, unknown>][]} */
  #unheard = [];

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {(() => Promise<CareModule>) | undefined} fetch - other than from this folder
   * @param {() => import("./care.js").CareSurroundings} surroundings
   * @param {(what: string) => void} onTrouble
   */
  constructor(clock, fetch, surroundings, onTrouble) {
    this.#timers = new Timers(clock);
    this.#fetch = fetch ?? (() => import("./care.js"));
    this.#surroundings = surroundings;
    this.#onTrouble = onTrouble;
  }

  /** The line to the server is up: have it soon, if it is not here yet. */
  want() {
    this.#wanted = true;
    this.#timers.stop();
    if (!this.#care) this.#timers.after(CARE_AFTER_MS, () => void this.#bring());
  }

  /** The person wants something else now. */
  follow() {
    this.#care?.follow();
  }

  /**
   * Pass on what a peer said on the control channel.
   * @param {string} peer
   * @param {Record<string, unknown>} message
   */
  hear(peer, message) {
    if (this.#care) this.#care.hear(peer, message);
    else if (this.#unheard.length < MAX_UNHEARD) this.#unheard.push([peer, message]);
  }

  stop() {
    this.#wanted = false;
    this.#timers.stop();
    this.#care?.stop();
    this.#care = null;
    this.#unheard = [];
  }

  async #bring() {
    try {
      const { LinkCare } = await this.#fetch();
      if (this.#wanted && !this.#care) this.#begin(new LinkCare(this.#surroundings()));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#onTrouble("care: not loaded"); // the next line to the server tries again
    }
  }

  /** @param {LinkCare} care */
  #begin(care) {
    this.#care = care;
    for (const [peer, message] of this.#unheard.splice(0)) care.hear(peer, message);
  }
}
