/** What the device does meanwhile: it sleeps, wakes, and changes networks. */

/**
 * Tell of signs that the line may have changed.
 * @param {Window} page
 * @param {() => void} onChange
 */
export function watchNetwork(page, onChange) {
  const { connection } = /** @type {{connection?: EventTarget}} */ (page.navigator);
  page.addEventListener("online", onChange);
  page.addEventListener("pageshow", (event) => event.persisted && onChange());
  connection?.addEventListener("change", onChange);
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.visibilityState === "visible") onChange();
  });
}

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
