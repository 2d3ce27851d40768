import { fileWords, percent } from "../../js/records/progress_words.js";
import { UploadRefusedError, UploadStoppedError } from "../../js/upload/upload.js";

/** @typedef {import("../../js/upload/upload.js").Progress} Progress */
/** @typedef {import("../../js/records/case_records.js").DocumentSeen} DocumentSeen */

const SIGN_IN = "Please load this page again and sign in. What is here is safe, and we go on from there.";
const UNREADABLE = "We cannot open this file on your device. Please choose it again.";
const CHECKING = "It is here. We check it now.";

/** One file on its way, as a line of the list. */
export class SendingRow {
  #item;
  #state;
  #bar;
  #words;
  #remove;

  /**
   * @param {string} name
   * @param {() => void} onRemove
   */
  constructor(name, onRemove) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("sending-file"));
    this.#item = part(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), "li");
    this.#state = part(this.#item, "[data-state]");
    this.#bar = /** @type {HTMLProgressElement} */ (part(this.#item, "progress"));
    this.#words = part(this.#item, "[data-words]");
    this.#remove = part(this.#item, "[data-remove]");
    part(this.#item, "[data-name]").textContent = name;
    part(this.#item, "[data-name-again]").textContent = `: ${name}`;
    this.#remove.addEventListener("click", onRemove);
    this.#say("uploading");
  }

  get element() {
    return this.#item;
  }

  /** @param {Progress} progress */
  progress(progress) {
    if (progress.state === "refused") return;
    this.#bar.hidden = false;
    this.#bar.value = percent(progress.sentBytes, progress.totalBytes);
    this.#words.textContent = fileWords(progress);
  }

  /** Every byte is there. */
  checking() {
    this.#bar.hidden = true;
    this.#say("processing");
    this.#words.textContent = CHECKING;
  }

  /** @param {DocumentSeen} document */
  settled(document) {
    this.#bar.hidden = true;
    this.#say(document.status);
    this.#words.textContent = document.reason ?? "";
    this.#remove.hidden = document.status === "refused";
  }

  /** @param {unknown} error */
  failed(error) {
    if (error instanceof UploadStoppedError) return;
    const refused = error instanceof UploadRefusedError;
    this.#bar.hidden = true;
    if (refused && error.status === 401) {
      this.#words.textContent = SIGN_IN;
      return;
    }
    this.#say("refused");
    this.#words.textContent = refused ? error.message : UNREADABLE;
  }

  /** @param {string} code */
  #say(code) {
    const template = document.querySelector(`[data-file-word="${code}"]`);
    if (template instanceof HTMLTemplateElement) this.#state.replaceChildren(template.content.cloneNode(true));
  }
}

/**
 * @param {ParentNode} of
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(of, selector) {
  const found = of.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}
