/**
 * The line to the server: one session over as many sockets as it takes. It says hello with a fresh ticket, resumes after a
 * loss, and tries again for as long as it is wanted. It knows nothing of people, links or media.
 */

import { Session, hello } from "./session.js";
import { Heartbeat, Line } from "./line.js";
import { JoinRefusedError } from "./join.js";
import { RESUME, dispositionOf } from "./protocol.js";
import { RetrySchedule } from "./retry.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {"idle" | "connecting" | "live" | "reconnecting" | "asking" | "ended"} SignalState */

/**
 * @typedef {object} SignalSurroundings
 * @property {import("./join.js").GetGrant} getGrant
 * @property {(url: string, protocol: string) => WebSocket} openSocket
 * @property {import("./clock.js").Clock} clock
 * @property {() => number} random - from 0 to 1
 * @property {string} tabId
 * @property {{ua: string, net: string}} device
 * @property {() => import("./session.js").PeerConnectionReport[]} peerConnections - what this page still holds
 */

/**
 * @typedef {object} SignalEvents
 * @property {(state: SignalState, detail: StateDetail) => void} onState
 * @property {(frame: Frame) => void} onMessage - each ordered message once; also `welcome` and `resumed`
 */

/** @typedef {{reason?: import("./protocol.js").EndReason, message?: string, device?: string, since?: string}} StateDetail */

const GREETING_MS = 8_000;
const HELLO_AFTER = ["expired", "unknown", "epoch_changed"];

export class SignalConnection {
  #around;
  #events;
  #retries;
  #line;
  #heartbeat;
  #session = new Session();
  /** @type {SignalState} */
  #state = "idle";
  /** @type {import("./join.js").Grant | null} */
  #grant = null;
  #url = "";
  #takingOver = false;
  #droppedOnce = false;

  /**
   * @param {SignalSurroundings} around
   * @param {SignalEvents} events
   */
  constructor(around, events) {
    this.#around = around;
    this.#events = events;
    this.#retries = new RetrySchedule(around.clock, around.random);
    this.#line = new Line(around.openSocket, around.clock, {
      onOpen: () => this.#greet(),
      onFrame: (frame) => this.#hear(frame),
      onClose: (code) => this.#closed(code),
      onLate: () => this.#late(),
    });
    this.#heartbeat = new Heartbeat(around.clock, {
      write: (frame) => this.#write(this.#session.acknowledging(frame)),
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
    this.#sayHello(); // the first ticket counts
  }

  /**
   * Say something that is answered only if it is refused; it waits while there is no line.
   * @param {string} type
   * @param {unknown} data
   * @param {string} [to]
   */
  tell(type, data, to) {
    this.#session.tell(type, data, to);
    this.#flush();
  }

  /**
   * Say something that is answered; it waits while there is no line.
   * @param {string} type
   * @param {unknown} [data]
   * @returns {Promise<Frame>} rejects with a `CommandError`
   */
  ask(type, data) {
    const answer = this.#session.ask(type, data);
    this.#flush();
    return answer;
  }

  /** Say something that may be lost. @param {string} type @param {unknown} data */
  mention(type, data) {
    if (this.#state === "live") this.#write(this.#session.acknowledging({ type, data }));
  }

  /** The network may have changed: make sure of the line now. @param {boolean} [otherNetwork] - it has */
  hurry(otherNetwork = false) {
    if (otherNetwork) this.#heartbeat.forgetRoundTrip();
    this.#retries.afresh();
    if (this.#state === "live") return this.#heartbeat.probe();
    const trying = this.#state === "connecting" || this.#state === "reconnecting";
    if (trying && !this.#retries.triedLately) this.#tryAgain(0);
  }

  /** @param {boolean} anxious - a link is not well: notice soon whether the line is dead too */
  watchClosely(anxious) {
    this.#heartbeat.watchClosely(anxious);
  }

  /** Say goodbye and end. */
  leave() {
    if (this.#state === "live") this.tell("bye", { reason: "left" });
    this.#end("left", "");
  }

  /** Leave the visit to the tab that has it. */
  giveWay = () => this.#end("moved", "");

  /** End without a word; the server holds the place. */
  stop() {
    this.#retries.stop();
    this.#hangUp();
    this.#session.clear();
  }

  async #try() {
    this.#retries.tried();
    this.#line.expect(GREETING_MS);
    const { ending } = this.#line;
    try {
      this.#grant = this.#session.resumable ? null : await this.#around.getGrant(ending);
    } catch (error) {
      if (ending.aborted) return;
      if (error instanceof JoinRefusedError) return this.#end("no_access", error.message);
      return this.#tryAgain();
    }
    if (ending.aborted) return;
    this.#url = this.#grant?.signal_url ?? this.#url;
    this.#line.expect(this.#retries.openingMs(this.#heartbeat.roundTripMs));
    this.#line.dial(this.#url);
  }

  #greet() {
    this.#line.expect(GREETING_MS);
    if (this.#session.resumable) this.#line.write(this.#session.resumption);
    else this.#sayHello(this.#grant?.ticket);
  }

  /** @param {string} [ticket] */
  #sayHello(ticket) {
    const { tabId, device, peerConnections } = this.#around;
    this.#line.write(hello({ ticket, tabId, device, pcs: peerConnections(), takeOver: this.#takingOver }));
  }

  /** @param {Frame} frame */
  #hear(frame) {
    this.#heartbeat.heard(frame);
    const isNews = this.#session.accept(frame);
    if (frame.seq === undefined) return this.#hearUnnumbered(frame);
    this.#heartbeat.oweAck();
    if (isNews) this.#events.onMessage(frame);
  }

  /** @param {Frame} frame */
  #hearUnnumbered(frame) {
    if (frame.type === "welcome") this.#welcomed(frame);
    else if (frame.type === "resumed") this.#resumed(frame);
    else if (frame.type === "resume.denied") this.#resumeDenied(frame.data.code);
    else if (frame.type === "error") this.#complained(frame.data);
    else if (frame.type === "going_away") this.#retries.invite(frame.data.retry_ms);
  }

  /** @param {Frame} frame */
  #welcomed(frame) {
    this.#session.begin(frame.data);
    this.#takingOver = false;
    this.#goLive(frame);
  }

  /** @param {Frame} frame */
  #resumed(frame) {
    this.#session.goOn(frame.data, (each) => this.#write(each));
    this.#goLive(frame);
  }

  /** @param {Frame} frame */
  #goLive(frame) {
    this.#line.settle();
    this.#retries.live();
    this.#heartbeat.start(frame.data);
    this.#enter("live", {});
    this.#events.onMessage(frame);
    this.#flush();
  }

  /** @param {string} code */
  #resumeDenied(code) {
    if (!HELLO_AFTER.includes(code)) return; // its close code follows
    this.#session.forget();
    this.#tryAgain(0);
  }

  /** @param {{code: string, message: string, device?: string, since?: string}} error */
  #complained({ code, message, device, since }) {
    if (code === "unsupported_version") return this.#end("broken", message);
    if (code !== "already_here") return;
    this.#line.settle();
    this.#enter("asking", { message, device, since });
  }

  /** @param {number} code */
  #closed(code) {
    const disposition = dispositionOf(code);
    if (disposition.end) return this.#end(disposition.end, "");
    if (this.#state !== "asking") return this.#lose(disposition);
    this.#hangUp(); // the question stands; the answer opens another socket
  }

  /** @param {import("./protocol.js").Comeback} comeback */
  #lose({ fresh, drop, afterMs }) {
    if (drop && this.#droppedOnce) return this.#end("broken", "");
    this.#droppedOnce ||= drop;
    if (fresh) this.#session.forget();
    if (drop) this.#session.clear();
    if (this.#state === "live") this.#retries.lost();
    if (this.#state === "live") this.#enter("reconnecting", {});
    this.#tryAgain(afterMs || undefined);
  }

  #late() {
    this.#retries.late();
    this.#tryAgain();
  }

  /** @param {number} [afterMs] - instead of what the schedule says */
  #tryAgain(afterMs) {
    this.#hangUp();
    this.#retries.plan(() => void this.#try(), afterMs);
  }

  #hangUp() {
    this.#heartbeat.stop();
    this.#line.hangUp();
  }

  /**
   * @param {import("./protocol.js").EndReason} reason
   * @param {string} message - of the server, or nothing
   */
  #end(reason, message) {
    this.stop();
    this.#session.forget();
    this.#enter("ended", { reason, message });
  }

  #flush() {
    if (this.#state === "live") this.#session.flush((frame) => this.#write(frame));
    else if (this.#state === "ended") this.#session.clear();
  }

  /** @param {Frame} frame - which carries what was processed */
  #write(frame) {
    this.#line.write(frame);
    this.#heartbeat.spoke();
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
