/**
 * The last things that happened to this page's connections, for whoever finds out what went wrong. Nothing about people: others
 * are p1, p2 …, and only words of our own get in.
 */

const MAX_ENTRIES = 500;
const MAX_WORDS = 80;
const FOREIGN = /[^A-Za-z0-9 .:_>-]/g; // no @, no quotes, no letters of names in other scripts
const CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"; // none that is taken for another one when it is read aloud
const CODE_LENGTH = 8;

export class Logbook {
  #clock;
  #startedAtMs;
  #startedAt;
  #code;
  /** @type {string[]} */
  #entries = [];
  /** @type {Map<string, string>} */
  #names = new Map();

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => number} random - from 0 to 1
   */
  constructor(clock, random) {
    this.#clock = clock;
    this.#startedAtMs = clock.now();
    this.#startedAt = clock.wall?.() ?? 0;
    this.#code = Array.from({ length: CODE_LENGTH }, () => letterAt(random())).join("");
  }

  /** @returns {string} by which somebody can name this log on the telephone */
  get code() {
    return `${this.#code.slice(0, CODE_LENGTH / 2)}-${this.#code.slice(CODE_LENGTH / 2)}`;
  }

  /** @returns {string} to be sent: the code, when it began, and a line for each thing */
  get text() {
    return [`${this.code} ${new Date(this.#startedAt).toISOString()}`, ...this.#entries, ""].join("\n");
  }

  /** @param {string} what - in words of our own */
  note(what) {
    const seconds = ((this.#clock.now() - this.#startedAtMs) / 1000).toFixed(3);
    this.#entries.push(`${seconds} ${what.replace(FOREIGN, "?").slice(0, MAX_WORDS)}`);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }

  /**
   * @param {string} peer - session id
   * @param {string} what
   */
  noteOf(peer, what) {
    if (!this.#names.has(peer)) this.#names.set(peer, `p${this.#names.size + 1}`);
    this.note(`${this.#names.get(peer)} ${what}`);
  }
}

/** @param {number} random */
const letterAt = (random) => CODE_LETTERS.charAt(Math.floor(random * CODE_LETTERS.length));
