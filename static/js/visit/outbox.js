/**
 * What this session has to say: numbered when it is sent, kept until it is acknowledged, sent again after a lost socket.
 * No socket, no clock. The numbering is that of PROTOCOL.md section 2.
 */

import { CommandError } from "./protocol.js";

/** @typedef {import("./protocol.js").Frame} Frame */

/**
 * @typedef {object} Entry
 * @property {string} type
 * @property {unknown} data
 * @property {string | undefined} to
 * @property {boolean} acknowledged
 * @property {((frame: Frame) => void) | null} resolve - null: nobody waits for an answer
 * @property {((error: CommandError) => void) | null} reject
 */

const MAX_WAITING = 200;
const LOST = "The connection was lost before this reached anybody. Please try again.";

/** Said again in a new session: the link knows its generation and offer, and a chat message its id. */
const OUTLIVES_A_SESSION = new Set(["chat.send", "rtc.offer", "rtc.answer", "rtc.ice", "rtc.restart"]);

export class Outbox {
  #nextSeq = 1;
  /** @type {Map<number, Entry>} */
  #sent = new Map();
  /** @type {Entry[]} */
  #waiting = [];

  /**
   * Say something to which the server answers only if it refuses.
   * @param {string} type
   * @param {unknown} data
   * @param {string} [to] - session id of a peer
   */
  tell(type, data, to) {
    if (type === "rtc.offer" || type === "rtc.answer") this.#dropVoid(type, /** @type {{sdp?: string}} */ (data).sdp ?? "", to);
    this.#add({ type, data, to, acknowledged: false, resolve: null, reject: null });
  }

  /**
   * Say something that is answered.
   * @param {string} type
   * @param {unknown} [data]
   * @returns {Promise<Frame>} rejects with a `CommandError`
   */
  ask(type, data) {
    return new Promise((resolve, reject) => {
      if (type === "media.set") this.#supersede(type);
      this.#add({ type, data, to: undefined, acknowledged: false, resolve, reject });
    });
  }

  /**
   * Number and hand over everything that waits.
   * @param {(frame: Frame) => void} write
   */
  flush(write) {
    for (const entry of this.#waiting.splice(0)) {
      const seq = this.#nextSeq++;
      this.#sent.set(seq, entry);
      write(frameOf(seq, entry));
    }
  }

  /**
   * Forget what the other side has processed and nobody waits for.
   * @param {number} ack
   */
  acknowledge(ack) {
    for (const [seq, entry] of this.#sent) {
      if (seq > ack) break;
      entry.acknowledged = true;
      if (!entry.resolve) this.#sent.delete(seq);
    }
  }

  /**
   * Pass an answer on to whoever asked.
   * @param {Frame} frame - with `re`
   */
  answer(frame) {
    const entry = this.#sent.get(frame.re ?? 0);
    if (!entry) return;
    this.#sent.delete(frame.re ?? 0);
    if (frame.error) entry.reject?.(new CommandError(frame.error.code, frame.error.message));
    else entry.resolve?.(frame);
  }

  /**
   * After `resumed`: hand over again what did not arrive, with the same numbers.
   * @param {number} fromSeq
   * @param {(frame: Frame) => void} write
   */
  resend(fromSeq, write) {
    this.acknowledge(fromSeq - 1);
    for (const [seq, entry] of this.#sent) if (seq >= fromSeq) write(frameOf(seq, entry));
  }

  /** After `welcome`: numbers start again, and what still makes sense waits to be said again. */
  startOver() {
    const all = [...this.#sent.values(), ...this.#waiting];
    this.#sent.clear();
    this.#nextSeq = 1;
    this.#waiting = all.filter(({ type }) => OUTLIVES_A_SESSION.has(type));
    for (const entry of this.#waiting) entry.acknowledged = false;
    refuse(all.filter(({ type }) => !OUTLIVES_A_SESSION.has(type)));
  }

  /** Refuse everything that was not answered. */
  clear() {
    const all = [...this.#sent.values(), ...this.#waiting.splice(0)];
    this.#sent.clear();
    refuse(all);
  }

  /**
   * A description voids what waits of earlier ones: an offer that was taken back or agreed upon past the server, and addresses
   * that the new one no longer names. While the server is away for long, words would have no place beside them.
   * @param {string} type
   * @param {string} sdp
   * @param {string | undefined} to
   */
  #dropVoid(type, sdp, to) {
    this.#waiting = this.#waiting.filter((entry) => {
      if (entry.to !== to) return true;
      if (entry.type === "rtc.ice") return sdp.includes(/** @type {{ufrag?: string}} */ (entry.data).ufrag ?? "");
      return entry.type !== "rtc.offer" && entry.type !== type;
    });
  }

  /** @param {Entry} entry */
  #add(entry) {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(entry);
    else refuse([entry]);
  }

  /**
   * Only the last word counts.
   * @param {string} type
   */
  #supersede(type) {
    const old = this.#waiting.filter((entry) => entry.type === type);
    this.#waiting = this.#waiting.filter((entry) => entry.type !== type);
    refuse(old);
  }
}

/**
 * @param {number} seq
 * @param {Entry} entry
 * @returns {Frame}
 */
function frameOf(seq, { type, data, to }) {
  return { type, seq, ...(to === undefined ? {} : { to }), ...(data === undefined ? {} : { data }) };
}

/** @param {Entry[]} entries */
function refuse(entries) {
  for (const { reject } of entries) reject?.(new CommandError("lost", LOST));
}
