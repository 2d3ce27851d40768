/** What the device does meanwhile: it sleeps, wakes, and changes networks. */

/**
 * Tell of signs that the line may have changed, and that the page is in front again.
 * @param {Window} page
 * @param {{changed: () => void, toFront: () => void}} tell
 */
export function watchNetwork(page, { changed, toFront }) {
  const { connection } = /** @type {{connection?: EventTarget}} */ (page.navigator);
  const both = () => {
    changed();
    toFront();
  };
  page.addEventListener("online", changed);
  page.addEventListener("pageshow", (event) => event.persisted && both());
  connection?.addEventListener("change", changed);
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.visibilityState === "visible") both();
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
    const held = this.#held !== null && !this.#held.released;
    if (!this.#wanted || held || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      this.#held = await navigator.wakeLock.request("screen");
    } catch {
      this.#held = null; // a battery that is almost empty refuses; the visit goes on
    }
  }
}
