/**
 * The check before a visit: browser, camera, microphone, speaker, one at a time. Each is good only when it was earned:
 * by a browser that has what a visit needs, a person who sees themselves, a voice that moves the meter, a sound that
 * was heard. What does not work can be left out, and the result says so. No element of the page is touched here.
 */

import { troubleOf } from "./visit/devices.js";

/** @typedef {"browser" | "camera" | "microphone" | "speaker"} StepName */
/** @typedef {"waiting" | "now" | "asking" | "trying" | "trouble" | "good" | "skipped"} StepState */
/** @typedef {import("./visit/devices.js").Trouble} Trouble */
/** @typedef {{browser: boolean, camera: boolean, microphone: boolean}} Result */

/**
 * @typedef {object} CheckView
 * @property {Record<StepName, StepState>} steps
 * @property {StepName | null} now - the step that is open, null at the end
 * @property {Trouble | "unseen" | "unheard" | null} trouble - what is wrong with the open step
 * @property {MediaStreamTrack | null} camera - to be shown while the camera is tried
 * @property {number} level - of the voice, from 0 to 1
 * @property {Result | null} result - at the end
 */

/** @type {StepName[]} */
export const STEPS = ["browser", "camera", "microphone", "speaker"];

const HEARD_ABOVE = 0.08; // as in the visit's own preview
const HEARD_TIMES = 3; // a click of the mouse is not a voice

/** What a visit cannot do without. */
const NEEDED = ["RTCPeerConnection", "MediaStream", "WebSocket", "AudioContext"];

/**
 * Tell whether this browser can hold a visit.
 * @param {Record<string, any>} scope - the page's global object
 */
export function canHoldAVisit(scope) {
  const devices = scope.navigator?.mediaDevices?.getUserMedia;
  return Boolean(scope.isSecureContext && devices) && NEEDED.every((name) => name in scope);
}

export class DeviceCheck {
  #supported;
  #devices;
  #meter;
  #play;
  #onChange;
  /** @type {Record<StepName, StepState>} */
  #steps = { browser: "waiting", camera: "waiting", microphone: "waiting", speaker: "waiting" };
  /** @type {CheckView["trouble"]} */
  #trouble = null;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #level = 0;
  #heard = 0;

  /**
   * @param {object} parts
   * @param {() => boolean} parts.supported
   * @param {Pick<import("./visit/devices.js").Devices, "openOne">} parts.devices
   * @param {{listen(track: MediaStreamTrack | null): void, level(): number}} parts.meter
   * @param {() => void} parts.play - sounds once
   * @param {(view: CheckView) => void} onChange
   */
  constructor({ supported, devices, meter, play }, onChange) {
    this.#supported = supported;
    this.#devices = devices;
    this.#meter = meter;
    this.#play = play;
    this.#onChange = onChange;
  }

  /** Begin with the browser, which needs nobody's help. */
  start() {
    this.#letGo();
    for (const name of STEPS) this.#steps[name] = "waiting";
    if (this.#supported()) return this.#settle("browser", "good");
    this.#fail("browser", "blocked");
  }

  /** Do what the open step asks for: open the camera or the microphone, or play the sound; also once more. */
  async go() {
    const name = this.#open();
    if (name === "camera" || name === "microphone") await this.#use(name);
    if (name === "speaker") {
      this.#play();
      this.#become(name, "trying");
    }
  }

  /** The person sees themselves, or has heard the sound. */
  confirm() {
    const name = this.#open();
    if (name && name !== "microphone" && this.#steps[name] === "trying") this.#settle(name, "good");
  }

  /** The person sees or hears nothing, or the meter does not move. */
  deny() {
    const name = this.#open();
    if (name && this.#steps[name] === "trying") this.#fail(name, name === "camera" ? "unseen" : "unheard");
  }

  /** Leave the open step out. Without a browser that can hold a visit, there is nothing else to try. */
  skip() {
    const name = this.#open();
    if (name === "browser") for (const each of STEPS) this.#steps[each] = "skipped";
    if (name) this.#settle(name, "skipped");
  }

  /** Look at the meter; to be called some 25 times a second. */
  listen() {
    if (this.#steps.microphone !== "trying") return;
    this.#level = this.#meter.level();
    this.#heard += this.#level > HEARD_ABOVE ? 1 : 0;
    if (this.#heard >= HEARD_TIMES) this.#settle("microphone", "good");
    else this.#tell();
  }

  /** Let go of camera and microphone. */
  close() {
    this.#letGo();
  }

  /** @param {"camera" | "microphone"} name */
  async #use(name) {
    this.#letGo();
    this.#become(name, "asking");
    try {
      this.#track = await this.#devices.openOne(name);
    } catch (error) {
      return this.#fail(name, troubleOf(error));
    }
    if (name === "microphone") this.#meter.listen(this.#track);
    this.#heard = 0;
    this.#become(name, "trying");
  }

  /** @returns {StepName | null} */
  #open() {
    return STEPS.find((name) => !["waiting", "good", "skipped"].includes(this.#steps[name])) ?? null;
  }

  /**
   * @param {StepName} name
   * @param {"good" | "skipped"} how
   */
  #settle(name, how) {
    this.#letGo();
    this.#steps[name] = how;
    const next = STEPS.find((each) => this.#steps[each] === "waiting");
    if (next) this.#steps[next] = "now";
    this.#trouble = null;
    this.#tell();
  }

  /**
   * @param {StepName} name
   * @param {CheckView["trouble"]} trouble
   */
  #fail(name, trouble) {
    this.#letGo();
    this.#trouble = trouble;
    this.#become(name, "trouble");
  }

  /**
   * @param {StepName} name
   * @param {StepState} state
   */
  #become(name, state) {
    this.#steps[name] = state;
    if (state !== "trouble") this.#trouble = null;
    this.#tell();
  }

  #letGo() {
    this.#meter.listen(null);
    this.#track?.stop();
    this.#track = null;
    this.#level = 0;
  }

  #tell() {
    const now = this.#open();
    this.#onChange({
      steps: { ...this.#steps },
      now,
      trouble: this.#trouble,
      camera: now === "camera" ? this.#track : null,
      level: this.#level,
      result: now === null ? this.#result() : null,
    });
  }

  /** @returns {Result} */
  #result() {
    const { browser, camera, microphone } = this.#steps;
    return { browser: browser === "good", camera: camera === "good", microphone: microphone === "good" };
  }
}
