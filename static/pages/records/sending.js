import { allWords, percent } from "../../js/records/progress_words.js";
import { CaseRecords } from "../../js/records/case_records.js";
import { UploadQueue } from "../../js/upload/queue.js";
import { Upload } from "../../js/upload/upload.js";
import { SendingRow } from "./sending_row.js";

/** @typedef {import("../../js/upload/upload.js").Surroundings} Surroundings */
/** @typedef {import("../../js/upload/upload.js").Progress} Progress */

/**
 * @typedef {object} Wanted
 * @property {File} file
 * @property {string} kind
 * @property {string | null} location - an unfinished upload of this very file
 */

/**
 * @typedef {object} Places
 * @property {HTMLElement} area
 * @property {HTMLElement} list
 * @property {HTMLProgressElement} bar
 * @property {HTMLElement} barWords
 * @property {HTMLElement} words
 * @property {HTMLButtonElement} pause
 */

const GONE = "The line is gone. We go on as soon as you are back online.";
const PAUSED = "Paused. What is here stays here.";

/** The files on their way, all together: shown, paused and gone on with. */
export class Sending {
  #case;
  #around;
  #places;
  #onSettled;
  #queue;
  #records;
  /** @type {Map<Upload, SendingRow>} */
  #rows = new Map();
  #paused = false;

  /**
   * @param {string} caseId
   * @param {Surroundings} around
   * @param {Places} places
   * @param {(words: string) => void} onSettled - a file came to its end
   */
  constructor(caseId, around, places, onSettled) {
    this.#case = caseId;
    this.#around = around;
    this.#places = places;
    this.#onSettled = onSettled;
    this.#queue = new UploadQueue(() => around.clock.now());
    this.#records = new CaseRecords(caseId, (...request) => fetch(...request), around.clock);
    places.pause.addEventListener("click", () => this.#pauseOrGoOn());
  }

  /** Whether leaving the page now would stop a file. */
  get busy() {
    return Array.from(this.#rows.keys()).some(({ progress }) => !["done", "refused"].includes(progress.state));
  }

  /** @param {Wanted} wanted */
  add({ file, kind, location }) {
    const metadata = { case: this.#case, filename: file.name, filetype: file.type, kind, container: "raw" };
    const errand = { file, metadata, location, idempotencyKey: crypto.randomUUID() };
    const upload = new Upload(errand, this.#around, (progress) => this.#show(upload, progress));
    const row = new SendingRow(file.name, () => this.#takeBack(upload));
    this.#rows.set(upload, row);
    this.#places.list.append(row.element);
    this.#places.area.hidden = false;
    this.#send(upload, row);
  }

  /**
   * @param {Upload} upload
   * @param {SendingRow} row
   */
  async #send(upload, row) {
    try {
      const address = await this.#queue.add(upload);
      if (!this.#rows.has(upload)) return;
      row.checking();
      const document = await this.#records.settled(address.split("/").at(-1) ?? "");
      row.settled(document);
      this.#onSettled(document.status === "refused" ? "A file was not taken." : "A file is here.");
    } catch (error) {
      row.failed(error);
    }
    this.#showAll();
  }

  /**
   * @param {Upload} upload
   * @param {Progress} progress
   */
  #show(upload, progress) {
    if (this.#paused && progress.state === "preparing") upload.stop();
    this.#rows.get(upload)?.progress(progress);
    this.#showAll();
  }

  #showAll() {
    const { area, bar, barWords, words, pause } = this.#places;
    const progress = this.#queue.progress;
    bar.value = percent(progress.sentBytes, progress.totalBytes);
    barWords.textContent = this.busy ? allWords(progress) : "";
    words.textContent = this.#paused ? PAUSED : progress.waiting ? GONE : "";
    area.toggleAttribute("data-waiting", progress.waiting);
    pause.hidden = !this.busy;
    area.hidden = this.#rows.size === 0;
  }

  #pauseOrGoOn() {
    this.#paused = !this.#paused;
    const label = this.#places.pause.querySelector("span") ?? this.#places.pause;
    label.textContent = this.#paused ? "Go on" : "Pause";
    for (const [upload, row] of this.#rows) {
      const { state } = upload.progress;
      if (this.#paused) {
        if (["sending", "waiting", "preparing"].includes(state)) upload.stop();
      } else if (state === "stopped") {
        this.#queue.remove(upload);
        this.#send(upload, row);
      }
    }
    this.#showAll();
  }

  /** @param {Upload} upload */
  async #takeBack(upload) {
    this.#rows.get(upload)?.element.remove();
    this.#rows.delete(upload);
    this.#queue.remove(upload);
    this.#showAll();
    await upload.discard();
    this.#onSettled("The file is taken back. We keep nothing of it.");
  }
}
