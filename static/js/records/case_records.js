/** Waits until the service has looked at a file. Touches no document. */

import { UploadRefusedError } from "../upload/upload.js";

/** @typedef {{id: string, upload_id: string, status: string, reason: string | null, version: number}} DocumentSeen */
/** @typedef {import("../visit/clock.js").Clock} Clock */

const LOOK_AGAIN_MS = 700;
const LOOK_LONGER_MS = 4_000;
const SOON_MS = 15_000;

export class CaseRecords {
  #address;
  #fetch;
  #clock;

  /**
   * @param {string} caseId
   * @param {typeof fetch} fetcher
   * @param {Clock} clock
   */
  constructor(caseId, fetcher, clock) {
    this.#address = `/api/v1/cases/${encodeURIComponent(caseId)}/documents`;
    this.#fetch = fetcher;
    this.#clock = clock;
  }

  /**
   * Waits until somebody has looked at the file that an upload has become.
   * @param {string} uploadId
   * @returns {Promise<DocumentSeen>}
   * @throws {UploadRefusedError} nobody is signed in any more
   */
  async settled(uploadId) {
    const begun = this.#clock.now();
    for (;;) {
      /** @type {DocumentSeen[]} */
      const documents = (await this.#documents()) ?? [];
      const found = documents.find((one) => one.upload_id === uploadId);
      if (found && found.status !== "processing") return found;
      await this.#wait(this.#clock.now() - begun < SOON_MS ? LOOK_AGAIN_MS : LOOK_LONGER_MS);
    }
  }

  async #documents() {
    const answer = await this.#ask();
    if (answer?.status === 401) throw new UploadRefusedError(401, "not-signed-in", "Please sign in again.");
    return answer?.ok ? (await answer.json()).documents : null;
  }

  /** @returns {Promise<Response | null>} null while the line is gone */
  async #ask() {
    try {
      return await this.#fetch(this.#address, { headers: { Accept: "application/json" } });
    } catch {
      return null;
    }
  }

  /** @param {number} ms */
  #wait(ms) {
    return new Promise((resolve) => this.#clock.setTimeout(() => resolve(undefined), ms));
  }
}
