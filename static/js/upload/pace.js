/** How fast bytes leave, and how long the rest takes. */

const WINDOW_MS = 8_000;
const LEAST_MS = 1_000; // before that, a speed would be a guess

export class Pace {
  #now;
  /** @type {{atMs: number, bytes: number}[]} */
  #samples = [];

  /** @param {() => number} now - milliseconds, monotonic */
  constructor(now) {
    this.#now = now;
  }

  /** Begin anew, as after a break. */
  reset() {
    this.#samples = [];
  }

  /** @param {number} bytes - how much has been sent in all */
  saw(bytes) {
    const atMs = this.#now();
    this.#samples.push({ atMs, bytes });
    while (this.#samples.length > 2 && (this.#samples[0]?.atMs ?? atMs) < atMs - WINDOW_MS) this.#samples.shift();
  }

  /** @returns {number | null} null until it can be known */
  get bytesPerSecond() {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < LEAST_MS) return null;
    return ((last.bytes - first.bytes) * 1_000) / (last.atMs - first.atMs);
  }

  /**
   * @param {number} bytesLeft
   * @returns {number | null}
   */
  secondsLeft(bytesLeft) {
    const speed = this.bytesPerSecond;
    return speed ? Math.ceil(bytesLeft / speed) : null;
  }
}
