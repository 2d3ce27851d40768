/**
 * On which step a link sends, from what is known of it: down fast, up slowly. Pure: evidence and time come in, a step comes out.
 *
 * | step | what is sent                                         |
 * |------|------------------------------------------------------|
 * | 0    | the best picture that the number of people allows    |
 * | 1    | at most 360p, 20 frames a second                     |
 * | 2    | at most 180p, 15 frames a second                     |
 * | 3    | sound, and no picture of oneself                     |
 * | 4    | sound only, and none but sound is wanted             |
 * | 5    | the same, and people are told to use the telephone   |
 */

import { AUDIO_ONLY, NO_PICTURE, USE_PHONE } from "./protocol.js";

/**
 * What one interval showed about what we send; null where nothing is known.
 * @typedef {object} Evidence
 * @property {number | null} availableBps - what the line gives where the picture may take more
 * @property {boolean} reduced - the encoder makes the picture smaller because of that
 * @property {number | null} cpuShare - of the time in which this machine was too slow, 0 to 1
 * @property {number | null} framesSent - a second
 * @property {number | null} videoLoss - percent
 * @property {number | null} audioLoss - percent
 * @property {boolean} redundant - sound is sent twice (RFC 2198)
 * @property {boolean} queued - the round trip has grown long, so something on the way is full
 * @property {import("./quality.js").Received | null} received - what arrives, as the other side says
 */

/** @typedef {{base: number, needBps: number}} Allowance - for a pair of people, see mesh.js */
/** @typedef {{level: number, heldMs: number, needBps: number}} Standing */

const VOTES = 5;
const MAJORITY = 3;
const UP_AFTER_MS = 20_000;
const MAX_UP_AFTER_MS = 160_000;
const RELAPSE_MS = 60_000; // a step that was held for longer was right

const RESERVE = 1.2; // of what a picture needs, for the sound and for what comes and goes
const PICTURE_NEEDS_BPS = 450_000;
const SMALL_PICTURE_NEEDS_BPS = 200_000;
const VIDEO_LOSS = 6;
const AUDIO_LOSS = 7.5;
const REDUNDANT_AUDIO_LOSS = 15;
const FROZEN = 5;
const STUTTER_FRAMES = 10;
const FLUENT_FRAMES = 12;
const SLOW_MACHINE = 0.5;

/** Where sound stops to be understood, on the scale of quality.js, and for how long that may last. */
const SOUND = { torn: 60, broken: 40, brokenMs: 10_000, hopeless: 20, hopelessMs: 15_000 };

/**
 * Say which step one interval calls for.
 * @param {Evidence} evidence
 * @param {Standing} standing - the step on which the interval was sent
 */
export function verdict(evidence, standing) {
  return Math.max(soundVerdict(evidence, standing), lineVerdict(evidence, standing), pictureVerdict(evidence, standing));
}

/**
 * @param {Evidence} evidence
 * @param {Standing} standing
 */
function soundVerdict({ received, audioLoss, redundant }, { level, heldMs }) {
  const sound = received?.sound ?? 100;
  const held = (/** @type {number} */ ms) => (heldMs >= ms ? 1 : 0);
  if (sound < SOUND.hopeless && level + held(SOUND.hopelessMs) >= USE_PHONE) return USE_PHONE;
  if (sound < SOUND.broken && level + held(SOUND.brokenMs) >= AUDIO_ONLY) return AUDIO_ONLY;
  const lossy = (audioLoss ?? 0) > (redundant ? REDUNDANT_AUDIO_LOSS : AUDIO_LOSS);
  // A small picture may be all the relief that the sound needs, so it is tried before none.
  return sound < SOUND.torn || lossy ? Math.min(NO_PICTURE, Math.max(2, level + 1)) : 0;
}

/**
 * @param {Evidence} evidence
 * @param {Standing} standing
 */
function lineVerdict({ availableBps, reduced }, { needBps }) {
  const bps = availableBps ?? Infinity;
  if (bps < SMALL_PICTURE_NEEDS_BPS) return NO_PICTURE;
  if (bps < PICTURE_NEEDS_BPS) return 2;
  return reduced && bps < RESERVE * needBps ? 1 : 0;
}

/**
 * @param {Evidence} evidence
 * @param {Standing} standing
 */
function pictureVerdict({ received, framesSent, videoLoss, cpuShare, queued }, { level }) {
  const sent = framesSent ?? 0;
  const stutters = sent >= FLUENT_FRAMES && (received?.frames ?? sent) < STUTTER_FRAMES;
  if (queued || stutters || (received?.frozen ?? 0) > FROZEN) return 2;
  const slow = (cpuShare ?? 0) > SLOW_MACHINE;
  if (slow && level >= 1 && sent < STUTTER_FRAMES) return 2;
  return slow || (videoLoss ?? 0) > VIDEO_LOSS ? 1 : 0;
}

export class Ladder {
  #level;
  #sinceMs;
  #cleanSinceMs;
  #upAfterMs = UP_AFTER_MS;
  /** @type {number | null} */
  #raisedAtMs = null;
  /** @type {number[]} */
  #votes = [];

  /**
   * @param {number} start
   * @param {number} atMs
   */
  constructor(start, atMs) {
    this.#level = start;
    this.#sinceMs = atMs;
    this.#cleanSinceMs = atMs;
  }

  get level() {
    return this.#level;
  }

  /**
   * Take in what one interval showed.
   * @param {Evidence | null} evidence - null: the line was silent, which is no sign of anything
   * @param {number} atMs
   * @param {Allowance} allowance
   * @returns {number} the step from now on
   */
  take(evidence, atMs, { base, needBps }) {
    if (this.#level < base) this.#stand(base, atMs);
    if (!evidence) this.#cleanSinceMs = atMs;
    else this.#weigh(verdict(evidence, { level: this.#level, heldMs: atMs - this.#sinceMs, needBps }), atMs, base);
    return this.#level;
  }

  /**
   * @param {number} called
   * @param {number} atMs
   * @param {number} base
   */
  #weigh(called, atMs, base) {
    this.#votes = [...this.#votes, called].slice(-VOTES);
    if (called >= this.#level) this.#cleanSinceMs = atMs;
    const voted = [...this.#votes].sort((some, other) => other - some)[MAJORITY - 1] ?? 0;
    if (voted > this.#level) this.#fall(voted, atMs);
    else if (this.#level > base && atMs - this.#cleanSinceMs >= this.#upAfterMs) this.#rise(atMs);
  }

  /**
   * @param {number} level
   * @param {number} atMs
   */
  #fall(level, atMs) {
    if (this.#raisedAtMs !== null) {
      const relapse = atMs - this.#raisedAtMs < RELAPSE_MS;
      this.#upAfterMs = relapse ? Math.min(MAX_UP_AFTER_MS, 2 * this.#upAfterMs) : UP_AFTER_MS;
    }
    this.#raisedAtMs = null;
    this.#stand(level, atMs);
  }

  /** @param {number} atMs */
  #rise(atMs) {
    this.#raisedAtMs = atMs;
    this.#stand(this.#level - 1, atMs);
  }

  /**
   * What was seen on another step says nothing of this one.
   * @param {number} level
   * @param {number} atMs
   */
  #stand(level, atMs) {
    this.#level = level;
    this.#sinceMs = atMs;
    this.#cleanSinceMs = atMs;
    this.#votes = [];
  }
}
