/** What the device does meanwhile: it sleeps, wakes, and changes networks. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { WakeWatch } from "../../js/visit/wake.js";

const BEAT_MS = 2_000;

/** @param {() => void} woke - this machine has slept, or the page was frozen */
export function watchSleep(woke) {
  const watch = new WakeWatch(browserClock, BEAT_MS, woke);
  new Timers(browserClock).every(BEAT_MS, () => watch.beat());
}

/** @param {Document} page */
export const isInFront = ({ visibilityState }) => visibilityState === "visible";

/**
 * Tell of signs that the line may have changed, and that the page is in front again.
 * @param {Window} page
 * @param {{changed: () => void, toFront: () => void}} tell
 */
export function watchNetwork(page, { changed, toFront }) {
  const { connection } = /** @type {{connection?: EventTarget}} */ (page.navigator);
  const back = () => {
    if (!isInFront(page.document)) return;
    changed();
    toFront();
  };
  page.addEventListener("online", changed);
  page.addEventListener("pageshow", (event) => event.persisted && back());
  connection?.addEventListener("change", changed);
  for (const sign of ["visibilitychange", "resume"]) page.document.addEventListener(sign, back);
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
    if (!this.#wanted || held || !isInFront(document) || !("wakeLock" in navigator)) return;
    try {
      this.#held = await navigator.wakeLock.request("screen");
    } catch {
      this.#held = null; // a battery that is almost empty refuses; the visit goes on
    }
  }
}
