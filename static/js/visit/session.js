/**
 * One conversation with the server, which outlives its sockets: both numberings, what was said and not yet heard, and the key
 * that proves who goes on. No socket, no clock.
 */

import { Outbox } from "./outbox.js";
import { VERSION } from "./protocol.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {(frame: Frame) => void} Write */

export class Session {
  #outbox = new Outbox();
  #id = "";
  #key = "";
  #lastSeen = 0;

  /** Whether it can go on over another socket. */
  get resumable() {
    return this.#key !== "";
  }

  /** The first message on another socket. @returns {Frame} */
  get resumption() {
    return { type: "resume", data: { session_id: this.#id, resume_key: this.#key, last_s: this.#lastSeen } };
  }

  /**
   * Say something that is answered only if it is refused.
   * @param {string} type
   * @param {unknown} data
   * @param {string} [to] - session id of a peer
   */
  tell(type, data, to) {
    this.#outbox.tell(type, data, to);
  }

  /**
   * Say something that is answered.
   * @param {string} type
   * @param {unknown} [data]
   */
  ask(type, data) {
    return this.#outbox.ask(type, data);
  }

  /** @param {Write} write - for everything that waits */
  flush(write) {
    this.#outbox.flush((frame) => write(this.acknowledging(frame)));
  }

  /**
   * Have a frame carry what was processed.
   * @param {Frame} frame
   * @returns {Frame}
   */
  acknowledging(frame) {
    return this.#lastSeen > 0 ? { ...frame, ack: this.#lastSeen } : frame;
  }

  /**
   * Take in the numbers of a frame, and the answer if it is one.
   * @param {Frame} frame
   * @returns {boolean} whether it is to be acted on: numbered, new, and no answer
   */
  accept(frame) {
    if (frame.ack) this.#outbox.acknowledge(frame.ack);
    if (frame.seq !== undefined && frame.seq <= this.#lastSeen) return false;
    this.#lastSeen = frame.seq ?? this.#lastSeen;
    if (frame.re !== undefined) this.#outbox.answer(frame);
    return frame.seq !== undefined && frame.re === undefined;
  }

  /** @param {{session_id: string, resume_key: string}} welcome - a new session begins */
  begin({ session_id: id, resume_key: key }) {
    this.#id = id;
    this.#key = key;
    this.#lastSeen = 0;
    this.#outbox.startOver();
  }

  /**
   * The session goes on: say again what did not arrive.
   * @param {{resend_from_c: number}} resumed
   * @param {Write} write
   */
  goOn({ resend_from_c: from }, write) {
    this.#outbox.resend(from, (frame) => write(this.acknowledging(frame)));
  }

  /** It cannot go on; what still makes sense is said in the next one. */
  forget() {
    this.#key = "";
  }

  /** Give back everything that was not answered. */
  clear() {
    this.#outbox.clear();
  }
}

/** @typedef {{peer: string, gen: number, state: string}} PeerConnectionReport */

/**
 * @typedef {object} Newcomer
 * @property {string | undefined} ticket - absent when the first hello on this socket had one
 * @property {string} tabId
 * @property {{ua: string, net: string}} device
 * @property {PeerConnectionReport[]} pcs - what this page still holds
 * @property {boolean} takeOver - from the tab that has the visit
 */

/**
 * The first message of somebody who comes with a ticket.
 * @param {Newcomer} newcomer
 * @returns {Frame}
 */
export function hello({ ticket, tabId, device, pcs, takeOver }) {
  return {
    type: "hello",
    data: {
      versions: [VERSION],
      ...(ticket ? { ticket } : {}),
      tab_id: tabId,
      device,
      features: [],
      ...(takeOver ? { take_over: true } : {}),
      pcs,
    },
  };
}
