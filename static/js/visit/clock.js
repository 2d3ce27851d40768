/**
 * Time for the modules of a visit. Nothing here or elsewhere in this folder reads the time or starts a timer by itself:
 * a clock comes in, and every timer belongs to one `Timers` whose owner ends them all at once.
 */

/**
 * @typedef {object} Clock
 * @property {() => number} now - milliseconds, monotonic
 * @property {() => number} [wall] - milliseconds of the calendar, which also goes on while a machine sleeps
 * @property {(run: () => void, afterMs: number) => unknown} setTimeout
 * @property {(timer: unknown) => void} clearTimeout
 */

/** @typedef {() => void} Cancel */

/** Timers that end together. */
export class Timers {
  #clock;
  /** @type {Set<unknown>} */
  #running = new Set();

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  get now() {
    return this.#clock.now();
  }

  /**
   * Run once after a while.
   * @param {number} ms
   * @param {() => void} run
   * @returns {Cancel}
   */
  after(ms, run) {
    const timer = this.#clock.setTimeout(() => {
      this.#running.delete(timer);
      run();
    }, ms);
    this.#running.add(timer);
    return () => this.#cancel(timer);
  }

  /**
   * Run again and again, the first time after one period.
   * @param {number} ms
   * @param {() => void} run
   * @returns {Cancel}
   */
  every(ms, run) {
    let cancel = () => {};
    const turn = () => {
      cancel = this.after(ms, turn);
      run();
    };
    cancel = this.after(ms, turn);
    return () => cancel();
  }

  /** End every timer. */
  stop() {
    for (const timer of [...this.#running]) this.#cancel(timer);
  }

  /** @param {unknown} timer */
  #cancel(timer) {
    this.#clock.clearTimeout(timer);
    this.#running.delete(timer);
  }
}

/** @type {Clock} */
export const browserClock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimeout: (run, afterMs) => setTimeout(run, afterMs),
  clearTimeout: (timer) => clearTimeout(/** @type {number | undefined} */ (timer)),
};
