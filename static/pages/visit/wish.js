/** A patient who would rather be seen in person says so, and the specialist sees it. */

import { busy, rest } from "../parts/busy.js";
import { complain, part } from "./elements.js";

export class Wish {
  #ask = part("wish-ask", HTMLElement);
  #said = part("wish-said", HTMLElement);
  #yes = part("wish-yes", HTMLButtonElement);
  #around;
  #told = false;

  /** @param {import("./care.js").CareAround} around */
  constructor(around) {
    this.#around = around;
    this.#yes.addEventListener("click", () => void this.#tell());
  }

  /** Ask, or say that it was said. */
  open() {
    complain("wish-wrong", "");
    this.#show();
  }

  async #tell() {
    if (this.#yes.getAttribute("aria-busy") === "true") return;
    complain("wish-wrong", "");
    busy(this.#yes, "Telling your doctor");
    const body = { answers: { prefers_in_person: true } };
    const { ok, words } = await this.#around.ask("POST", `/visits/${this.#around.data.visit_id}/answers`, body);
    rest(this.#yes);
    if (!ok) return complain("wish-wrong", words);
    this.#told = true;
    this.#show();
    this.#said.focus();
  }

  #show() {
    this.#ask.hidden = this.#told;
    this.#said.hidden = !this.#told;
  }
}
