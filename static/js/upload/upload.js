/**
 * Sends one file so that it arrives whatever the line does (tus 1.0.0). Tries for as long as the page is open, goes on
 * where the server stands, and at once when the line is back. Touches no document.
 */

import { Pace } from "./pace.js";
import { LineLostError } from "./transport.js";

const PROTOCOL = { "Tus-Resumable": "1.0.0" };
const BODY_TYPE = "application/offset+octet-stream";
const RETRY_AFTER_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
const JITTER = 0.25;
const LONGEST_WAIT_MS = 5 * 60_000; // however long the server asks us to wait
const SILENCE_MS = 60_000; // without a byte leaving or an answer, the line counts as lost
const NEW_STARTS = 3; // how often a lost upload is begun anew before that is a refusal

/** @typedef {"preparing" | "sending" | "waiting" | "done" | "refused" | "stopped"} UploadState */

/**
 * @typedef {object} Progress
 * @property {UploadState} state - waiting: the line is gone, we try again by ourselves
 * @property {number} sentBytes
 * @property {number} totalBytes
 * @property {number | null} bytesPerSecond
 * @property {number | null} secondsLeft
 */

/**
 * @typedef {object} Surroundings
 * @property {import("./transport.js").Transport} transport
 * @property {import("../visit/clock.js").Clock} clock
 * @property {() => number} random - from 0 to 1
 * @property {Pick<EventTarget, "addEventListener" | "removeEventListener">} line - says "online"; the window
 * @property {import("./memory.js").UploadMemory | null} memory
 * @property {string} csrfToken
 * @property {string} uploads - the address where uploads begin
 */

/**
 * @typedef {object} Errand
 * @property {Blob & {lastModified?: number}} file
 * @property {Record<string, string>} metadata - case, filename, filetype, kind
 * @property {string | null} [location] - an unfinished upload of the same file that the server named
 * @property {number} [chunkBytes] - only where something between us and the server limits a request
 * @property {string} idempotencyKey
 */

/** The server will not take the file, and says why. */
export class UploadRefusedError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} words - for the person
   */
  constructor(status, code, words) {
    super(words);
    this.status = status;
    this.code = code;
  }
}

/** The person stopped the upload. */
export class UploadStoppedError extends Error {}

export class Upload {
  #errand;
  #around;
  #pace;
  #onProgress;
  /** @type {string | null} */
  #location;
  #fingerprint = "";
  #sentBytes = 0;
  #storedBytes = 0;
  #tries = 0;
  #newStarts = 0;
  #stopped = false;
  /** @type {UploadState} */
  #state = "preparing";
  /** @type {AbortController | null} */
  #request = null;
  #goOn = () => {};

  /**
   * @param {Errand} errand
   * @param {Surroundings} around
   * @param {(progress: Progress) => void} onProgress
   */
  constructor(errand, around, onProgress) {
    this.#errand = errand;
    this.#around = around;
    this.#onProgress = onProgress;
    this.#location = errand.location ?? null;
    this.#pace = new Pace(() => around.clock.now());
  }

  /** @returns {Progress} */
  get progress() {
    const totalBytes = this.#errand.file.size;
    const sending = this.#state === "sending";
    return {
      state: this.#state,
      sentBytes: this.#sentBytes,
      totalBytes,
      bytesPerSecond: sending ? this.#pace.bytesPerSecond : null,
      secondsLeft: sending ? this.#pace.secondsLeft(totalBytes - this.#sentBytes) : null,
    };
  }

  /**
   * Sends the file to its end. May be called again after a refusal or a stop: it goes on.
   * @returns {Promise<string>} the upload's address
   * @throws {UploadRefusedError | UploadStoppedError}
   */
  async run() {
    this.#stopped = false;
    this.#show("preparing");
    const wake = () => this.nudge();
    this.#around.line.addEventListener("online", wake);
    try {
      await this.#remember();
      return await this.#untilDone();
    } catch (error) {
      this.#show(error instanceof UploadStoppedError ? "stopped" : "refused");
      throw error;
    } finally {
      this.#around.line.removeEventListener("online", wake);
    }
  }

  /** Try again now, if we are waiting. */
  nudge() {
    this.#goOn();
  }

  /** Stop sending; what has arrived is kept. */
  stop() {
    this.#stopped = true;
    this.#request?.abort();
    this.#goOn();
  }

  /** Stop, and have the server throw away what has arrived. */
  async discard() {
    this.stop();
    this.#forget();
    const location = this.#location;
    this.#location = null;
    if (location === null) return;
    try {
      await this.#ask("DELETE", location, this.#guarded());
    } catch (error) {
      if (!(error instanceof LineLostError)) throw error; // without a line, the server forgets it in a week
    }
  }

  async #remember() {
    const { memory } = this.#around;
    if (memory === null || this.#location !== null) return;
    this.#fingerprint ||= await memory.fingerprint(this.#errand.file, this.#errand.metadata["case"] ?? "");
    this.#location = memory.recall(this.#fingerprint);
  }

  async #untilDone() {
    for (;;) {
      try {
        const location = await this.#attempt();
        this.#forget();
        this.#show("done");
        return location;
      } catch (error) {
        if (!(error instanceof LineLostError)) throw error;
        await this.#wait(error.waitMs ?? this.#backOffMs());
      }
    }
  }

  /** @returns {Promise<string>} */
  async #attempt() {
    let [location, offset] = await this.#standing();
    while (offset < this.#errand.file.size) {
      this.#arrived(offset);
      const stored = await this.#send(location, offset);
      if (stored === null) [location, offset] = await this.#standing();
      else offset = stored;
    }
    this.#arrived(offset);
    return location;
  }

  /** @returns {Promise<[string, number]>} where the upload is, and how much of it the server has */
  async #standing() {
    this.#endIfStopped();
    const location = this.#location;
    if (location === null) return [await this.#create(), 0];
    const reply = await this.#ask("HEAD", location, PROTOCOL);
    if (reply.status === 200) return [location, this.#offsetOf(reply, 0)];
    if (reply.status !== 404 && reply.status !== 410) throw refusal(reply);
    this.#forget();
    this.#location = null;
    this.#newStarts += 1;
    if (this.#newStarts > NEW_STARTS) throw refusal(reply);
    return [await this.#create(), 0];
  }

  async #create() {
    const { file, metadata, idempotencyKey } = this.#errand;
    const reply = await this.#ask("POST", this.#around.uploads, {
      ...this.#guarded(),
      "Upload-Length": String(file.size),
      "Upload-Metadata": encodeMetadata(metadata),
      "Idempotency-Key": `${idempotencyKey}-${this.#newStarts}`,
    });
    const location = reply.header("Location");
    if (reply.status !== 201 || location === null) throw refusal(reply);
    this.#location = location;
    if (this.#fingerprint) this.#around.memory?.keep(this.#fingerprint, location);
    return location;
  }

  /**
   * @param {string} location
   * @param {number} offset
   * @returns {Promise<number | null>} how much the server has now; null if it stands elsewhere than we thought
   */
  async #send(location, offset) {
    this.#endIfStopped();
    const { file, chunkBytes = Infinity } = this.#errand;
    this.#show("sending");
    const headers = { ...this.#guarded(), "Upload-Offset": String(offset), "Content-Type": BODY_TYPE };
    const body = file.slice(offset, Math.min(file.size, offset + chunkBytes));
    const reply = await this.#ask("PATCH", location, headers, body, (bytes) => this.#left(offset + bytes));
    if (reply.status === 204) return this.#offsetOf(reply, offset + 1);
    if (reply.status === 404 || reply.status === 410) return null;
    if (reply.status !== 409) throw refusal(reply);
    this.#tries += 1;
    if (this.#tries > 1) await this.#wait(this.#backOffMs());
    return null;
  }

  /**
   * @param {string} method
   * @param {string} address
   * @param {Record<string, string>} headers
   * @param {Blob | null} body
   * @param {(bytes: number) => void} onSent
   */
  async #ask(method, address, headers, body = null, onSent = () => {}) {
    const request = new AbortController();
    this.#request = request;
    const { clock, transport } = this.#around;
    let silence = clock.setTimeout(() => request.abort(), SILENCE_MS);
    const heard = (/** @type {number} */ bytes) => {
      clock.clearTimeout(silence);
      silence = clock.setTimeout(() => request.abort(), SILENCE_MS);
      onSent(bytes);
    };
    try {
      const reply = await transport({ method, address, headers, body, onSent: heard, signal: request.signal });
      if (reply.status === 423 || reply.status === 429 || reply.status >= 500) throw new LineLostError(waitOf(reply));
      return reply;
    } finally {
      clock.clearTimeout(silence);
      this.#request = null;
    }
  }

  /** @param {number} ms */
  async #wait(ms) {
    this.#pace.reset();
    this.#show("waiting");
    if (!this.#stopped) {
      await new Promise((resolve) => {
        const timer = this.#around.clock.setTimeout(() => resolve(undefined), ms);
        this.#goOn = () => {
          this.#around.clock.clearTimeout(timer);
          resolve(undefined);
        };
      });
      this.#goOn = () => {};
    }
    this.#endIfStopped();
  }

  #endIfStopped() {
    if (this.#stopped) throw new UploadStoppedError("stopped");
  }

  #backOffMs() {
    const step = Math.min(this.#tries, RETRY_AFTER_MS.length - 1);
    this.#tries += 1;
    return (RETRY_AFTER_MS[step] ?? 0) * (1 + JITTER * (2 * this.#around.random() - 1));
  }

  /**
   * The server has this much; it having more than before means that the line works.
   * @param {number} bytes
   */
  #arrived(bytes) {
    if (bytes > this.#storedBytes) this.#tries = 0;
    this.#storedBytes = bytes;
    this.#left(bytes);
  }

  /** @param {number} bytes */
  #left(bytes) {
    this.#sentBytes = Math.min(bytes, this.#errand.file.size);
    this.#pace.saw(this.#sentBytes);
    this.#onProgress(this.progress);
  }

  /**
   * @param {import("./transport.js").UploadReply} reply
   * @param {number} least
   */
  #offsetOf(reply, least) {
    const offset = Number(reply.header("Upload-Offset") ?? NaN);
    if (!Number.isInteger(offset) || offset < least || offset > this.#errand.file.size) throw new LineLostError();
    return offset;
  }

  #guarded() {
    return { ...PROTOCOL, "X-CSRF-Token": this.#around.csrfToken };
  }

  #forget() {
    if (this.#fingerprint) this.#around.memory?.forget(this.#fingerprint);
  }

  /** @param {UploadState} state */
  #show(state) {
    this.#state = state;
    this.#onProgress(this.progress);
  }
}

/**
 * Writes what is said about a file as the protocol does: a key, and its value in base64.
 * @param {Record<string, string>} metadata
 */
export function encodeMetadata(metadata) {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(",");
}

/** @param {string} text */
function base64(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** @param {import("./transport.js").UploadReply} reply */
function waitOf(reply) {
  const seconds = Number(reply.header("Retry-After") ?? NaN);
  return seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_WAIT_MS) : null;
}

/** @param {import("./transport.js").UploadReply} reply */
function refusal(reply) {
  try {
    const { code, title, detail } = JSON.parse(reply.body);
    return new UploadRefusedError(reply.status, String(code), String(detail ?? title));
  } catch {
    return new UploadRefusedError(reply.status, "upload-refused", "We could not take this file. Please try again.");
  }
}
