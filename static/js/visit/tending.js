/** One link under care: how good it is for us, how our sound and picture arrive, and the step on which it therefore sends. */

import { AUDIO_ONLY, NO_PICTURE, USE_PHONE } from "./protocol.js";
import { Ladder } from "./ladder.js";
import { WINDOW_SAMPLES, judge, receivedIn, sampleOf } from "./quality.js";
import { Sending, outboundOf } from "./sending.js";
import { isRedundant, preferRedundant } from "./redundancy.js";
import { shapeLine, shapesOf } from "./shaping.js";

/** @typedef {import("./link.js").PeerLink} PeerLink */
/** @typedef {import("./lines.js").LineName} LineName */

/**
 * What is so around a link just now.
 * @typedef {object} Situation
 * @property {{audioExpected: boolean, videoExpected: boolean}} expected - what the other side says it sends
 * @property {import("./mesh.js").PairAllowance} allowance
 * @property {boolean} sharing
 * @property {boolean} keepPicture
 */

const RESETS_TO_SOUND = 2;
const RESETS_TO_PHONE = 3;
const LOSS_WORTH_SENDING_TWICE = 2; // percent
const LOSSY_INTERVALS = 2;

export class Tending {
  #link;
  #codecs;
  #onTrouble;
  #ladder;
  #sending;
  #hopeless;
  #looking = false;
  /** @type {import("./quality.js").LinkSample[]} */
  #samples = [];
  #theirLevel = 0;
  #told = 0;
  #lossyIntervals = 0;
  #mayTakeBps = 0;
  #doubled = false;

  /**
   * @param {PeerLink} link
   * @param {object} start
   * @param {number} start.resets - how often the link was made anew because no path was found
   * @param {number} start.atMs
   * @param {() => RTCRtpCodec[]} start.codecs - that this browser has for sound
   * @param {(what: string) => void} start.onTrouble
   */
  constructor(link, { resets, atMs, codecs, onTrouble }) {
    this.#link = link;
    this.#hopeless = resets >= RESETS_TO_PHONE;
    this.#codecs = codecs;
    this.#onTrouble = onTrouble;
    this.#ladder = new Ladder(resets >= RESETS_TO_SOUND ? AUDIO_ONLY : 0, atMs);
    this.#sending = new Sending(atMs);
  }

  /** On which step we send: what the other side gives up, it need not be sent either. */
  get level() {
    if (this.#hopeless && this.#link.state !== "up") return USE_PHONE;
    const own = this.#ladder.level;
    if (this.#theirLevel >= AUDIO_ONLY) return Math.max(own, AUDIO_ONLY);
    return this.#theirLevel === NO_PICTURE ? Math.max(own, NO_PICTURE - 1) : own;
  }

  get theirLevel() {
    return this.#theirLevel;
  }

  /**
   * Take in what the other side says of its step, or of what arrives from us.
   * @param {Record<string, unknown>} message
   * @param {number} atMs
   */
  hear(message, atMs) {
    const { type, level } = message;
    if (type === "level" && isLevel(level)) this.#theirLevel = level;
    if (type === "quality") this.#sending.hear(receivedFrom(message), atMs);
  }

  /**
   * Look at what the browser counts, and do what follows from it.
   * @param {number} atMs
   * @param {Situation} situation
   * @returns {Promise<Partial<import("./held_link.js").Reading>>}
   */
  async look(atMs, situation) {
    const isUp = this.#link.state === "up";
    if (!isUp) this.#interrupt(atMs, situation);
    if (!this.#looking) await this.#inTurn(() => (isUp ? this.#lookClosely(atMs, situation) : this.#shape(situation)));
    return this.#reading(situation);
  }

  /**
   * @param {number} atMs
   * @param {Situation} situation
   */
  #interrupt(atMs, { allowance }) {
    this.#samples = [];
    this.#sending.interrupt(atMs);
    this.#ladder.take(null, atMs, allowance);
  }

  /**
   * @param {number} atMs
   * @param {Situation} situation
   */
  async #lookClosely(atMs, situation) {
    const stats = await this.#link.stats();
    if (this.#link.state === "closed") return;
    this.#samples = [...this.#samples, sampleOf(stats, atMs, this.#cameraMid)].slice(-WINDOW_SAMPLES);
    this.#step(stats, atMs, situation);
    await this.#shape(situation);
  }

  /** @param {() => Promise<void>} look */
  async #inTurn(look) {
    this.#looking = true;
    try {
      await look();
    } catch (error) {
      this.#onTrouble(`care: ${error instanceof Error ? error.name : "refused"}`); // the next look tries again
    } finally {
      this.#looking = false;
    }
  }

  /**
   * @param {Record<string, any>[]} stats
   * @param {number} atMs
   * @param {Situation} situation
   */
  #step(stats, atMs, { allowance, expected }) {
    this.#link.control({ type: "quality", ...receivedIn(this.#samples, this.#expecting(expected)) });
    const before = this.#ladder.level;
    const sent = { redundant: this.#isRedundant, mayTakeBps: this.#mayTakeBps };
    const evidence = this.#sending.take(outboundOf(stats, atMs, this.#cameraMid), sent);
    const level = this.#ladder.take(evidence, atMs, allowance);
    if (level > before) this.#sending.interrupt(atMs); // what a line was too full for lingers in the buffers for a while
    else if (level < before) this.#sending.settle(atMs);
    if (level !== this.#told && this.#link.control({ type: "level", level })) this.#told = level;
    if ((evidence?.audioLoss ?? 0) > LOSS_WORTH_SENDING_TWICE) this.#lossyIntervals += 1;
    if (this.#lossyIntervals >= LOSSY_INTERVALS) this.#sendSoundTwice();
  }

  /** @param {Situation} situation */
  async #shape({ allowance: { best }, sharing, keepPicture }) {
    const shapes = shapesOf(this.level, { best, sharing, keepPicture });
    this.#mayTakeBps = (shapes.camera.bps ?? 0) + (sharing ? (shapes.share.bps ?? 0) : 0);
    for (const line of /** @type {LineName[]} */ (Object.keys(shapes))) {
      const sender = this.#link.transceiver(line)?.sender;
      if (sender) await shapeLine(sender, shapes[line]);
    }
  }

  /** Once a link, and only while agreeing is easy: the path stands and nothing else is being agreed. */
  #sendSoundTwice() {
    const transceiver = this.#link.transceiver("microphone");
    if (this.#doubled || this.#isRedundant || !transceiver || !this.#link.settled) return;
    this.#doubled = true;
    if (preferRedundant(transceiver, this.#codecs())) this.#link.renegotiate();
  }

  /** @param {Situation} situation */
  #reading({ expected }) {
    const last = this.#samples.at(-1);
    const { quality } = judge(this.#samples, this.#expecting(expected));
    const levels = { level: this.level, theirLevel: this.#theirLevel };
    return { ...levels, quality, ...(last ? { roundTripMs: last.roundTripMs, relayed: last.relayed } : {}) };
  }

  /** @param {Situation["expected"]} expected */
  #expecting({ audioExpected, videoExpected }) {
    return { audioExpected, videoExpected: videoExpected && this.#theirLevel < NO_PICTURE };
  }

  get #cameraMid() {
    return this.#link.transceiver("camera")?.mid ?? null;
  }

  get #isRedundant() {
    const sender = this.#link.transceiver("microphone")?.sender;
    return sender !== undefined && isRedundant(sender);
  }
}

/** @param {unknown} value @returns {value is number} */
const isLevel = (value) => typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= USE_PHONE;

/**
 * @param {Record<string, unknown>} message
 * @returns {import("./quality.js").Received}
 */
function receivedFrom(message) {
  const known = ["sound", "frames", "frozen"].filter((name) => typeof message[name] === "number");
  return Object.fromEntries(known.map((name) => [name, message[name]]));
}
