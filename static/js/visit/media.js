/**
 * What this person sends: one microphone and one camera, on or off. Muting keeps the microphone and sends silence, so that
 * it ends in an instant; switching the camera off lets go of it, so that its light goes out.
 */

import { troubleOf } from "./devices.js";

/** @typedef {import("./devices.js").DeviceKind} DeviceKind */
/** @typedef {import("./devices.js").Trouble} Trouble */

/**
 * @typedef {object} MediaState
 * @property {MediaStreamTrack | null} microphone
 * @property {MediaStreamTrack | null} camera
 * @property {boolean} muted - wanted by the person
 * @property {boolean} cameraOff - wanted by the person
 * @property {Partial<Record<DeviceKind, Trouble>>} troubles
 */

export class LocalMedia {
  #devices;
  #onChange;
  #listening = new AbortController();
  #chain = Promise.resolve();
  #wanted = false;
  /** @type {MediaState} */
  #state = { microphone: null, camera: null, muted: false, cameraOff: false, troubles: {} };

  /**
   * @param {Pick<import("./devices.js").Devices, "open" | "openOne" | "choose" | "watch">} devices
   * @param {(state: MediaState) => void} onChange
   */
  constructor(devices, onChange) {
    this.#devices = devices;
    this.#onChange = onChange;
  }

  get state() {
    return this.#state;
  }

  /** Open what there is; the state says what is missing and why. */
  start() {
    this.#wanted = true;
    this.#devices.watch(() => void this.#refill(notRefused), this.#listening.signal);
    return this.#inTurn(async () => {
      const opened = await this.#devices.open();
      this.#take("microphone", opened.microphone, opened.troubles.microphone);
      this.#take("camera", opened.camera, opened.troubles.camera);
    });
  }

  /** Open again what is missing, after somebody has followed the advice. */
  retry() {
    this.#wanted = true;
    return this.#refill(() => true);
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    this.#state = { ...this.#state, muted };
    if (this.#state.microphone) this.#state.microphone.enabled = !muted;
    this.#tell();
    return muted ? Promise.resolve() : this.#inTurn(() => this.#openMissing("microphone"));
  }

  /** @param {boolean} on */
  setCameraOn(on) {
    this.#state = { ...this.#state, cameraOff: !on };
    return this.#inTurn(async () => {
      if (this.#state.cameraOff) this.#take("camera", null, undefined);
      else await this.#openMissing("camera");
    });
  }

  /**
   * Change to another device and remember it.
   * @param {DeviceKind} kind
   * @param {import("./devices.js").Device} device
   */
  choose(kind, device) {
    this.#devices.choose(kind, device);
    if (kind === "camera" && this.#state.cameraOff) return Promise.resolve();
    return this.#inTurn(() => this.#open(kind));
  }

  /** Let go of the devices until somebody wants them again. */
  release() {
    this.#wanted = false;
    return this.#inTurn(async () => {
      this.#take("microphone", null, undefined);
      this.#take("camera", null, undefined);
    });
  }

  /** Let go of everything, for good. */
  stop() {
    this.#listening.abort();
    for (const kind of /** @type {const} */ (["microphone", "camera"])) this.#state[kind]?.stop();
    this.#state = { ...this.#state, microphone: null, camera: null };
  }

  /** @param {(trouble: Trouble | undefined) => boolean} worthTrying */
  #refill(worthTrying) {
    return this.#inTurn(async () => {
      const { troubles, muted, cameraOff } = this.#state;
      if (!this.#wanted) return;
      if (!muted && worthTrying(troubles.microphone)) await this.#openMissing("microphone");
      if (!cameraOff && worthTrying(troubles.camera)) await this.#openMissing("camera");
    });
  }

  /** @param {DeviceKind} kind */
  async #openMissing(kind) {
    if (!this.#state[kind]) await this.#open(kind);
  }

  /** @param {DeviceKind} kind */
  async #open(kind) {
    // Phones open one camera at a time, so the old one goes first.
    this.#state[kind]?.stop();
    try {
      this.#take(kind, await this.#devices.openOne(kind), undefined);
    } catch (error) {
      this.#take(kind, null, troubleOf(error));
    }
  }

  /**
   * @param {DeviceKind} kind
   * @param {MediaStreamTrack | null} track
   * @param {Trouble | undefined} trouble
   */
  #take(kind, track, trouble) {
    const { signal } = this.#listening;
    if (signal.aborted) return track?.stop();
    if (this.#state[kind] !== track) this.#state[kind]?.stop();
    if (track && kind === "microphone") track.enabled = !this.#state.muted;
    track?.addEventListener("ended", () => void this.#lost(kind, track), { signal });
    const { [kind]: _, ...others } = this.#state.troubles;
    this.#state = { ...this.#state, [kind]: track, troubles: trouble ? { ...others, [kind]: trouble } : others };
    this.#tell();
  }

  /**
   * The device was pulled out or taken away; another one may be there.
   * @param {DeviceKind} kind
   * @param {MediaStreamTrack} track
   */
  #lost(kind, track) {
    return this.#inTurn(async () => {
      if (this.#state[kind] === track) await this.#open(kind);
    });
  }

  #tell() {
    if (!this.#listening.signal.aborted) this.#onChange(this.#state);
  }

  /**
   * One change of devices after the other.
   * @param {() => Promise<void>} change
   */
  #inTurn(change) {
    this.#chain = this.#chain.then(change);
    return this.#chain;
  }
}

/**
 * A refusal is the person's own; only they take it back.
 * @param {Trouble | undefined} trouble
 */
const notRefused = (trouble) => trouble !== "refused" && trouble !== "blocked";
