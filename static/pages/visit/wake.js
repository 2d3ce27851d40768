/** Keeps the screen on while one is in the visit; browsers let go of it whenever the page is hidden. */

export class WakeLock {
  #wanted = false;
  /** @type {WakeLockSentinel | null} */
  #held = null;

  constructor() {
    document.addEventListener("visibilitychange", () => void this.#take());
  }

  /** @param {boolean} wanted */
  want(wanted) {
    if (this.#wanted === wanted) return;
    this.#wanted = wanted;
    if (wanted) void this.#take();
    else void this.#held?.release();
  }

  async #take() {
    if (!this.#wanted || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      this.#held = await navigator.wakeLock.request("screen");
    } catch {
      this.#held = null; // a battery that is almost empty refuses; the visit goes on
    }
  }
}
