/** Waits until the service has looked at a file. Touches no document. */

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
    try {
      const answer = await this.#fetch(this.#address, { headers: { Accept: "application/json" } });
      return answer.ok ? (await answer.json()).documents : null;
    } catch {
      return null; // the line is gone; we look again
    }
  }

  /** @param {number} ms */
  #wait(ms) {
    return new Promise((resolve) => this.#clock.setTimeout(() => resolve(undefined), ms));
  }
}
