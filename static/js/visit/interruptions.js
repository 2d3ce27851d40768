/**
 * Tracks that say they are alive and are not: after a telephone call, sleep or another program a browser may leave a device
 * silent for good, and only opening it anew helps. Notes what happened to tracks and says when to open anew.
 */

import { Timers } from "./clock.js";

/** @typedef {import("./devices.js").DeviceKind} DeviceKind */

const SILENT_FOR_MS = 5_000; // shorter silences mend themselves

export class Interruptions {
  #timers;
  #renew;
  /** @type {Set<DeviceKind>} */
  #suspects = new Set();

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {(kind: DeviceKind) => void} renew - open the device anew
   */
  constructor(clock, renew) {
    this.#timers = new Timers(clock);
    this.#renew = renew;
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
   */
  suspect(kind) {
    this.#suspects.add(kind);
  }

  /** The page is in front again: open anew whatever may have been taken away meanwhile. */
  toFront() {
    for (const kind of [...this.#suspects]) this.#open(kind);
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
    this.#suspects.add(kind);
    this.#timers.after(SILENT_FOR_MS, () => {
      if (this.#suspects.has(kind) && track.muted && track.readyState === "live") this.#open(kind);
    });
  }

  /** @param {DeviceKind} kind */
  #open(kind) {
    this.#suspects.delete(kind);
    this.#renew(kind);
  }
}
