/**
 * Tracks that say they are alive and are not: after a telephone call, sleep or another program a browser may leave a device
 * silent for good, and only opening it anew helps. Notes what happened to tracks and says when to open anew.
 */

import { Timers } from "./clock.js";

/** @typedef {import("./devices.js").DeviceKind} DeviceKind */
/** `stopped`: there was a sign of it. `slept`: this machine has slept, and the device may be dead without one. @typedef {"stopped" | "slept"} Why */

const SILENT_FOR_MS = 5_000; // shorter silences mend themselves
const AGAIN_MS = 7_000; // what else has the device may let go of it without a sign

export class Interruptions {
  #timers;
  #actions;
  /** @type {Map<DeviceKind, Why>} */
  #suspects = new Map();

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {object} actions
   * @param {(kind: DeviceKind, why: Why) => void} actions.renew - open the device anew
   * @param {(kind: DeviceKind) => void} actions.retry - open the device, if it is still missing
   */
  constructor(clock, actions) {
    this.#timers = new Timers(clock);
    this.#actions = actions;
  }

  /**
   * Watch a track from now on.
   * @param {DeviceKind} kind
   * @param {MediaStreamTrack} track
   * @param {AbortSignal} signal - ends all watching
   */
  watch(kind, track, signal) {
    this.#suspects.delete(kind);
    track.addEventListener("mute", () => this.#silenced(kind, track), { signal });
  }

  /**
   * Something else shows that a device was interrupted, such as an `AudioContext` in the state `interrupted`.
   * @param {DeviceKind} kind
   * @param {Why} [why]
   */
  suspect(kind, why = "stopped") {
    if (this.#suspects.get(kind) !== "stopped") this.#suspects.set(kind, why);
  }

  /** The page is in front again: open anew whatever may have been taken away meanwhile. */
  toFront() {
    for (const kind of [...this.#suspects.keys()]) this.#open(kind);
  }

  /**
   * A device could not be opened anew; it may be free again later.
   * @param {DeviceKind} kind
   */
  tryLater(kind) {
    this.#timers.after(AGAIN_MS, () => this.#actions.retry(kind));
  }

  stop() {
    this.#timers.stop();
    this.#suspects.clear();
  }

  /**
   * @param {DeviceKind} kind
   * @param {MediaStreamTrack} track
   */
  #silenced(kind, track) {
    this.suspect(kind);
    this.#timers.after(SILENT_FOR_MS, () => {
      if (this.#suspects.has(kind) && track.muted && track.readyState === "live") this.#open(kind);
    });
  }

  /** @param {DeviceKind} kind */
  #open(kind) {
    const why = this.#suspects.get(kind) ?? "stopped";
    this.#suspects.delete(kind);
    this.#actions.renew(kind, why);
  }
}
