/** What is known of how our sound and picture arrive on one link: from what the browser counts and what the other side says. */

/** @typedef {import("./ladder.js").Evidence} Evidence */
/** @typedef {import("./quality.js").Received} Received */

/**
 * What the browser has counted of one line that we send, at one moment; all growing from 0 unless named otherwise.
 * @typedef {object} Sent
 * @property {number} frames
 * @property {number} slowSeconds - in which this machine could not encode as wanted
 * @property {boolean} reduced - at this moment the line makes the encoder send a smaller picture
 * @property {{stamp: number, percent: number} | null} loss - as the other side last reported
 */
/** @typedef {{atMs: number, availableBps: number | null, roundTripMs: number, sound: Sent | null, camera: Sent | null}} Outbound */

const CALM_MS = 6_000; // in which the traces of an interruption pass
const SETTLING_MS = 10_000; // a browser finds out step by step what a line gives
const QUIET_MS = 3_500; // the other side says every two seconds what arrives
const LOSS_LASTS_MS = 6_000; // reports on sound come every five seconds (RFC 3550, section 6.2)
const LONG_ROUND_TRIP_MS = 400;
const QUEUED_FACTOR = 2; // a satellite is always slow, and a smaller picture does not bring it closer

/**
 * Read what is sent out of `RTCPeerConnection.getStats()`.
 * @param {Record<string, any>[]} stats - the report's values
 * @param {number} atMs
 * @param {string | null} cameraMid - of the camera's line, to tell it from a shared screen
 * @returns {Outbound}
 */
export function outboundOf(stats, atMs, cameraMid) {
  const pair = stats.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const outbound = stats.filter(({ type, active }) => type === "outbound-rtp" && active !== false);
  const camera = outbound.find(({ kind, mid }) => kind === "video" && (!cameraMid || !mid || mid === cameraMid));
  return {
    atMs,
    availableBps: pair?.availableOutgoingBitrate ?? null,
    roundTripMs: 1000 * (pair?.currentRoundTripTime ?? 0),
    sound: sentOf(stats, outbound.find(({ kind }) => kind === "audio")),
    camera: sentOf(stats, camera),
  };
}

/**
 * @param {Record<string, any>[]} stats
 * @param {Record<string, any> | undefined} line
 * @returns {Sent | null}
 */
function sentOf(stats, line) {
  if (!line) return null;
  const report = stats.find(({ type, localId }) => type === "remote-inbound-rtp" && localId === line.id);
  return {
    frames: line.framesSent ?? 0,
    slowSeconds: line.qualityLimitationDurations?.cpu ?? 0,
    reduced: line.qualityLimitationReason === "bandwidth",
    loss: report ? { stamp: report.timestamp, percent: 100 * (report.fractionLost ?? 0) } : null,
  };
}

/** Puts evidence together, interval by interval. An interruption is no evidence: finding another path is its cure. */
export class Sending {
  #calmAtMs = 0;
  #settledAtMs = 0;
  #newsAtMs = -Infinity;
  #leastRoundTripMs = Infinity;
  #soundLoss = new LastingLoss();
  #cameraLoss = new LastingLoss();
  /** @type {Received | null} */
  #received = null;
  /** @type {Outbound | null} */
  #last = null;

  /** @param {number} atMs */
  constructor(atMs) {
    this.interrupt(atMs);
  }

  /** @param {number} atMs - of a change, after which what the line gives must show again */
  settle(atMs) {
    this.#settledAtMs = atMs + SETTLING_MS;
  }

  /** @param {number} atMs - at which nothing arrives */
  interrupt(atMs) {
    this.#calmAtMs = atMs + CALM_MS;
    this.settle(atMs);
  }

  /**
   * @param {Received} received - what arrives, as the other side says
   * @param {number} atMs
   */
  hear(received, atMs) {
    this.#received = received;
    this.#newsAtMs = atMs;
  }

  /**
   * @param {Outbound} now
   * @param {{redundant: boolean, mayTakeBps: number}} sent - whether sound is sent twice, and what all pictures may take
   * @returns {Evidence | null} of the interval since the last time; null: nothing is known
   */
  take(now, { redundant, mayTakeBps }) {
    const { atMs } = now;
    const news = [this.#soundLoss.take(now.sound, atMs), this.#cameraLoss.take(now.camera, atMs)];
    if (news.includes(true)) this.#newsAtMs = atMs;
    if (atMs - this.#newsAtMs > QUIET_MS) this.interrupt(atMs);
    const [before, received] = [this.#last, this.#received];
    this.#last = now;
    this.#received = null; // each word counts once
    const queued = this.#isQueued(now.roundTripMs);
    if (!before || atMs < this.#calmAtMs) return null;
    const losses = { audioLoss: this.#soundLoss.at(atMs), videoLoss: this.#cameraLoss.at(atMs) };
    const availableBps = this.#available(now, mayTakeBps);
    return { ...encodingBetween(before, now), ...losses, availableBps, received, queued, redundant };
  }

  /**
   * @param {Outbound} now
   * @param {number} mayTakeBps
   */
  #available({ camera, availableBps, atMs }, mayTakeBps) {
    const isShort = camera && availableBps !== null && availableBps < mayTakeBps;
    return isShort && atMs >= this.#settledAtMs ? availableBps : null;
  }

  /** @param {number} roundTripMs */
  #isQueued(roundTripMs) {
    if (roundTripMs > 0) this.#leastRoundTripMs = Math.min(this.#leastRoundTripMs, roundTripMs);
    return roundTripMs > LONG_ROUND_TRIP_MS && roundTripMs > QUEUED_FACTOR * this.#leastRoundTripMs;
  }
}

/**
 * @param {Outbound} before
 * @param {Outbound} now
 */
function encodingBetween({ camera: before, atMs }, { camera, atMs: nowMs }) {
  const seconds = (nowMs - atMs) / 1000;
  return {
    reduced: camera?.reduced ?? false,
    framesSent: camera && before ? (camera.frames - before.frames) / seconds : null,
    cpuShare: camera && before ? (camera.slowSeconds - before.slowSeconds) / seconds : null,
  };
}

/** The last report of loss on one line, for as long as it says something. */
class LastingLoss {
  #stamp = 0;
  #percent = 0;
  #atMs = -Infinity;

  /**
   * @param {Sent | null} sent
   * @param {number} atMs
   * @returns {boolean} whether there is a new report
   */
  take(sent, atMs) {
    if (!sent?.loss || sent.loss.stamp === this.#stamp) return false;
    this.#stamp = sent.loss.stamp;
    this.#percent = sent.loss.percent;
    this.#atMs = atMs;
    return true;
  }

  /**
   * @param {number} atMs
   * @returns {number | null} percent
   */
  at(atMs) {
    return atMs - this.#atMs <= LOSS_LASTS_MS ? this.#percent : null;
  }
}
