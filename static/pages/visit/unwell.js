/** A patient who feels unwell says which sign they have, with one press; where it is an emergency, the fixed words come at once. */

import { complain, part, write } from "./elements.js";

const ASKS = "Do you have one of these now?";
const NOT_TOLD = "We could not tell our staff. Tell your doctor now, and call the number above if you need help.";
const GOES_ON = "Your visit goes on. Your doctor sees this too, and our staff call you.";
const NO_EMERGENCY = "Your doctor sees your answer. Tell them now how you feel.";
const NONE = "Tell your doctor how you feel. If one of these begins, come back here or call the number above.";

export class Unwell {
  #ask = part("unwell-ask", HTMLElement);
  #said = part("unwell-said", HTMLElement);
  #title = part("unwell-dialog-title", HTMLElement);
  #around;
  #asking = false;

  /** @param {import("./care.js").CareAround} around */
  constructor(around) {
    this.#around = around;
    this.#ask.addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest("[data-sign]") : null;
      if (pressed instanceof HTMLButtonElement) void this.#say(pressed, { [pressed.dataset["sign"] ?? ""]: true });
    });
    part("unwell-none", HTMLButtonElement).addEventListener("click", ({ currentTarget }) => {
      const none = Object.fromEntries((around.care.signs ?? []).map(({ name }) => [name, false]));
      if (currentTarget instanceof HTMLButtonElement) void this.#say(currentTarget, none);
    });
  }

  /** Ask anew. */
  open() {
    complain("unwell-wrong", "");
    this.#ask.hidden = false;
    this.#said.hidden = true;
    write(this.#title, ASKS);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Record<string, boolean>} answers
   */
  async #say(button, answers) {
    if (this.#asking) return;
    this.#asking = true;
    complain("unwell-wrong", "");
    button.setAttribute("aria-busy", "true");
    const { ok, body } = await this.#around.ask("POST", `/visits/${this.#around.data.visit_id}/answers`, { answers });
    button.removeAttribute("aria-busy");
    this.#asking = false;
    if (!ok) return complain("unwell-wrong", NOT_TOLD);
    this.#show(body, Object.values(answers).includes(true));
  }

  /**
   * @param {{emergency: boolean, words: string[]}} found
   * @param {boolean} some - at least one sign is there
   */
  #show({ emergency, words }, some) {
    const lines = emergency ? words : [some ? NO_EMERGENCY : NONE];
    part("unwell-words", HTMLElement).replaceChildren(...lines.map(paragraph));
    write(part("unwell-next", HTMLElement), emergency ? GOES_ON : "");
    part("unwell-call", HTMLElement).hidden = !emergency;
    part("unwell-said", HTMLElement).dataset["kind"] = emergency ? "stop" : "info";
    if (emergency) part("room-urgent", HTMLElement).hidden = false;
    write(this.#title, emergency ? "Please get help now" : "Thank you");
    this.#ask.hidden = true;
    this.#said.hidden = false;
    this.#said.focus();
  }
}

/** @param {string} words */
function paragraph(words) {
  const line = document.createElement("p");
  line.textContent = words;
  return line;
}
