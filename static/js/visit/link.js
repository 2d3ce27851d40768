/** One peer connection in one generation: its lines, what is agreed about them, and the path that carries them. */

import { CandidateBatch } from "./candidates.js";
import { Lines } from "./lines.js";
import { Negotiation, negotiationIn } from "./negotiation.js";
import { Path } from "./path.js";

/** @typedef {import("./lines.js").LineName} LineName */
/** @typedef {import("./lines.js").Tracks} Tracks */
/** @typedef {"connecting" | "up" | "shaky" | "restarting" | "exhausted" | "closed"} LinkState */
/** @typedef {import("./negotiation.js").Description} Description */
/** @typedef {import("./candidates.js").CandidateMessage} CandidateMessage */

/**
 * @typedef {object} LinkRole - told by the server
 * @property {string} peer - session id of the other side
 * @property {number} gen
 * @property {boolean} polite - rolls back when two offers cross
 * @property {boolean} initiator - makes the first offer
 */

/**
 * @typedef {object} LinkSurroundings
 * @property {Pick<import("./ice.js").IceAccess, "configuration" | "renewed" | "lasting">} ice
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createConnection
 * @property {MediaStream} stream - of what this person sends
 * @property {import("./clock.js").Clock} clock
 * @property {(type: string, data: Record<string, unknown>) => void} send - to the peer
 * @property {() => boolean} canSignal
 */

/**
 * @typedef {object} LinkEvents
 * @property {(message: Record<string, unknown>) => void} onControl - from the other side, unchecked
 * @property {(trouble: string) => void} onTrouble
 * @property {(line: LineName, track: MediaStreamTrack) => void} onTrack
 * @property {(state: LinkState) => void} onState
 * @property {() => void} onSilence - nothing comes in any more, or something again
 */

/** @type {LinkState[]} */
const TROUBLED = ["shaky", "restarting", "exhausted"];

export class PeerLink {
  #role;
  #around;
  #events;
  #configuration;
  #connection;
  #path;
  #candidates;
  #lines;
  #negotiation;
  #restartOffered = false;
  #listening = new AbortController();
  /** Descriptions that only the server has brought. @type {Record<string, unknown>[]} */
  #unsaid = [];
  /** @type {LinkState} */
  #state = "connecting";

  /**
   * @param {LinkRole} role
   * @param {Tracks} tracks - what to send from the start
   * @param {LinkSurroundings} around
   * @param {LinkEvents} events
   */
  constructor(role, tracks, around, events) {
    this.#role = role;
    this.#around = around;
    this.#events = events;
    this.#configuration = around.ice.configuration;
    this.#connection = around.createConnection(this.#configuration);
    const lineEvents = {
      onOpen: () => this.#sayUnsaid(),
      onControl: (/** @type {Record<string, unknown>} */ message) => this.#hear(message),
      onTrouble: events.onTrouble,
    };
    this.#lines = new Lines(this.#connection, around.stream, tracks, lineEvents, this.#listening.signal);
    this.#negotiation = this.#makeNegotiation();
    this.#candidates = new CandidateBatch(around.clock, (batch) => this.#send("rtc.ice", batch));
    this.#path = this.#makePath();
    this.#listen();
    if (role.initiator) this.#lines.layOut();
  }

  get role() {
    return this.#role;
  }

  get state() {
    return this.#state;
  }

  /** @returns {number} how loud the other side's voice is just now, from 0 to 1 */
  loudness() {
    return this.#lines.loudness();
  }

  /** @returns {number} the same, as it was a moment ago, for whoever asks often */
  get lastLoudness() {
    return this.#lines.lastLoudness;
  }

  /** The browser's own words for the connection and its path. */
  report() {
    return { pc: this.#connection.connectionState, ice: this.#connection.iceConnectionState };
  }

  /**
   * Take in what the other side sent; one message after the other.
   * @param {import("./negotiation.js").NegotiationType} type
   * @param {Description | CandidateMessage} message
   * @returns {Promise<void>} when it has been applied; never rejects
   */
  receive(type, message) {
    return this.#negotiation.receive(type, message);
  }

  /**
   * Send another track on a line, or nothing.
   * @param {LineName} line
   * @param {MediaStreamTrack | null} track
   */
  setTrack(line, track) {
    return this.#lines.setTrack(line, track);
  }

  /**
   * Tell the other side something without the server.
   * @param {Record<string, unknown>} message
   * @returns {boolean} false: the channel is not open, and it is lost
   */
  control(message) {
    return this.#lines.control(message);
  }

  /** @param {LineName} line */
  transceiver(line) {
    return this.#lines.transceiver(line);
  }

  /** What both sides have said of themselves last. */
  get descriptions() {
    const { localDescription, remoteDescription } = this.#connection;
    return { local: localDescription?.sdp, remote: remoteDescription?.sdp };
  }

  /** @returns {boolean} whether the path stands and nothing is being agreed about */
  get settled() {
    return this.#state === "up" && this.#connection.signalingState === "stable";
  }

  /** Agree about the lines anew, over the path that stands. */
  renegotiate() {
    if (this.settled) void this.#negotiation.offer();
  }

  /** Look for a better path while the present one stands, because this machine may have another network now. */
  renewPath() {
    if (this.settled) void this.#restart();
  }

  /** @returns {boolean} whether this link was up and is not well, or seems not to be */
  get troubled() {
    return this.#path.silent || TROUBLED.includes(this.#state);
  }

  /**
   * Look for a new path soon if this one is not well.
   * @param {number} afterMs
   */
  nudge(afterMs) {
    this.#path.nudge(afterMs);
  }

  /**
   * Look for a new path because the other side asks for it.
   * @param {number} gen
   */
  restart(gen) {
    if (gen === this.#role.gen) void this.#restart();
  }

  /** What the browser counts. @returns {Promise<Record<string, any>[]>} */
  async stats() {
    const stats = await this.#connection.getStats();
    return [.../** @type {Map<string, Record<string, any>>} */ (/** @type {unknown} */ (stats)).values()];
  }

  /** End the connection; nothing follows but the last state. */
  close() {
    if (this.#state === "closed") return;
    this.#enter("closed");
    this.#listening.abort();
    this.#path.stop();
    this.#candidates.stop();
    this.#connection.close();
  }

  #makeNegotiation() {
    const actions = {
      send: (/** @type {string} */ type, /** @type {Record<string, unknown>} */ data) => this.#send(type, data),
      laidOut: () => this.#lines.laidOut,
      adopt: () => this.#lines.adopt(),
      prepare: async () => this.#use(await this.#around.ice.lasting()),
      onTrouble: (/** @type {string} */ what) => this.#events.onTrouble(what),
      onBroken: () => this.#state !== "connecting" && this.#enter("exhausted"),
    };
    return new Negotiation(this.#connection, this.#role, actions, this.#listening.signal);
  }

  #makePath() {
    const actions = {
      polite: this.#role.polite,
      canSignal: this.#around.canSignal,
      lastArrival: () => this.#lines.lastArrival(),
      restart: () => void this.#restart(),
      onConnected: () => this.#state === "connecting" && this.#enter("up"),
      onHealth: (/** @type {import("./path.js").Health} */ health) => this.#enter(health === "well" ? "up" : health),
      onSilence: this.#events.onSilence,
      onMended: () => void this.#lines.refresh(),
    };
    return new Path(this.#connection, this.#around.clock, actions, this.#listening.signal);
  }

  #listen() {
    const connection = this.#connection;
    const until = { signal: this.#listening.signal };
    connection.addEventListener("icecandidate", ({ candidate }) => this.#candidates.add(candidate), until);
    connection.addEventListener("track", (event) => this.#tellTrack(event), until);
    connection.addEventListener("signalingstatechange", () => this.#signalingChanged(), until);
  }

  async #restart() {
    this.#use(await this.#around.ice.renewed());
    if (this.#closed() || this.#restartOffered) return; // an offer that waits for its answer is as good as another one
    this.#restartOffered = true;
    this.#connection.restartIce();
  }

  #signalingChanged() {
    if (this.#connection.signalingState === "stable") this.#restartOffered = false;
  }

  /** @param {RTCConfiguration} configuration - for candidates that are gathered from now on */
  #use(configuration) {
    if (this.#closed() || configuration === this.#configuration) return;
    this.#configuration = configuration;
    this.#connection.setConfiguration(configuration);
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} data
   */
  #send(type, data) {
    if (this.#closed()) return;
    const message = { gen: this.#role.gen, ...data };
    this.#around.send(type, message); // waits there while the server is away
    const passed = this.#lines.control({ type, ...message }); // always: each way has to bring everything in its order
    if (!passed && type !== "rtc.ice") this.#unsaid.push({ type, ...message });
  }

  /** The first description has arrived, or the channel would not be open; what followed it may still be on its way. */
  #sayUnsaid() {
    for (const message of this.#unsaid.splice(0).slice(1)) this.#lines.control(message);
  }

  /** @param {Record<string, unknown>} message - past the server */
  #hear(message) {
    const negotiation = negotiationIn(message);
    if (negotiation) void this.receive(negotiation.type, negotiation.data);
    else this.#events.onControl(message);
  }

  /** @param {RTCTrackEvent} event */
  #tellTrack({ transceiver, track }) {
    const line = this.#lines.nameOf(transceiver);
    if (line) this.#events.onTrack(line, track);
  }

  #closed() {
    return this.#state === "closed";
  }

  /** @param {LinkState} state */
  #enter(state) {
    if (this.#state === state || this.#closed()) return;
    this.#state = state;
    this.#events.onState(state);
  }
}
