/**
 * One attempt to have a socket: opened, expected to say something in time, listened to for signs of life, and hung up so that
 * nothing of it is heard again.
 */

import { Timers } from "./clock.js";
import { SUBPROTOCOL } from "./protocol.js";

/** @typedef {import("./protocol.js").Frame} Frame */

/**
 * @typedef {object} LineEvents
 * @property {() => void} onOpen
 * @property {(frame: Frame) => void} onFrame
 * @property {(code: number) => void} onClose - by the other side or the network
 * @property {() => void} onLate - what was expected has not come
 */

const OPEN = 1; // WebSocket.OPEN, HTML standard section 9.3

export class Line {
  #openSocket;
  #events;
  #timers;
  /** @type {WebSocket | null} */
  #socket = null;
  #listening = new AbortController();

  /**
   * @param {(url: string, protocol: string) => WebSocket} openSocket
   * @param {import("./clock.js").Clock} clock
   * @param {LineEvents} events
   */
  constructor(openSocket, clock, events) {
    this.#openSocket = openSocket;
    this.#timers = new Timers(clock);
    this.#events = events;
  }

  get open() {
    return this.#socket?.readyState === OPEN;
  }

  /** Ends with this attempt. */
  get ending() {
    return this.#listening.signal;
  }

  /** @param {string} url */
  dial(url) {
    const signal = this.ending;
    const { onOpen, onFrame, onClose } = this.#events;
    const socket = this.#openSocket(url, SUBPROTOCOL);
    socket.addEventListener("open", () => onOpen(), { signal });
    socket.addEventListener("message", ({ data }) => onFrame(JSON.parse(String(data))), { signal });
    socket.addEventListener("close", ({ code }) => onClose(code), { signal });
    this.#socket = socket;
  }

  /** @param {Frame} frame */
  write(frame) {
    if (this.open) this.#socket?.send(JSON.stringify(frame));
  }

  /**
   * Give the attempt so long for its next step; the last call counts.
   * @param {number} ms
   */
  expect(ms) {
    this.#timers.stop();
    this.#timers.after(ms, () => this.#events.onLate());
  }

  /** What was expected has come. */
  settle() {
    this.#timers.stop();
  }

  /** End the attempt; what is still on its way out is sent. */
  hangUp() {
    this.#timers.stop();
    this.#listening.abort();
    this.#listening = new AbortController();
    this.#socket?.close();
    this.#socket = null;
  }
}

const ACK_AFTER_MS = 1_000;
const CLOSE_WATCH_MS = 1_000;
const CLOSE_WATCH_DEAD_MS = 2_000;
const PATIENCE_ROUND_TRIPS = 4; // a long line is not a dead one
const PROBE_MS = 2_000;
const DEFAULT_PING_MS = 5_000;
const DEFAULT_DEAD_MS = 15_000;

export class Heartbeat {
  #timers;
  #actions;
  #running = false;
  #anxious = false;
  #pingMs = DEFAULT_PING_MS;
  #deadMs = DEFAULT_DEAD_MS;
  #heardAt = 0;
  #framesHeard = 0;
  #watchedSince = 0;
  /** @type {number | null} */
  #rttMs = null;
  /** @type {import("./clock.js").Cancel} */
  #cancelBeat = () => {};
  /** @type {import("./clock.js").Cancel | null} */
  #cancelAck = null;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {object} actions
   * @param {(frame: Frame) => void} actions.write
   * @param {() => void} actions.onSilence - the line is dead
   */
  constructor(clock, actions) {
    this.#timers = new Timers(clock);
    this.#actions = actions;
  }

  /** @returns {number | null} null: not measured on this network */
  get roundTripMs() {
    return this.#rttMs;
  }

  /** The network may be another one. */
  forgetRoundTrip() {
    this.#rttMs = null;
  }

  /** @param {{ping_ms?: number, dead_ms?: number}} limits - from `welcome`; a resumed session keeps them */
  start({ ping_ms: pingMs, dead_ms: deadMs }) {
    this.#pingMs = pingMs ?? this.#pingMs;
    this.#deadMs = deadMs ?? this.#deadMs;
    this.#running = true;
    this.#heardAt = this.#timers.now;
    this.#schedule();
  }

  stop() {
    this.#running = false;
    this.#cancelAck = null;
    this.#timers.stop();
  }

  /** @param {boolean} anxious */
  watchClosely(anxious) {
    if (this.#anxious === anxious) return;
    this.#anxious = anxious;
    this.#watchedSince = this.#timers.now;
    if (!this.#running) return;
    if (anxious) this.#ping();
    this.#schedule();
  }

  /** Find out now whether anybody is there. */
  probe() {
    const before = this.#framesHeard;
    this.#ping();
    this.#timers.after(PROBE_MS, () => {
      if (this.#framesHeard === before) this.#actions.onSilence();
    });
  }

  /** @param {Frame} frame */
  heard(frame) {
    this.#heardAt = this.#timers.now;
    this.#framesHeard += 1;
    if (frame.type === "pong") this.#rttMs = this.#heardAt - frame.data.ts;
  }

  /** Something numbered has come; say so within a second. */
  oweAck() {
    this.#cancelAck ??= this.#timers.after(ACK_AFTER_MS, () => this.#actions.write({ type: "ack" }));
  }

  /** Something went out and carried the ack. */
  spoke() {
    this.#cancelAck?.();
    this.#cancelAck = null;
  }

  #schedule() {
    this.#cancelBeat();
    this.#cancelBeat = this.#timers.after(this.#anxious ? CLOSE_WATCH_MS : this.#pingMs, () => this.#beat());
  }

  #beat() {
    // Between lazy pings silence is no sign, so a close watch counts from its own beginning.
    const [since, deadMs] = this.#anxious
      ? [Math.max(this.#heardAt, this.#watchedSince), Math.max(CLOSE_WATCH_DEAD_MS, PATIENCE_ROUND_TRIPS * (this.#rttMs ?? 0))]
      : [this.#heardAt, this.#deadMs];
    if (this.#timers.now - since >= deadMs) return this.#actions.onSilence();
    this.#ping();
    this.#schedule();
  }

  #ping() {
    this.#actions.write({ type: "ping", data: { ts: this.#timers.now, rtt: this.#rttMs ?? 0 } });
  }
}
