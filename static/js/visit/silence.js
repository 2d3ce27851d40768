/** Whether anything still comes in over a link. A path that is gone says so after some seconds; what it carried stops at once. */

import { Timers } from "./clock.js";

const LOOK_EVERY_MS = 250;
const SILENT_AFTER_MS = 1_000; // sound comes at least every 400 ms, also from somebody who is muted

export class Silence {
  #timers;
  #around;
  #arrived = 0;
  #changedAtMs = Infinity; // nothing has come yet
  #silent = false;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {object} around
   * @param {() => number} around.lastArrival - another number whenever something has come
   * @param {(silent: boolean) => void} around.onChange
   */
  constructor(clock, around) {
    this.#timers = new Timers(clock);
    this.#around = around;
  }

  get silent() {
    return this.#silent;
  }

  /** Look from now on. */
  begin() {
    this.#timers.stop();
    this.#timers.every(LOOK_EVERY_MS, () => this.#look());
  }

  stop() {
    this.#timers.stop();
  }

  #look() {
    const { lastArrival, onChange } = this.#around;
    const [arrived, now] = [lastArrival(), this.#timers.now];
    if (arrived !== this.#arrived) this.#changedAtMs = now;
    this.#arrived = arrived;
    const silent = now - this.#changedAtMs >= SILENT_AFTER_MS;
    if (silent === this.#silent) return;
    this.#silent = silent;
    onChange(silent);
  }
}
