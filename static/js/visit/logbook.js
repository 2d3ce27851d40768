/**
 * The last things that happened to this page's connections, for whoever finds out what went wrong. Nothing about people: others
 * are p1, p2 …, and only words of our own get in.
 */

const MAX_ENTRIES = 500;
const MAX_WORDS = 80;
const FOREIGN = /[^A-Za-z0-9 .:_>-]/g; // no @, no quotes, no letters of names in other scripts
const CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"; // none that is taken for another one when it is read aloud
const CODE_LENGTH = 8;

/**
 * One thing, so long after the page began; `peer` numbers the person to whom it happened, null is the line to the server.
 * @typedef {{at_ms: number, peer: number | null, what: string}} LogEntry
 */

/** As the hospital takes it. @typedef {{code: string, age_ms: number, lines: LogEntry[]}} Report */

export class Logbook {
  #clock;
  #startedAtMs;
  #startedAt;
  #code;
  /** @type {LogEntry[]} */
  #entries = [];
  /** @type {Map<string, number>} */
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

  /** @returns {Report} to be sent */
  get report() {
    return { code: this.code, age_ms: this.#ageMs, lines: [...this.#entries] };
  }

  /** @returns {string} to be saved: the code, when it began, and a line for each thing */
  get text() {
    return [`${this.code} ${new Date(this.#startedAt).toISOString()}`, ...this.#entries.map(lineOf), ""].join("\n");
  }

  /** @param {string} what - in words of our own */
  note(what) {
    this.#add(null, what);
  }

  /**
   * @param {string} peer - session id
   * @param {string} what
   */
  noteOf(peer, what) {
    const number = this.#names.get(peer) ?? this.#names.size + 1;
    this.#names.set(peer, number);
    this.#add(number, what);
  }

  /** @returns {number} how old this page is */
  get #ageMs() {
    return Math.max(0, Math.round(this.#clock.now() - this.#startedAtMs));
  }

  /**
   * @param {number | null} peer
   * @param {string} what
   */
  #add(peer, what) {
    const words = what.replace(FOREIGN, "?").replace(/ +/g, " ").slice(0, MAX_WORDS).trim();
    this.#entries.push({ at_ms: this.#ageMs, peer, what: words || "?" });
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }
}

/** @param {LogEntry} entry */
const lineOf = ({ at_ms: atMs, peer, what }) => `${(atMs / 1000).toFixed(3)} ${peer === null ? "" : `p${peer} `}${what}`;

/** @param {number} random */
const letterAt = (random) => CODE_LETTERS.charAt(Math.floor(random * CODE_LETTERS.length));
