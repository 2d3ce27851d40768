/**
 * How loud each person is played to one listener while an interpreter speaks: the others go down under the interpreter, and come
 * back a moment after. Pure: voices and time come in, volumes come out.
 */

/** @typedef {"off" | "softly" | "strongly"} DuckingStrength */
/** @typedef {{session: string, role: string, loudness: number}} Voice - `loudness` from 0 to 1 */

export const DUCKING_EVERY_MS = 100;

const SPEAKS_ABOVE = 0.02; // of full scale; room noise stays below
const SILENT_BELOW = 0.01;
const SPEAKS_AFTER_MS = 150; // a cough is no sentence
const SILENT_AFTER_MS = 1_200; // people breathe between sentences
const DOWN = 0.3; // at most, in one beat: gone in a quarter of a second
const UP = 0.1; // back within a second

/** Roughly 8 and 18 decibels less. @type {Record<DuckingStrength, number>} */
const VOLUMES = { off: 1, softly: 0.4, strongly: 0.12 };

export class Ducking {
  /** Since when each interpreter is loud, or silent, without a break. @type {Map<string, {speaks: boolean, sinceMs: number}>} */
  #voices = new Map();
  /** @type {Map<string, number>} */
  #volumes = new Map();

  /**
   * One beat.
   * @param {number} atMs
   * @param {Voice[]} voices - of everybody but the listener
   * @param {DuckingStrength} strength
   * @returns {ReadonlyMap<string, number>} volumes by session, from 0 to 1
   */
  beat(atMs, voices, strength) {
    const interpreted = voices.filter(({ role }) => role === "interpreter").filter((voice) => this.#speaks(voice, atMs)).length > 0;
    const low = interpreted ? VOLUMES[strength] : VOLUMES.off;
    this.#volumes = new Map(voices.map(({ session, role }) => [session, this.#next(session, role === "interpreter" ? 1 : low)]));
    return this.#volumes;
  }

  /**
   * @param {string} session
   * @param {number} target
   */
  #next(session, target) {
    const now = this.#volumes.get(session) ?? 1;
    const next = now > target ? Math.max(target, now - DOWN) : Math.min(target, now + UP);
    return Math.round(100 * next) / 100;
  }

  /**
   * @param {Voice} voice
   * @param {number} atMs
   */
  #speaks({ session, loudness }, atMs) {
    const before = this.#voices.get(session) ?? { speaks: false, sinceMs: atMs };
    const turns = before.speaks ? loudness < SILENT_BELOW : loudness > SPEAKS_ABOVE;
    const patienceMs = before.speaks ? SILENT_AFTER_MS : SPEAKS_AFTER_MS;
    const sinceMs = turns ? before.sinceMs : atMs;
    const speaks = turns && atMs - sinceMs >= patienceMs ? !before.speaks : before.speaks;
    this.#voices.set(session, { speaks, sinceMs: speaks === before.speaks ? sinceMs : atMs });
    return speaks;
  }
}
