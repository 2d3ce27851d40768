/** The times at which patient and specialist can meet at the clinic, a few at once. */

import { bothWords } from "../../js/visit/meeting_times.js";
import { fromTemplate, inside, part, write } from "./elements.js";

/** @typedef {{start: string, token: string, mode: string}} Slot */

const DAYS = [21, 60]; // as far as anybody plans at first, and as far as times are given out
const DAY_MS = 86_400_000;
const AT_ONCE = 6;
const SLOW_MS = 4_000;
const SLOW = "We are still looking for times. You can go on talking meanwhile.";
const NONE = "There is no free time at the clinic in the next weeks. Please ask the desk to find one: call them at";

export class ClinicTimes {
  #news = part("convert-news", HTMLElement);
  #again = part("convert-again", HTMLButtonElement);
  #more = part("convert-more", HTMLButtonElement);
  #list = part("convert-list", HTMLElement);
  #options = part("convert-options", HTMLElement);
  #book = part("convert-book", HTMLButtonElement);
  #around;
  /** @type {Slot[]} */
  #slots = [];
  #shown = 0;
  #reach = 0;

  /** @param {import("./care.js").CareAround} around */
  constructor(around) {
    this.#around = around;
    this.#again.addEventListener("click", () => void this.look());
    this.#more.addEventListener("click", () => void this.#showMore());
  }

  /** @returns {Slot | undefined} the one that is chosen */
  get chosen() {
    const input = this.#options.querySelector("input:checked");
    return input instanceof HTMLInputElement ? this.#slots.find(({ token }) => token === input.value) : undefined;
  }

  /** Look anew, from today on. */
  async look() {
    this.#slots = [];
    this.#shown = 0;
    this.#reach = 0;
    this.#options.replaceChildren();
    this.#render();
    await this.#fetch();
    if (this.#slots.length === 0 && this.#again.hidden) await this.#fetch();
    this.#showSome();
  }

  /** What lies further ahead is asked for when what is near was seen. */
  async #showMore() {
    if (this.#shown >= this.#slots.length) await this.#fetch();
    const first = this.#showSome();
    first?.focus();
  }

  async #fetch() {
    const days = DAYS[this.#reach];
    if (days === undefined) return;
    const { ask, care, data } = this.#around;
    write(this.#news, "We are looking for times.");
    this.#again.hidden = true;
    this.#more.hidden = true;
    const slow = setTimeout(() => write(this.#news, SLOW), SLOW_MS);
    const to = new Date(Date.now() + days * DAY_MS).toISOString();
    const { ok, body, words } = await ask("GET", `/slots?case=${care.case_id}&mode=in-person&to=${to}`);
    clearTimeout(slow);
    this.#again.hidden = ok;
    if (!ok) return write(this.#news, words);
    this.#reach += 1;
    this.#slots = body.slots;
    write(this.#news, this.#slots.length > 0 ? "" : `${NONE} ${data.phone}.`);
  }

  /** @returns {HTMLInputElement | undefined} the first that was not there before */
  #showSome() {
    const next = this.#slots.slice(this.#shown, this.#shown + AT_ONCE);
    const inputs = next.map((slot, place) => this.#add(slot, this.#shown + place));
    this.#shown += next.length;
    this.#render();
    return inputs[0];
  }

  /**
   * @param {Slot} slot
   * @param {number} place
   */
  #add({ start, token }, place) {
    const choice = fromTemplate("time-template");
    const input = inside(choice, "input", HTMLInputElement);
    const label = inside(choice, "label", HTMLLabelElement);
    const { own, clinic } = bothWords(start, this.#around.care.zones ?? ["UTC", "UTC"]);
    input.value = token;
    input.id = `convert-time-${place}`;
    label.htmlFor = input.id;
    write(inside(label, "span", HTMLElement), own);
    write(inside(label, ".hint", HTMLElement), clinic);
    this.#options.append(choice);
    return input;
  }

  #render() {
    const some = this.#shown > 0;
    this.#list.hidden = !some;
    this.#book.hidden = !some;
    this.#more.hidden = !some || (this.#shown >= this.#slots.length && this.#reach >= DAYS.length);
  }
}
