/**
 * Four words by which two people find out that nobody sits between them. Made over the control channel of their own connection:
 * one side commits itself to a number, the other tells its number, the first opens its own. Whoever sits in the middle has to
 * choose without knowing, and is found out but once in 4,294,967,296 times (256 to the fourth). PROTOCOL.md section 11.
 */

import { SAFETY_WORDS } from "./safety_words.js";

/** @typedef {{state: "making" | "ready" | "failed", words: string[]}} SafetyView */

/**
 * @typedef {object} SafetySurroundings
 * @property {(message: Record<string, unknown>) => boolean} send - to the peer; false: it cannot be sent now
 * @property {() => {own: string, theirs: string} | null} fingerprints - of both certificates, as they are now
 * @property {(view: SafetyView) => void} onChange
 * @property {Pick<Crypto, "getRandomValues" | "subtle">} [crypto] - other than the browser's
 */

/** @typedef {{gen: number, initiator: boolean, me: string, peer: string}} SafetyRole */

const NUMBER_BYTES = 32;
const WORDS = 4;
const HEX = /^[0-9a-f]{64}$/;

/** What is taken in at which step, and how; all else ends the making. @type {Record<string, string>} */
const EXPECTED = { committed: "safety.number", listening: "safety.commit", answered: "safety.reveal" };

export class SafetyExchange {
  #role;
  #around;
  #crypto;
  /** @type {"new" | "committed" | "listening" | "answered" | "ready" | "failed"} */
  #step;
  #chain = Promise.resolve();
  #binding = "";
  #number = "";
  #commitment = "";

  /**
   * @param {SafetyRole} role
   * @param {SafetySurroundings} around
   */
  constructor(role, around) {
    this.#role = role;
    this.#around = around;
    this.#crypto = around.crypto ?? globalThis.crypto;
    this.#step = role.initiator ? "new" : "listening";
  }

  /** Begin if it is ours to begin; find out whether the connection still is the one that the words are for. */
  tend() {
    return this.#inTurn(async () => {
      if (this.#step === "new") await this.#commit();
      else if (this.#binding && this.#binding !== this.#bind()) this.#fail();
    });
  }

  /**
   * Take in what the other side sent.
   * @param {Record<string, unknown>} message
   */
  receive(message) {
    return this.#inTurn(async () => {
      if (message.gen !== this.#role.gen || this.#step === "failed") return;
      if (message.type !== EXPECTED[this.#step]) this.#fail();
      else if (message.type === "safety.number") await this.#reveal(message.number);
      else if (message.type === "safety.commit") this.#answer(message.commitment);
      else await this.#open(message.number);
    });
  }

  async #commit() {
    if (!this.#prepare()) return;
    const commitment = await this.#digest("commit", this.#number);
    if (this.#send("safety.commit", { commitment: toHex(commitment) })) this.#step = "committed";
  }

  /** @param {unknown} commitment */
  #answer(commitment) {
    if (!isHex(commitment) || !this.#prepare()) return this.#fail();
    this.#commitment = commitment;
    this.#step = "answered";
    this.#send("safety.number", { number: this.#number });
  }

  /** @param {unknown} theirs */
  async #reveal(theirs) {
    if (!isHex(theirs)) return this.#fail();
    this.#send("safety.reveal", { number: this.#number });
    await this.#finish(this.#number, theirs);
  }

  /** @param {unknown} theirs */
  async #open(theirs) {
    if (!isHex(theirs) || toHex(await this.#digest("commit", theirs)) !== this.#commitment) return this.#fail();
    await this.#finish(theirs, this.#number);
  }

  /**
   * @param {string} first - the initiator's number
   * @param {string} second
   */
  async #finish(first, second) {
    const code = await this.#digest("code", first, second);
    if (this.#binding !== this.#bind()) return this.#fail();
    this.#step = "ready";
    this.#tell("ready", [...code.subarray(0, WORDS)].map((byte) => String(SAFETY_WORDS[byte])));
  }

  #fail() {
    if (this.#step === "failed") return;
    this.#step = "failed";
    this.#tell("failed", []);
  }

  /** @returns {boolean} false: the connection cannot be named */
  #prepare() {
    this.#binding = this.#bind();
    this.#number = toHex(this.#crypto.getRandomValues(new Uint8Array(NUMBER_BYTES)));
    return this.#binding !== "";
  }

  /** @returns {string} what the words are for; empty: that is not known */
  #bind() {
    const { gen, initiator, me, peer } = this.#role;
    const prints = this.#around.fingerprints();
    if (!prints) return "";
    const sides = [`${me} ${prints.own}`, `${peer} ${prints.theirs}`];
    return ["consilium.visit.v1", String(gen), ...(initiator ? sides : sides.reverse())].join("\n");
  }

  /** @param {string[]} lines */
  async #digest(...lines) {
    const bytes = new TextEncoder().encode([this.#binding, ...lines].join("\n"));
    return new Uint8Array(await this.#crypto.subtle.digest("SHA-256", bytes));
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} fields
   */
  #send(type, fields) {
    return this.#around.send({ type, gen: this.#role.gen, ...fields });
  }

  /**
   * @param {SafetyView["state"]} state
   * @param {string[]} words
   */
  #tell(state, words) {
    this.#around.onChange({ state, words });
  }

  /** @param {() => Promise<void>} step */
  #inTurn(step) {
    this.#chain = this.#chain.then(step);
    return this.#chain;
  }
}

/**
 * Read the one fingerprint of a description.
 * @param {string | undefined} sdp
 * @returns {string | null} null: there is none, or more than one
 */
export function fingerprintIn(sdp) {
  const found = new Set([...(sdp ?? "").matchAll(/^a=fingerprint:sha-256 ([0-9A-Fa-f:]+)\s*$/gm)].map(([, print]) => print?.toUpperCase()));
  const [print] = found;
  return found.size === 1 && print ? print : null;
}

/** @param {unknown} value @returns {value is string} */
const isHex = (value) => typeof value === "string" && HEX.test(value);

/** @param {Uint8Array} bytes */
const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
