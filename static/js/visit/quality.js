/**
 * How good a link is, from what the browser counts. Pure: samples in, a word out; no clock, no connection.
 * The scale is that of ITU-T G.107 (E-model), 0 to 100, so that our figures compare with other systems'.
 */

/** @typedef {"good" | "unsteady" | "poor"} Quality */

/**
 * Counters of one link at one moment, all growing from 0 unless a unit says otherwise; absent when nothing is received.
 * @typedef {object} LinkSample
 * @property {number} atMs
 * @property {number} roundTripMs - current value
 * @property {boolean} relayed
 * @property {AudioCounters | null} audio
 * @property {VideoCounters | null} video
 */
/**
 * @typedef {object} AudioCounters
 * @property {number} jitterMs - current value
 * @property {number} bufferSeconds
 * @property {number} bufferEmitted
 * @property {number} concealed
 * @property {number} samples
 * @property {number} packets
 */
/**
 * @typedef {object} VideoCounters
 * @property {number} packets
 * @property {number} lost
 * @property {number} framesDecoded
 * @property {number} freezeSeconds
 */

/**
 * What arrived in the last interval; what is not known or not expected is left out.
 * @typedef {object} Received
 * @property {number} [sound] - on the scale of this module
 * @property {number} [frames] - of the camera, a second
 * @property {number} [frozen] - percent of the time
 */

export const SAMPLE_EVERY_MS = 2_000;
export const WINDOW_SAMPLES = 6; // ten seconds of differences

const GOOD_ABOVE = 80;
const UNSTEADY_ABOVE = 40;
const CONCEALMENT_WEIGHT = 5.33; // Opus with forward error correction, per percent of concealed sound
const VIDEO_LOSS_WEIGHT = 10;
const FREEZE_WEIGHT = 4;
const STEADY_FRAMES_PER_SECOND = 12; // below this lips and voice come apart
const FALLING_WEIGHT = 0.8;
const RISING_WEIGHT = 0.4;

/**
 * Judge a link by its last samples, oldest first.
 * @param {LinkSample[]} samples
 * @param {{audioExpected: boolean, videoExpected: boolean}} expected - what the other side says it is sending
 * @returns {{quality: Quality, score: number}} good while there is nothing to judge
 */
export function judge(samples, expected) {
  let score = 100;
  for (let index = 1; index < samples.length; index += 1) {
    const next = scoreBetween(sampleAt(samples, index - 1), sampleAt(samples, index), expected);
    const weight = next < score ? FALLING_WEIGHT : RISING_WEIGHT;
    score = weight * next + (1 - weight) * score;
  }
  return { quality: qualityOf(score), score };
}

/**
 * Say what arrived in the last interval, for whoever sends it. An interruption and the interval after it say nothing.
 * @param {LinkSample[]} samples - oldest first
 * @param {{audioExpected: boolean, videoExpected: boolean}} expected
 * @returns {Received}
 */
export function receivedIn(samples, { audioExpected, videoExpected }) {
  const [earlier, before, after] = samples.slice(-3);
  if (!earlier || !before || !after) return {};
  const heard = audioExpected && arrived("audio", earlier, before) && arrived("audio", before, after);
  const seen = videoExpected && arrived("video", earlier, before) && arrived("video", before, after);
  return {
    ...(heard ? { sound: Math.round(Math.max(0, audioScore(before, after))) } : {}),
    ...(seen ? pictureIn(before, after) : {}),
  };
}

/**
 * @param {"audio" | "video"} kind
 * @param {LinkSample} before
 * @param {LinkSample} after
 */
const arrived = (kind, { [kind]: before }, { [kind]: after }) => before !== null && after !== null && after.packets > before.packets;

/**
 * @param {LinkSample} before
 * @param {LinkSample} after
 */
function pictureIn({ video: before, atMs: beforeMs }, { video: after, atMs: afterMs }) {
  if (!before || !after) return {};
  const seconds = (afterMs - beforeMs) / 1000;
  return {
    frames: Math.round((after.framesDecoded - before.framesDecoded) / seconds),
    frozen: Math.round(percent(after.freezeSeconds - before.freezeSeconds, seconds)),
  };
}

/**
 * Read one sample out of `RTCPeerConnection.getStats()`.
 * @param {Iterable<Record<string, any>>} stats - the report's values
 * @param {number} atMs
 * @param {string | null} [cameraMid] - of the camera's line, to tell it from a shared screen
 * @returns {LinkSample}
 */
export function sampleOf(stats, atMs, cameraMid = null) {
  const all = [...stats];
  const pair = all.find((stat) => stat.type === "candidate-pair" && stat.nominated && stat.state === "succeeded");
  const local = all.find((stat) => stat.type === "local-candidate" && stat.id === pair?.localCandidateId);
  const inbound = all.filter((stat) => stat.type === "inbound-rtp");
  return {
    atMs,
    roundTripMs: 1000 * number(pair?.currentRoundTripTime),
    relayed: local?.candidateType === "relay",
    audio: audioCounters(inbound.find((stat) => stat.kind === "audio")),
    video: videoCounters(busiest(inbound.filter(({ kind, mid }) => kind === "video" && (!cameraMid || !mid || mid === cameraMid)))),
  };
}

/**
 * @param {LinkSample} before
 * @param {LinkSample} after
 * @param {{audioExpected: boolean, videoExpected: boolean}} expected
 */
function scoreBetween(before, after, { audioExpected, videoExpected }) {
  const audio = audioExpected ? audioScore(before, after) : 100;
  const video = videoExpected ? videoScore(before, after) : 100;
  return Math.max(0, Math.min(audio, video));
}

/**
 * @param {LinkSample} before
 * @param {LinkSample} after
 */
function audioScore({ audio: before }, { audio: after, roundTripMs }) {
  if (!before || !after || isAnother(before, after)) return 100;
  if (after.packets === before.packets) return 0;
  const emitted = after.bufferEmitted - before.bufferEmitted;
  const bufferMs = emitted > 0 ? (1000 * (after.bufferSeconds - before.bufferSeconds)) / emitted : 0;
  const delayMs = roundTripMs / 2 + 2 * after.jitterMs + bufferMs;
  const concealed = percent(after.concealed - before.concealed, after.samples - before.samples);
  return 100 - delayEffect(delayMs) - CONCEALMENT_WEIGHT * concealed;
}

/**
 * @param {LinkSample} before
 * @param {LinkSample} after
 */
function videoScore({ video: before, atMs: beforeMs }, { video: after, atMs: afterMs }) {
  if (!before || !after || isAnother(before, after)) return 100;
  const seconds = (afterMs - beforeMs) / 1000;
  const lost = Math.max(0, after.lost - before.lost);
  const loss = percent(lost, lost + after.packets - before.packets);
  const frames = (after.framesDecoded - before.framesDecoded) / seconds;
  const frozen = percent(after.freezeSeconds - before.freezeSeconds, seconds);
  return Math.min(
    100 - VIDEO_LOSS_WEIGHT * loss,
    100 * Math.min(1, frames / STEADY_FRAMES_PER_SECOND),
    100 - FREEZE_WEIGHT * frozen,
  );
}

/**
 * A stream that begins anew counts from 0; Firefox makes another one when it is told how to send.
 * @param {{packets: number}} before
 * @param {{packets: number}} after
 */
const isAnother = (before, after) => after.packets < before.packets;

/** @param {number} delayMs - one way, mouth to ear */
function delayEffect(delayMs) {
  return delayMs <= 160 ? delayMs / 40 : (delayMs - 120) / 10;
}

/** @param {number} score @returns {Quality} */
function qualityOf(score) {
  if (score > GOOD_ABOVE) return "good";
  return score > UNSTEADY_ABOVE ? "unsteady" : "poor";
}

/** @param {Record<string, any> | undefined} stat @returns {AudioCounters | null} */
function audioCounters(stat) {
  if (!stat) return null;
  return {
    jitterMs: 1000 * number(stat.jitter),
    bufferSeconds: number(stat.jitterBufferDelay),
    bufferEmitted: number(stat.jitterBufferEmittedCount),
    concealed: number(stat.concealedSamples),
    samples: number(stat.totalSamplesReceived),
    packets: number(stat.packetsReceived),
  };
}

/** @param {Record<string, any> | undefined} stat @returns {VideoCounters | null} */
function videoCounters(stat) {
  if (!stat) return null;
  return {
    packets: number(stat.packetsReceived),
    lost: number(stat.packetsLost),
    framesDecoded: number(stat.framesDecoded),
    freezeSeconds: number(stat.totalFreezesDuration),
  };
}

/**
 * Where a browser does not name lines, the stream that carries frames is the one people look at.
 * @param {Record<string, any>[]} stats
 */
function busiest(stats) {
  return stats.reduce(
    (best, stat) => (!best || number(stat.framesDecoded) > number(best.framesDecoded) ? stat : best),
    /** @type {Record<string, any> | undefined} */ (undefined),
  );
}

/** @param {number} part @param {number} whole */
const percent = (part, whole) => (whole > 0 ? (100 * Math.max(0, part)) / whole : 0);

/** @param {unknown} value */
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** @param {LinkSample[]} samples @param {number} index */
const sampleAt = (samples, index) => /** @type {LinkSample} */ (samples[index]);
