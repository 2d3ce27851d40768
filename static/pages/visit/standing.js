/** What was said about this visit and stands until the specialist takes it back with a reason: shown above the buttons. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { busy, rest } from "../parts/busy.js";
import { complain, fromTemplate, inside, part, write } from "./elements.js";

/** @typedef {{event: string, question: string, raised_by: string, raised_at: string, reason: string | null}} Word */

const LOOK_EVERY_MS = 5_000; // a patient who feels unwell does not wait longer for the doctor to see it
const IN_PERSON = new Set(["clinician_converts", "prefers_in_person"]);

export class StandingWords {
  #list = part("room-standing", HTMLElement);
  #dialog = part("clear-dialog", HTMLDialogElement);
  #form = part("clear-form", HTMLFormElement);
  #yes = part("clear-yes", HTMLButtonElement);
  #timers = new Timers(browserClock);
  #around;
  #heard;
  #shown = "";
  /** @type {Set<string>} */
  #known = new Set();
  #clearing = "";

  /**
   * @param {import("./care.js").CareAround} around
   * @param {(words: Word[]) => string} heard - gives back the time that was booked since, in words
   */
  constructor(around, heard) {
    this.#around = around;
    this.#heard = heard;
    this.#form.addEventListener("submit", (event) => void this.#clear(event));
    this.#timers.every(LOOK_EVERY_MS, () => void this.look());
    void this.look();
  }

  /** Ask what stands; what cannot be asked now is asked again soon. */
  async look() {
    const { ok, body } = await this.#around.ask("GET", `/visits/${this.#around.data.visit_id}/events`);
    if (ok) this.#render(body.standing);
  }

  /** Ask no more. */
  close() {
    this.#timers.stop();
  }

  /** @param {Word[]} words */
  #render(words) {
    const booked = this.#heard(words);
    const shown = JSON.stringify([words, booked]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#list.replaceChildren(...words.map((word) => this.#item(word, booked)));
    this.#list.hidden = words.length === 0;
    for (const word of words) if (!this.#known.has(nameOf(word))) this.#around.announcer.say(wordsOf(word, booked));
    this.#known = new Set(words.map(nameOf));
  }

  /**
   * @param {Word} word
   * @param {string} booked
   */
  #item(word, booked) {
    const item = fromTemplate("standing-template");
    const inPerson = IN_PERSON.has(word.event);
    item.dataset["kind"] = inPerson ? "info" : "stop";
    write(inside(item, ".standing-words", HTMLElement), wordsOf(word, booked));
    inside(item, "[data-act=times]", HTMLElement).hidden = !inPerson || booked !== "";
    inside(item, "[data-act=where]", HTMLElement).hidden = inPerson;
    inside(item, "[data-act=clear]", HTMLElement).addEventListener("click", () => this.#askWhy(word, booked));
    return item;
  }

  /**
   * @param {Word} word
   * @param {string} booked
   */
  #askWhy(word, booked) {
    this.#clearing = word.event;
    this.#form.reset();
    complain("clear-wrong", "");
    write(part("clear-what", HTMLElement), wordsOf(word, booked));
    this.#dialog.showModal();
  }

  /** @param {SubmitEvent} event */
  async #clear(event) {
    event.preventDefault();
    if (this.#yes.getAttribute("aria-busy") === "true") return;
    const reason = part("clear-reason", HTMLTextAreaElement).value.trim();
    if (!reason) return complain("clear-wrong", "Please say why this does not count any more.");
    const { ask, data, note } = this.#around;
    busy(this.#yes, "Saving");
    const { ok, status, words } = await ask("DELETE", `/visits/${data.visit_id}/events/${this.#clearing}`, { reason });
    rest(this.#yes);
    if (!ok && status !== 404) return complain("clear-wrong", words); // 404: somebody has taken it back before
    this.#dialog.close();
    note("It does not count any more.");
    void this.look();
  }
}

/** @param {Word} word */
const nameOf = ({ event, raised_at: raisedAt }) => `${event} ${raisedAt}`;

/**
 * @param {Word} word
 * @param {string} booked
 */
function wordsOf({ event, question, raised_by: by }, booked) {
  if (event === "clinician_converts") return booked || `${by} wants to meet in person. No time is chosen yet.`;
  if (event === "prefers_in_person") return booked || `${by} wants to be seen in person.`;
  if (event === "clinician_emergency") return `${by} says that this is an emergency. Our staff are told.`;
  return `${by} says yes: ${question}`;
}
