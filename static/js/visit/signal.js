/**
 * The line to the server: one session over as many sockets as it takes. It says hello with a fresh ticket, resumes after a loss,
 * and tries again for as long as it is wanted. It knows nothing of people, links or media.
 */

import { Timers } from "./clock.js";
import { Heartbeat } from "./heartbeat.js";
import { JoinRefusedError } from "./join.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { RESUME, VERSION, dispositionOf } from "./protocol.js";
import { RetrySchedule } from "./retry.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./protocol.js").EndReason} EndReason */
/** @typedef {"idle" | "connecting" | "live" | "reconnecting" | "asking" | "ended"} SignalState */
/** @typedef {{peer: string, gen: number, state: string}} PeerConnectionReport */

/**
 * @typedef {object} SignalSurroundings
 * @property {import("./join.js").GetGrant} getGrant
 * @property {(url: string, protocol: string) => WebSocket} openSocket
 * @property {import("./clock.js").Clock} clock
 * @property {() => number} random - from 0 to 1
 * @property {string} tabId
 * @property {{ua: string, net: string}} device
 * @property {() => PeerConnectionReport[]} peerConnections - what this page still holds
 */

/**
 * @typedef {object} SignalEvents
 * @property {(state: SignalState, detail: StateDetail) => void} onState
 * @property {(frame: Frame) => void} onMessage - each ordered message once; also `welcome` and `resumed`
 */

/** @typedef {{reason?: EndReason, message?: string, device?: string, since?: string}} StateDetail */
/** @typedef {{id: string, key: string}} Session */

const OPENING_MS = 4_000; // a handshake that was lost in an outage is begun anew soon after it
const GREETING_MS = 8_000;
const CAN_SAY_HELLO_AFTER = ["expired", "unknown", "epoch_changed"];

export class SignalConnection {
  #around;
  #events;
  #timers;
  #retries;
  #line;
  #heartbeat;
  #outbox = new Outbox();
  /** @type {SignalState} */
  #state = "idle";
  /** @type {Session | null} */
  #session = null;
  /** @type {import("./join.js").Grant | null} */
  #grant = null;
  #url = "";
  #lastSeen = 0;
  #takingOver = false;
  #droppedOnce = false;

  /**
   * @param {SignalSurroundings} around
   * @param {SignalEvents} events
   */
  constructor(around, events) {
    this.#around = around;
    this.#events = events;
    this.#timers = new Timers(around.clock);
    this.#retries = new RetrySchedule(around.clock, around.random);
    this.#line = new Line(around.openSocket, around.clock, {
      onOpen: () => this.#greet(),
      onFrame: (frame) => this.#hear(frame),
      onClose: (code, reason) => this.#closed(code, reason),
      onLate: () => this.#tryAgain(),
    });
    this.#heartbeat = new Heartbeat(around.clock, {
      write: (frame) => this.#write(frame),
      onSilence: () => this.#lose(RESUME),
    });
  }

  get state() {
    return this.#state;
  }

  /** Connect; also again after the call was moved to another tab. */
  start() {
    this.#enter("connecting", {});
    this.#retries.lost();
    void this.#try();
  }

  /** Take the visit over from the tab that has it. */
  takeOver() {
    this.#takingOver = true;
    if (this.#state !== "asking" || !this.#line.open) return this.start();
    this.#enter("connecting", {});
    this.#line.expect(GREETING_MS);
    this.#writeHello({}); // the first ticket counts
  }

  /**
   * Say something that is answered only if it is refused; it waits while there is no line.
   * @param {string} type
   * @param {unknown} data
   * @param {string} [to]
   */
  tell(type, data, to) {
    this.#outbox.tell(type, data, to);
    this.#flush();
  }

  /**
   * Say something that is answered; it waits while there is no line.
   * @param {string} type
   * @param {unknown} [data]
   * @returns {Promise<Frame>} rejects with a `CommandError`
   */
  ask(type, data) {
    const answer = this.#outbox.ask(type, data);
    this.#flush();
    return answer;
  }

  /**
   * Say something that may be lost.
   * @param {string} type
   * @param {unknown} data
   */
  mention(type, data) {
    if (this.#state === "live") this.#write({ type, data });
  }

  /** Something about the network has changed: make sure of the line now. */
  hurry() {
    if (this.#state === "live") this.#heartbeat.probe();
    else if (this.#isTrying() && !this.#retries.triedLately) this.#tryAgain(0);
  }

  /**
   * Ping every second while a link is not well, so that a dead line is noticed soon.
   * @param {boolean} anxious
   */
  watchClosely(anxious) {
    this.#heartbeat.watchClosely(anxious);
  }

  /** Say goodbye and end. */
  leave() {
    if (this.#state === "live") this.tell("bye", { reason: "left" });
    this.#end("left", "");
  }

  /** End without a word; the server holds the place. */
  stop() {
    this.#timers.stop();
    this.#hangUp();
    this.#outbox.clear();
  }

  async #try() {
    this.#retries.tried();
    this.#line.expect(GREETING_MS);
    const { ending } = this.#line;
    try {
      this.#grant = this.#session ? null : await this.#around.getGrant(ending);
    } catch (error) {
      if (ending.aborted) return;
      if (error instanceof JoinRefusedError) return this.#end("no_access", error.message);
      return this.#tryAgain();
    }
    if (!ending.aborted) this.#dial();
  }

  #dial() {
    if (this.#grant) this.#url = this.#grant.signal_url;
    this.#line.expect(OPENING_MS);
    this.#line.dial(this.#url);
  }

  #greet() {
    this.#line.expect(GREETING_MS);
    if (!this.#session) return this.#writeHello({ ticket: this.#grant?.ticket });
    const { id, key } = this.#session;
    this.#line.write({ type: "resume", data: { session_id: id, resume_key: key, last_s: this.#lastSeen } });
  }

  /** @param {{ticket?: string | undefined}} ticket */
  #writeHello(ticket) {
    const { tabId, device, peerConnections } = this.#around;
    const takeOver = this.#takingOver ? { take_over: true } : {};
    const pcs = peerConnections();
    this.#line.write({
      type: "hello",
      data: { versions: [VERSION], ...ticket, tab_id: tabId, device, features: [], ...takeOver, pcs },
    });
  }

  /** @param {Frame} frame */
  #hear(frame) {
    this.#heartbeat.heard(frame);
    if (frame.ack) this.#outbox.acknowledge(frame.ack);
    if (frame.seq === undefined) return this.#hearUnnumbered(frame);
    if (frame.seq <= this.#lastSeen) return;
    this.#lastSeen = frame.seq;
    this.#heartbeat.oweAck();
    if (frame.re !== undefined) this.#outbox.answer(frame);
    else this.#events.onMessage(frame);
  }

  /** @param {Frame} frame */
  #hearUnnumbered(frame) {
    if (frame.type === "welcome") this.#welcomed(frame);
    else if (frame.type === "resumed") this.#resumed(frame);
    else if (frame.type === "resume.denied") this.#resumeDenied(frame.data.code);
    else if (frame.type === "error") this.#complained(frame.data);
    else if (frame.type === "going_away") this.#retries.invite(frame.data.retry_ms);
    else if (frame.re !== undefined) this.#outbox.answer(frame);
  }

  /** @param {Frame} frame */
  #welcomed(frame) {
    this.#session = { id: frame.data.session_id, key: frame.data.resume_key };
    this.#lastSeen = 0;
    this.#takingOver = false;
    this.#outbox.startOver();
    this.#goLive(frame);
    this.#flush();
  }

  /** @param {Frame} frame */
  #resumed(frame) {
    this.#outbox.resend(frame.data.resend_from_c, (each) => this.#write(each));
    this.#goLive(frame);
    this.#flush();
  }

  /** @param {Frame} frame */
  #goLive(frame) {
    this.#line.settle();
    this.#retries.live();
    this.#heartbeat.start(frame.data);
    this.#enter("live", {});
    this.#events.onMessage(frame);
  }

  /** @param {string} code - the fatal ones are followed by their close code */
  #resumeDenied(code) {
    if (!CAN_SAY_HELLO_AFTER.includes(code)) return;
    this.#session = null;
    this.#tryAgain(0);
  }

  /** @param {{code: string, message: string, device?: string, since?: string}} error */
  #complained({ code, message, device, since }) {
    if (code === "unsupported_version") this.#end("broken", message);
    if (code !== "already_here") return;
    this.#line.settle();
    this.#enter("asking", { message, device, since });
  }

  /**
   * @param {number} code
   * @param {string} reason - words for people, or nothing
   */
  #closed(code, reason) {
    const disposition = dispositionOf(code);
    if (disposition.end) return this.#end(disposition.end, reason);
    if (this.#state !== "asking") return this.#lose(disposition);
    this.#hangUp(); // the question stands; the answer opens another socket
  }

  /** @param {import("./protocol.js").Disposition} disposition */
  #lose(disposition) {
    if (disposition.end) return this.#end(disposition.end, "");
    const { fresh, drop, afterMs } = disposition;
    if (drop && this.#droppedOnce) return this.#end("broken", "");
    this.#droppedOnce ||= drop;
    if (fresh) this.#session = null;
    if (drop) this.#outbox.clear();
    if (this.#state === "live") this.#noteLoss();
    this.#tryAgain(afterMs || undefined);
  }

  #noteLoss() {
    this.#retries.lost();
    this.#enter("reconnecting", {});
  }

  /** @param {number} [afterMs] - instead of what the schedule says */
  #tryAgain(afterMs) {
    this.#hangUp();
    this.#timers.stop();
    this.#timers.after(afterMs ?? this.#retries.nextDelayMs(), () => void this.#try());
  }

  #hangUp() {
    this.#heartbeat.stop();
    this.#line.hangUp();
  }

  /**
   * @param {EndReason} reason
   * @param {string} message - words of the server, or nothing
   */
  #end(reason, message) {
    this.stop();
    this.#session = null;
    this.#enter("ended", { reason, message });
  }

  #flush() {
    if (this.#state === "live") this.#outbox.flush((frame) => this.#write(frame));
    else if (this.#state === "ended") this.#outbox.clear();
  }

  /** @param {Frame} frame */
  #write(frame) {
    this.#line.write(this.#lastSeen > 0 ? { ...frame, ack: this.#lastSeen } : frame);
    this.#heartbeat.spoke();
  }

  #isTrying() {
    return this.#state === "connecting" || this.#state === "reconnecting";
  }

  /**
   * @param {SignalState} state
   * @param {StateDetail} detail
   */
  #enter(state, detail) {
    if (this.#state === state) return;
    this.#state = state;
    this.#events.onState(state, detail);
  }
}
