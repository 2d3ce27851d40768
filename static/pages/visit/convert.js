/** The specialist decides to meet in person: why, then a time while the patient is still there, then what happens next. */

import { bothWords } from "../../js/visit/meeting_times.js";
import { busy, rest } from "../parts/busy.js";
import { ClinicTimes } from "./clinic_times.js";
import { complain, part, write } from "./elements.js";

const CONVERTS = "clinician_converts";
const STEPS = ["convert-why", "convert-times", "convert-done"];
const STANDS = "You want to meet in person, and no time is chosen yet. Above the buttons you choose one, or take it back.";

export class Conversion {
  #dialog = part("convert-dialog", HTMLDialogElement);
  #why = part("convert-why", HTMLFormElement);
  #say = part("convert-say", HTMLButtonElement);
  #book = part("convert-book", HTMLButtonElement);
  #around;
  #changed;
  #times;
  #stands = false;
  #booked = "";

  /**
   * @param {import("./care.js").CareAround} around
   * @param {() => void} changed - something stands now that did not
   */
  constructor(around, changed) {
    this.#around = around;
    this.#changed = changed;
    this.#times = new ClinicTimes(around);
    this.#why.addEventListener("submit", (event) => void this.#decide(event));
    part("convert-times", HTMLFormElement).addEventListener("submit", (event) => void this.#choose(event));
    this.#dialog.addEventListener("close", () => this.#stands && !this.#booked && around.note(STANDS));
  }

  /** Go on where it was left. */
  open() {
    complain("convert-wrong", "");
    if (this.#booked) this.#show("convert-done");
    else if (this.#stands) this.#offer();
    else this.#show("convert-why");
  }

  /** @param {import("./standing.js").Word[]} words - what stands in the visit */
  follow(words) {
    this.#stands = words.some(({ event }) => event === CONVERTS);
    const asked = words.some(({ event }) => event === "prefers_in_person");
    const patientAsks = this.#why.querySelector("[value=patient-asks]");
    const chosen = this.#why.querySelector(":checked");
    if (asked && !chosen && patientAsks instanceof HTMLInputElement) patientAsks.checked = true;
    return this.#booked;
  }

  /** @param {SubmitEvent} event */
  async #decide(event) {
    event.preventDefault();
    if (this.#say.getAttribute("aria-busy") === "true") return;
    complain("convert-wrong", "");
    busy(this.#say, "Saving");
    const given = new FormData(this.#why);
    const body = { event: CONVERTS, reason: given.get("convert-reason"), note: given.get("convert-note") };
    const { ok, words } = await this.#around.ask("POST", `/visits/${this.#around.data.visit_id}/events`, body);
    rest(this.#say);
    if (!ok) return complain("convert-wrong", words);
    this.#stands = true;
    this.#changed();
    this.#offer();
  }

  #offer() {
    complain("convert-refused", "");
    this.#show("convert-times");
    void this.#times.look();
  }

  /** @param {SubmitEvent} event */
  async #choose(event) {
    event.preventDefault();
    const { chosen } = this.#times;
    if (this.#book.getAttribute("aria-busy") === "true") return;
    if (!chosen) return complain("convert-refused", "Please choose a time first.");
    complain("convert-refused", "");
    busy(this.#book, "Booking");
    const visit = `/visits/${this.#around.data.visit_id}`;
    const { ok, words } = await this.#around.ask("POST", `${visit}/in-person`, { slot: chosen.token });
    const booked = ok ? chosen.start : await this.#found(visit);
    rest(this.#book);
    if (booked) return this.#finish(booked);
    complain("convert-refused", words);
    void this.#times.look();
  }

  /**
   * What did not come back may have worked: the answer was lost, or the button was pressed in another window.
   * @param {string} visit
   * @returns {Promise<string>} when the visit is in person; empty: it is not
   */
  async #found(visit) {
    const { ok, body } = await this.#around.ask("GET", visit);
    return ok && body.mode === "in-person" ? body.start : "";
  }

  /** @param {string} start */
  #finish(start) {
    const { own, clinic } = bothWords(start, this.#around.care.zones ?? ["UTC", "UTC"]);
    this.#booked = `Booked: ${own}.${clinic && ` ${clinic}.`}`;
    write(part("convert-done-title", HTMLElement), this.#booked);
    this.#show("convert-done");
    this.#changed();
  }

  /** @param {string} step */
  #show(step) {
    for (const each of STEPS) part(each, HTMLElement).hidden = each !== step;
    if (step !== "convert-why") part(`${step}-title`, HTMLElement).focus();
  }
}
