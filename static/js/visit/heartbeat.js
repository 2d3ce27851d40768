/** Noticing a dead line, and acknowledging in time: pings, silence and bare acks of one socket. */

import { Timers } from "./clock.js";

/** @typedef {import("./protocol.js").Frame} Frame */

const ACK_AFTER_MS = 1_000;
const CLOSE_WATCH_MS = 1_000;
const CLOSE_WATCH_DEAD_MS = 4_000;
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
  #rttMs = 0;
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

  get roundTripMs() {
    return this.#rttMs;
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
      ? [Math.max(this.#heardAt, this.#watchedSince), CLOSE_WATCH_DEAD_MS]
      : [this.#heardAt, this.#deadMs];
    if (this.#timers.now - since >= deadMs) return this.#actions.onSilence();
    this.#ping();
    this.#schedule();
  }

  #ping() {
    this.#actions.write({ type: "ping", data: { ts: this.#timers.now, rtt: this.#rttMs } });
  }
}
