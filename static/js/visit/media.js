/**
 * What this person sends: one microphone, one camera and sometimes a screen. Muting keeps the microphone and sends silence, so
 * that it ends in an instant; switching the camera off lets go of it, so that its light goes out.
 */

import { Interruptions } from "./interruptions.js";
import { browserClock } from "./clock.js";
import { newsOfRenewal } from "./device_news.js";
import { SharedScreen } from "./shared_screen.js";
import { troubleOf } from "./devices.js";

/** @typedef {import("./devices.js").DeviceKind} DeviceKind */
/** @typedef {import("./devices.js").Trouble} Trouble */
/** @typedef {import("./device_news.js").DeviceNews} DeviceNews */
/** @typedef {import("./interruptions.js").Why} Why */

/**
 * @typedef {object} MediaState
 * @property {MediaStreamTrack | null} microphone
 * @property {MediaStreamTrack | null} camera
 * @property {MediaStreamTrack | null} share - a screen that is shown to the others
 * @property {boolean} muted - wanted by the person
 * @property {boolean} cameraOff - wanted by the person
 * @property {Partial<Record<DeviceKind, Trouble>>} troubles
 */

/** @type {DeviceKind[]} */
const KINDS = ["microphone", "camera"];

export class LocalMedia {
  #devices;
  #onChange;
  #onNews;
  #interruptions;
  #screen;
  #listening = new AbortController();
  #chain = Promise.resolve();
  #wanted = false;
  /** Those that were pulled out or taken by something else since they were chosen. @type {Set<DeviceKind>} */
  #takenAway = new Set();
  /** @type {MediaState} */
  #state = { microphone: null, camera: null, share: null, muted: false, cameraOff: false, troubles: {} };

  /**
   * @param {Pick<import("./devices.js").Devices, "open" | "openOne" | "openScreen" | "choose" | "chosen" | "isGone" | "watch">} devices
   * @param {(state: MediaState) => void} onChange
   * @param {object} [more]
   * @param {(news: DeviceNews) => void} [more.onNews] - of what nobody here has done; see `deviceNewsWords`
   * @param {import("./clock.js").Clock} [more.clock]
   */
  constructor(devices, onChange, { onNews = () => {}, clock = browserClock } = {}) {
    this.#devices = devices;
    this.#onChange = onChange;
    this.#onNews = onNews;
    this.#interruptions = new Interruptions(clock, {
      renew: (kind, why) => void this.#inTurn(() => this.#renew(kind, why)),
      retry: (kind) => void this.#retryTaken(kind),
    });
    this.#screen = new SharedScreen(devices, { onTrack: (share) => this.#set({ share }), onNews });
  }

  get state() {
    return this.#state;
  }

  /** Open what there is; the state says what is missing and why. */
  start() {
    this.#wanted = true;
    this.#devices.watch(() => void this.#devicesChanged(), this.#listening.signal);
    return this.#inTurn(async () => {
      const opened = await this.#devices.open();
      for (const kind of KINDS) this.#take(kind, opened[kind], opened.troubles[kind]);
    });
  }

  /** Open again what is missing, after somebody has followed the advice. */
  retry() {
    this.#wanted = true;
    return this.#refill(() => true);
  }

  /** The page is in front again, after sleep, a telephone call or another program: mend what that has taken away. */
  toFront() {
    for (const kind of KINDS) if (this.#state[kind]?.readyState === "ended") this.#interruptions.suspect(kind);
    this.#interruptions.toFront();
    // A page at the back is refused without its person's doing.
    return this.#refill((trouble, kind) => notRefused(trouble) || this.#takenAway.has(kind));
  }

  /** This machine has slept: what says that it is alive may be dead, and is opened anew once the page is in front. */
  woke() {
    for (const kind of KINDS) if (this.#state[kind]) this.#interruptions.suspect(kind, "slept");
  }

  /** The sound system was interrupted (an `AudioContext` says so), so the microphone may be dead when the page is in front again. */
  soundInterrupted() {
    this.#interruptions.suspect("microphone");
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    if (this.#state.microphone) this.#state.microphone.enabled = !muted;
    this.#set({ muted });
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
   * Change to another device and remember it; what is sent goes on without a new offer.
   * @param {DeviceKind} kind
   * @param {import("./devices.js").Device} device
   */
  choose(kind, device) {
    this.#devices.choose(kind, device);
    this.#takenAway.delete(kind);
    if (kind === "camera" && this.#state.cameraOff) return Promise.resolve();
    return this.#inTurn(() => this.#open(kind));
  }

  /** Show the others a screen, a window or a tab; the person is asked which. It ends also with the browser's own button. */
  startSharing() {
    return this.#inTurn(() => this.#screen.start());
  }

  /** Show no screen any more. */
  stopSharing() {
    return this.#inTurn(async () => this.#screen.stop());
  }

  /** Let go of the devices until somebody wants them again. */
  release() {
    this.#wanted = false;
    this.#takenAway.clear();
    return this.#inTurn(async () => {
      for (const kind of KINDS) this.#take(kind, null, undefined);
      this.#screen.stop();
    });
  }

  /** Let go of everything, for good. */
  stop() {
    this.#listening.abort();
    this.#interruptions.stop();
    this.#screen.end();
    for (const kind of KINDS) this.#state[kind]?.stop();
    this.#state = { ...this.#state, microphone: null, camera: null, share: null };
  }

  #devicesChanged() {
    return this.#inTurn(async () => {
      for (const kind of KINDS) await this.#follow(kind);
    }).then(() => this.#refill(notRefused));
  }

  /**
   * Use the chosen device again when it is back, and another one when it is gone.
   * @param {DeviceKind} kind
   */
  async #follow(kind) {
    const track = this.#state[kind];
    if (!track || !this.#mayOpen(kind)) return;
    const chosen = this.#takenAway.has(kind) ? await this.#devices.chosen(kind) : undefined;
    if (chosen && chosen.id !== track.getSettings().deviceId) await this.#return(kind);
    else if (await this.#devices.isGone(track, kind)) await this.#renew(kind, "stopped");
  }

  /** @param {DeviceKind} kind */
  async #return(kind) {
    this.#takenAway.delete(kind);
    await this.#open(kind);
    const label = this.#state[kind]?.label;
    if (label !== undefined) this.#onNews({ what: "returned", device: kind, label });
  }

  /**
   * What is used is gone, silent or ended without its person's doing: open it anew, or another one in its place.
   * @param {DeviceKind} kind
   * @param {Why} why
   */
  async #renew(kind, why) {
    const before = this.#state[kind]?.label ?? "";
    if (!this.#state[kind] || !this.#mayOpen(kind)) return;
    await this.#open(kind);
    if (!this.#mayOpen(kind)) return;
    const label = this.#state[kind]?.label;
    const news = newsOfRenewal(kind, { before, label, trouble: this.#state.troubles[kind], why });
    if (label !== before) this.#takenAway.add(kind);
    if (label === undefined) this.#interruptions.tryLater(kind);
    if (news) this.#onNews(news);
  }

  /**
   * What something else had may be free again.
   * @param {DeviceKind} kind
   */
  #retryTaken(kind) {
    return this.#inTurn(async () => {
      const worthTrying = this.#takenAway.has(kind) && notRefused(this.#state.troubles[kind]);
      if (this.#state[kind] || !worthTrying || !this.#mayOpen(kind)) return;
      await this.#openMissing(kind);
      if (!this.#state[kind]) this.#interruptions.tryLater(kind);
    });
  }

  /** @param {(trouble: Trouble | undefined, kind: DeviceKind) => boolean} worthTrying */
  #refill(worthTrying) {
    return this.#inTurn(async () => {
      const { troubles, muted, cameraOff } = this.#state;
      if (!this.#wanted) return;
      if (!muted && worthTrying(troubles.microphone, "microphone")) await this.#openMissing("microphone");
      if (!cameraOff && worthTrying(troubles.camera, "camera")) await this.#openMissing("camera");
    });
  }

  /** @param {DeviceKind} kind */
  async #openMissing(kind) {
    if (this.#state[kind]?.readyState === "live") return;
    await this.#open(kind);
    if (this.#state[kind] && this.#takenAway.delete(kind)) this.#onNews({ what: "given-back", device: kind });
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
    const unwanted = kind === "camera" && this.#state.cameraOff; // since it was asked for
    if (signal.aborted || (track && unwanted)) return track?.stop();
    if (this.#state[kind] !== track) this.#state[kind]?.stop();
    if (track && kind === "microphone") track.enabled = !this.#state.muted;
    track?.addEventListener("ended", () => void this.#lost(kind, track), { signal });
    if (track) this.#interruptions.watch(kind, track, signal);
    const { [kind]: _, ...others } = this.#state.troubles;
    this.#set({ [kind]: track, troubles: trouble ? { ...others, [kind]: trouble } : others });
  }

  /**
   * The device was pulled out or taken away; another one may be there.
   * @param {DeviceKind} kind
   * @param {MediaStreamTrack} track
   */
  #lost(kind, track) {
    return this.#inTurn(async () => {
      if (this.#state[kind] === track) await this.#renew(kind, "stopped");
    });
  }

  /**
   * Nothing is opened for somebody who has gone, and no camera for somebody who has switched it off.
   * @param {DeviceKind} kind
   */
  #mayOpen(kind) {
    return this.#wanted && !(kind === "camera" && this.#state.cameraOff);
  }

  /** @param {Partial<MediaState>} changes */
  #set(changes) {
    this.#state = { ...this.#state, ...changes };
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
