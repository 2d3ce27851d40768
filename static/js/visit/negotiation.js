/** How two browsers agree on one connection: perfect negotiation (W3C WebRTC, section 10.7) within one generation. */

/** @typedef {{gen: number, neg: number, sdp: string}} Description */
/** @typedef {import("./candidates.js").CandidateMessage} CandidateMessage */
/** @typedef {"rtc.offer" | "rtc.answer" | "rtc.ice"} NegotiationType */

/**
 * @typedef {object} NegotiationActions
 * @property {(type: NegotiationType, data: Record<string, unknown>) => void} send
 * @property {() => boolean} laidOut - whether there is anything to offer
 * @property {() => Promise<void>} adopt - take over the lines of the other side's first offer
 * @property {() => Promise<void>} prepare - have what a new path needs; its candidates are gathered next
 * @property {(what: string) => void} onTrouble
 * @property {() => void} onBroken - what the other side described cannot be had, and it goes by it
 */

const MAX_CANDIDATES = 100; // of one description of the other side, as the server allows
const MAX_CANDIDATES_AT_ONCE = 20;
const MAX_CANDIDATE = 1_024;
const MAX_SDP = 32_768;
const FINGERPRINT = /^a=fingerprint:sha-256 /m;

export class Negotiation {
  #connection;
  #role;
  #actions;
  #ending;
  #chain = Promise.resolve();
  #makingOffer = false;
  #settingAnswer = false;
  #offersSent = 0;
  #offersSeen = 0;
  /** @type {RTCIceCandidateInit[]} */
  #early = [];
  /** Of the present description; what comes by two ways is added once. @type {Set<string>} */
  #added = new Set();

  /**
   * @param {RTCPeerConnection} connection
   * @param {{gen: number, polite: boolean}} role - the polite side rolls back when two offers cross
   * @param {NegotiationActions} actions
   * @param {AbortSignal} ending - nothing is applied or sent after it
   */
  constructor(connection, role, actions, ending) {
    this.#connection = connection;
    this.#role = role;
    this.#actions = actions;
    this.#ending = ending;
    connection.addEventListener("negotiationneeded", () => void this.offer(), { signal: ending });
  }

  /**
   * Take in what the other side sent; one message after the other.
   * @param {NegotiationType} type
   * @param {Description | CandidateMessage} message
   * @returns {Promise<void>} when it has been applied; never rejects
   */
  receive(type, message) {
    this.#chain = this.#chain.then(() => this.#apply(type, message)).catch((error) => this.#cannotApply(type, error));
    return this.#chain;
  }

  /**
   * @param {NegotiationType} type
   * @param {unknown} error
   */
  #cannotApply(type, error) {
    this.#actions.onTrouble(`${type}: ${error instanceof Error ? error.name : "refused"}`);
    if (type !== "rtc.ice") this.#actions.onBroken();
  }

  /** Say what we would have from now on. */
  async offer() {
    if (!this.#actions.laidOut()) return; // the first offer is the other side's
    try {
      this.#makingOffer = true;
      if (!this.#connection.localDescription) await this.#actions.prepare();
      if (this.#ending.aborted) return;
      await this.#connection.setLocalDescription();
      if (this.#ending.aborted || this.#connection.localDescription?.type !== "offer") return;
      this.#offersSent += 1;
      this.#describe("rtc.offer", this.#offersSent);
    } catch (error) {
      this.#actions.onTrouble(`offer: ${error instanceof Error ? error.name : "refused"}`);
    } finally {
      this.#makingOffer = false;
    }
  }

  /**
   * @param {NegotiationType} type
   * @param {Description | CandidateMessage} message
   */
  async #apply(type, message) {
    if (this.#ending.aborted || message.gen !== this.#role.gen) return;
    if (type === "rtc.ice") await this.#applyCandidates(/** @type {CandidateMessage} */ (message));
    else if (type === "rtc.offer") await this.#applyOffer(/** @type {Description} */ (message));
    else await this.#applyAnswer(/** @type {Description} */ (message));
  }

  /** @param {Description} offer */
  async #applyOffer({ neg, sdp }) {
    if (neg <= this.#offersSeen) return; // sent again after a lost socket, or come by the other way too
    const stable = this.#connection.signalingState === "stable" || this.#settingAnswer;
    const collision = this.#makingOffer || !stable;
    if (collision && !this.#role.polite) return void (this.#offersSeen = neg); // for good: the other side takes it back
    const before = fragmentsOf(this.#connection.remoteDescription);
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
    this.#offersSeen = neg;
    if (this.#ending.aborted) return;
    if (fragmentsOf({ sdp }) !== before) this.#added.clear();
    if (!this.#actions.laidOut()) await this.#actions.adopt();
    if (fragmentsOf({ sdp }) !== before) await this.#actions.prepare(); // the other side looks for a new path
    if (this.#ending.aborted) return;
    await this.#connection.setLocalDescription();
    if (this.#ending.aborted) return;
    this.#describe("rtc.answer", neg);
    await this.#applyEarly();
  }

  /** @param {Description} answer */
  async #applyAnswer({ neg, sdp }) {
    if (neg !== this.#offersSent || this.#connection.signalingState !== "have-local-offer") return;
    this.#settingAnswer = true;
    this.#added.clear();
    try {
      await this.#connection.setRemoteDescription({ type: "answer", sdp });
    } finally {
      this.#settingAnswer = false;
    }
    if (!this.#ending.aborted) await this.#applyEarly();
  }

  /** @param {CandidateMessage} message */
  async #applyCandidates({ cands }) {
    if (this.#connection.remoteDescription) await this.#addCandidates(cands);
    else this.#early.push(...cands);
  }

  async #applyEarly() {
    await this.#addCandidates(this.#early.splice(0));
  }

  /** @param {RTCIceCandidateInit[]} candidates */
  async #addCandidates(candidates) {
    for (const candidate of candidates) {
      if (this.#ending.aborted || !this.#describesFragment(candidate.usernameFragment)) continue;
      if (this.#isNew(candidate)) await this.#connection.addIceCandidate(candidate);
    }
  }

  /** @param {RTCIceCandidateInit} given */
  #isNew({ candidate, sdpMid, usernameFragment }) {
    const name = JSON.stringify([candidate, sdpMid, usernameFragment]);
    if (this.#added.has(name) || this.#added.size >= MAX_CANDIDATES) return false;
    this.#added.add(name);
    return true;
  }

  /**
   * A candidate of an offer that was rolled back or replaced belongs to nobody.
   * @param {string | null | undefined} fragment
   */
  #describesFragment(fragment) {
    return !fragment || fragmentsOf(this.#connection.remoteDescription).includes(`a=ice-ufrag:${fragment}\n`);
  }

  /**
   * @param {"rtc.offer" | "rtc.answer"} type
   * @param {number} neg
   */
  #describe(type, neg) {
    this.#actions.send(type, { neg, sdp: this.#connection.localDescription?.sdp ?? "" });
  }
}

/** @param {{sdp: string} | null} description @returns {string} the lines that name its ICE fragments */
function fragmentsOf(description) {
  const lines = description?.sdp.split(/\r?\n/) ?? [];
  return lines.filter((line) => line.startsWith("a=ice-ufrag:")).map((line) => `${line}\n`).join("");
}

/**
 * Find the negotiation in what the other side said past the server, which would have looked at it as closely.
 * @param {Record<string, unknown>} message - from the control channel, unchecked
 * @returns {{type: NegotiationType, data: Description | CandidateMessage} | null} null: it is nothing of that kind
 */
export function negotiationIn({ type, gen, neg, sdp, cands }) {
  if (!isCount(gen)) return null;
  if (type === "rtc.ice") return areCandidates(cands) ? { type, data: { gen, cands } } : null;
  if (type !== "rtc.offer" && type !== "rtc.answer") return null;
  const sound = isCount(neg) && typeof sdp === "string" && sdp.length <= MAX_SDP && FINGERPRINT.test(sdp);
  return sound ? { type, data: { gen, neg, sdp } } : null;
}

/** @param {unknown} value @returns {value is number} */
const isCount = (value) => typeof value === "number" && Number.isSafeInteger(value) && value > 0;

/** @param {unknown} value @returns {value is RTCIceCandidateInit[]} */
const areCandidates = (value) =>
  Array.isArray(value) &&
  value.length <= MAX_CANDIDATES_AT_ONCE &&
  value.every((each) => typeof each?.candidate === "string" && each.candidate.length <= MAX_CANDIDATE);
