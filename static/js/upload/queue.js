/** Several files, a few at a time, and how all of them together are getting on. */

import { Pace } from "./pace.js";

const AT_ONCE = 2;

/** @typedef {import("./upload.js").Upload} Upload */

/**
 * @typedef {object} QueueProgress
 * @property {number} files
 * @property {number} filesDone
 * @property {number} sentBytes
 * @property {number} totalBytes
 * @property {number | null} secondsLeft
 * @property {boolean} waiting - the line is gone, we try again by ourselves
 */

export class UploadQueue {
  #pace;
  /** @type {Upload[]} */
  #uploads = [];
  /** @type {(() => void)[]} */
  #waiting = [];
  #running = 0;

  /** @param {() => number} now - milliseconds, monotonic */
  constructor(now) {
    this.#pace = new Pace(now);
  }

  /**
   * Sends the file when its turn comes; a refused or stopped one makes room for the next.
   * @param {Upload} upload
   * @returns {Promise<string>} the upload's address
   */
  async add(upload) {
    this.#uploads.push(upload);
    if (this.#running >= AT_ONCE) await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
    else this.#running += 1;
    try {
      return await upload.run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  /**
   * Takes a file out of the sum, as when the person discards it.
   * @param {Upload} upload
   */
  remove(upload) {
    this.#uploads = this.#uploads.filter((other) => other !== upload);
    this.#pace.reset();
  }

  /** @returns {QueueProgress} */
  get progress() {
    const all = this.#uploads.map((upload) => upload.progress).filter(({ state }) => state !== "refused");
    const sentBytes = sum(all.map((one) => one.sentBytes));
    const totalBytes = sum(all.map((one) => one.totalBytes));
    this.#pace.saw(sentBytes);
    return {
      files: all.length,
      filesDone: all.filter(({ state }) => state === "done").length,
      sentBytes,
      totalBytes,
      secondsLeft: this.#pace.secondsLeft(totalBytes - sentBytes),
      waiting: all.some(({ state }) => state === "waiting") && !all.some(({ state }) => state === "sending"),
    };
  }
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
