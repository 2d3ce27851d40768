/** Notices that this machine has slept: a beat comes much too late, or the calendar has moved on without the clock. */

const LATE_MS = 8_000; // a busy machine is late by less

export class WakeWatch {
  #clock;
  #onWake;
  #periodMs;
  #last;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {number} periodMs - between two beats
   * @param {() => void} onWake
   */
  constructor(clock, periodMs, onWake) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#onWake = onWake;
    this.#last = this.#read();
  }

  /** Time has passed. */
  beat() {
    const now = this.#read();
    const passedMs = Math.max(now.ms - this.#last.ms, now.wallMs - this.#last.wallMs);
    this.#last = now;
    if (passedMs > this.#periodMs + LATE_MS) this.#onWake();
  }

  #read() {
    const ms = this.#clock.now();
    return { ms, wallMs: this.#clock.wall?.() ?? ms };
  }
}
