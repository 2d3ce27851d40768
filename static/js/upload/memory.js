/**
 * Remembers where an upload was going, so that the same file picked again after a reload goes on instead of anew.
 * What is kept names nobody: a salted digest of the file and the upload's address, no file name.
 */

const PREFIX = "consilium.upload.";
const SALT = `${PREFIX}salt`;
const SALT_BYTES = 16;
const SAMPLE_BYTES = 64 * 1024;
const KEEP_MS = 30 * 24 * 3_600_000; // the server keeps an unfinished upload no longer

/** @typedef {{location: string, atMs: number}} Remembered */

/**
 * @typedef {object} Digester
 * @property {(algorithm: string, data: BufferSource) => Promise<ArrayBuffer>} digest
 */

export class UploadMemory {
  #storage;
  #subtle;
  #random;
  #now;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} storage
   * @param {Digester} subtle
   * @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} random
   * @param {() => number} now - milliseconds since 1970
   */
  constructor(storage, subtle, random, now) {
    this.#storage = storage;
    this.#subtle = subtle;
    this.#random = random;
    this.#now = now;
  }

  /**
   * Gives the name under which a file is remembered: the same for the same file sent for the same purpose.
   * @param {Blob & {lastModified?: number}} file
   * @param {string} purpose - for example the case
   * @returns {Promise<string>}
   */
  async fingerprint(file, purpose) {
    const facts = new TextEncoder().encode(`${this.#salt()}|${purpose}|${file.size}|${file.lastModified ?? 0}|`);
    const start = new Uint8Array(await file.slice(0, SAMPLE_BYTES).arrayBuffer());
    const end = new Uint8Array(await file.slice(-SAMPLE_BYTES).arrayBuffer());
    return hex(await this.#subtle.digest("SHA-256", joined([facts, start, end])));
  }

  /**
   * @param {string} fingerprint
   * @returns {string | null} where the upload was going
   */
  recall(fingerprint) {
    this.#forgetOld();
    return this.#read(PREFIX + fingerprint)?.location ?? null;
  }

  /**
   * @param {string} fingerprint
   * @param {string} location
   */
  keep(fingerprint, location) {
    this.#write(PREFIX + fingerprint, JSON.stringify({ location, atMs: this.#now() }));
  }

  /** @param {string} fingerprint */
  forget(fingerprint) {
    this.#storage.removeItem(PREFIX + fingerprint);
  }

  /** Forgets every upload, as on signing out. */
  forgetAll() {
    for (const key of this.#keys()) this.#storage.removeItem(key);
  }

  #forgetOld() {
    const oldest = this.#now() - KEEP_MS;
    for (const key of this.#keys()) {
      if (key !== SALT && (this.#read(key)?.atMs ?? 0) < oldest) this.#storage.removeItem(key);
    }
  }

  #salt() {
    const kept = this.#storage.getItem(SALT);
    if (kept) return kept;
    const fresh = hex(this.#random(new Uint8Array(SALT_BYTES)).buffer);
    this.#write(SALT, fresh);
    return fresh;
  }

  #keys() {
    return Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? "").filter((key) =>
      key.startsWith(PREFIX),
    );
  }

  /**
   * @param {string} key
   * @returns {Remembered | null}
   */
  #read(key) {
    try {
      const kept = JSON.parse(this.#storage.getItem(key) ?? "null");
      return typeof kept?.location === "string" && typeof kept.atMs === "number" ? kept : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  #write(key, value) {
    try {
      this.#storage.setItem(key, value);
    } catch {
      // a full or forbidden storage costs only the going on after a reload
    }
  }
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {ArrayBuffer} bytes */
function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
