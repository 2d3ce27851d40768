/** How much lower this person hears the others while an interpreter speaks; their own choice, kept on this machine. */

import { part } from "./elements.js";

/** @typedef {import("../../js/visit/ducking.js").DuckingStrength} DuckingStrength */

const KEY = "visit.interpreting";
/** @type {DuckingStrength[]} */
const STRENGTHS = ["off", "softly", "strongly"];

export class Interpreting {
  #choice = part("room-interpreting", HTMLElement);
  #call;
  #memory;

  /**
   * @param {Pick<import("../../js/visit/visit.js").VisitCall, "setDucking">} call
   * @param {import("./data.js").Memory} memory
   */
  constructor(call, memory) {
    this.#call = call;
    this.#memory = memory;
    for (const strength of STRENGTHS) {
      inputOf(strength).addEventListener("change", () => this.#choose(strength));
    }
    call.setDucking(this.#remembered);
  }

  /** @param {Pick<import("../../js/visit/view.js").CallView, "interpreted" | "ducking">} view */
  render({ interpreted, ducking }) {
    this.#choice.hidden = !interpreted;
    inputOf(ducking).checked = true;
  }

  get #remembered() {
    const kept = this.#memory.getItem(KEY);
    return STRENGTHS.find((strength) => strength === kept) ?? "off";
  }

  /** @param {DuckingStrength} strength */
  #choose(strength) {
    this.#memory.setItem(KEY, strength);
    this.#call.setDucking(strength);
  }
}

/** @param {DuckingStrength} strength */
const inputOf = (strength) => part(`room-interpreting-${strength}`, HTMLInputElement);
