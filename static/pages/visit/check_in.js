/** The check-in on the visit's own page: the form that the server draws, sent without leaving, and what follows from it. */

import { busy, rest } from "../parts/busy.js";
import { part, write } from "./elements.js";

/**
 * How the check-in stands, as the server has drawn it.
 * @typedef {object} Standing
 * @property {number} open - how many questions are left to the person in front of the page
 * @property {boolean} admissible
 * @property {boolean} stopped - something stands in the way that has to be read
 * @property {boolean} line - the line has to be tested
 * @property {boolean} device - camera, microphone and browser have to be tried
 */

const SLOW_MS = 8_000;
const LOADING = "We are getting your questions.";
const SLOW = "This takes longer than usual. Please stay here. Nothing of what you wrote is lost.";
const NOT_LOADED = "We cannot get your questions just now. Please try again, or call us.";
const NOT_SENT = "Your answers did not reach us. They are still here. Please send them again, or call us.";

export class CheckIn {
  #place = part("check-in-place", HTMLElement);
  #words = part("check-in-words", HTMLElement);
  #again = part("check-in-again", HTMLButtonElement);
  #address;
  #changed;
  #onward;
  /** @type {Standing | null} */
  #standing = null;
  #writing = false; // somebody has changed something here that is not sent

  /**
   * @param {string} address - of the check-in's own page
   * @param {object} what
   * @param {(standing: Standing) => void} what.changed
   * @param {() => void} what.onward - there is nothing more to answer here
   */
  constructor(address, { changed, onward }) {
    this.#address = address;
    this.#changed = changed;
    this.#onward = onward;
    this.#again.addEventListener("click", () => void this.look());
    this.#place.addEventListener("input", () => (this.#writing = true));
    this.#place.addEventListener("submit", (event) => void this.#submit(event));
    this.#place.addEventListener("click", (event) => this.#click(event));
  }

  /** Whether nothing that somebody may be writing here would be lost. */
  get answered() {
    return this.#standing === null || this.#standing.open === 0;
  }

  /** Begin with the questions as they are now; what somebody has written here stays. */
  open() {
    if (!this.#writing) this.#place.replaceChildren();
    return this.look();
  }

  /**
   * Ask for the newest state.
   * @returns {Promise<Standing | null>} null: it was not to be had
   */
  async look() {
    write(this.#words, LOADING);
    this.#again.hidden = true;
    const standing = await this.#show(await this.#patiently(load("GET", this.#address)));
    write(this.#words, standing ? "" : NOT_LOADED);
    this.#again.hidden = standing !== null;
    return standing;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    const { target: form, submitter } = event;
    if (!(form instanceof HTMLFormElement) || !(submitter instanceof HTMLButtonElement)) return;
    event.preventDefault();
    if (submitter.getAttribute("aria-busy") === "true") return;
    busy(submitter, submitter.dataset["busy"] ?? "Sending");
    const page = await this.#patiently(load("POST", form.action, written(form)));
    if (page) this.#writing = false;
    const standing = await this.#show(page);
    write(this.#words, standing ? "" : NOT_SENT);
    if (!standing) return rest(submitter);
    const wrong = document.getElementById("error-summary");
    if (!wrong && standing.open === 0 && !standing.stopped) return this.#onward();
    (wrong ?? this.#place).focus();
    (wrong ?? this.#place).scrollIntoView({ block: "start" });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (!(event.target instanceof Element) || !event.target.closest("[data-onward]")) return;
    event.preventDefault();
    this.#onward();
  }

  /**
   * @param {Document | null} page
   * @returns {Promise<Standing | null>}
   */
  async #show(page) {
    if (!page) return null;
    const form = page.getElementById("check-in-form");
    if (!form) return this.#leave();
    const { open, admissible, line, device } = form.dataset;
    const stopped = page.getElementById("check-in-stops") !== null;
    if (!this.#writing) this.#place.replaceChildren(document.adoptNode(form));
    this.#standing = {
      open: Number(open),
      admissible: admissible === "yes",
      stopped,
      line: line === "open",
      device: device === "open",
    };
    this.#changed(this.#standing);
    return this.#standing;
  }

  /**
   * An emergency, a visit that is over, or a sign-in that has ended: each has a page of its own.
   * @returns {Promise<never>}
   */
  #leave() {
    window.location.assign(this.#address);
    return new Promise(() => {});
  }

  /**
   * @template T
   * @param {Promise<T>} answer
   * @returns {Promise<T>}
   */
  async #patiently(answer) {
    const timer = setTimeout(() => write(this.#words, SLOW), SLOW_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param {HTMLFormElement} form */
function written(form) {
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(form)) sent.append(name, String(value));
  return sent;
}

/**
 * Text may not become markup here (Trusted Types), so a page is asked for as a document.
 * @param {"GET" | "POST"} method
 * @param {string} address
 * @param {URLSearchParams} [sent]
 * @returns {Promise<Document | null>} null: there was no answer, or none that says anything
 */
function load(method, address, sent) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = "document";
    request.onload = () => resolve([200, 422].includes(request.status) ? request.responseXML : null);
    request.onerror = () => resolve(null);
    request.send(sent);
  });
}
