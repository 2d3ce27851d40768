/** An emergency, for the specialist: where the patient is, whom to call, and one press that pages our staff. */

import { agoWords } from "../../js/visit/meeting_times.js";
import { busy, rest } from "../parts/busy.js";
import { complain, part, write } from "./elements.js";

const SLOW_MS = 4_000;
const LOADING = "We are looking up where they are. Ask them meanwhile.";
const SLOW = "Their address has not come yet. Ask them where they are.";
const NOWHERE = "They have not said where they are for this visit. Ask them now.";
const TOLD = "Our staff are told, and call the patient. Stay with them until help is there. To take it back, use the button beside the pictures.";
const NOT_TOLD = "Our staff do not know it yet. Press again, or call them at";

export class Emergency {
  #where = part("emergency-where", HTMLElement);
  #news = part("emergency-news", HTMLElement);
  #said = part("emergency-said", HTMLElement);
  #tell = part("emergency-tell", HTMLButtonElement);
  #around;
  #changed;

  /**
   * @param {import("./care.js").CareAround} around
   * @param {() => void} changed - something stands now that did not
   */
  constructor(around, changed) {
    this.#around = around;
    this.#changed = changed;
    this.#tell.addEventListener("click", () => void this.#raise());
    void this.#look(); // so that it stands there at once when it is needed
  }

  /** Show what was known last, and ask anew. */
  async open() {
    write(this.#said, "");
    this.#tell.hidden = false;
    complain("emergency-wrong", "");
    await this.#look();
  }

  async #look() {
    if (this.#where.hidden) write(this.#news, LOADING);
    const slow = setTimeout(() => this.#where.hidden && write(this.#news, SLOW), SLOW_MS);
    const { ok, body, words } = await this.#around.ask("GET", `/visits/${this.#around.data.visit_id}/check-in`);
    clearTimeout(slow);
    if (!ok) return write(this.#news, this.#where.hidden ? words : "This is what we knew last. Ask them whether it is still right.");
    write(this.#news, body.whereabouts ? "" : NOWHERE);
    this.#where.hidden = !body.whereabouts;
    if (body.whereabouts) this.#show(body.whereabouts);
  }

  /** @param {{address: string, state: string | null, country: string, callback: string, said_at: string}} place */
  #show({ address, state, country, callback, said_at: saidAt }) {
    write(part("emergency-address", HTMLElement), [address, state, country].filter(Boolean).join(", "));
    write(part("emergency-age", HTMLElement), agoWords(saidAt, Date.now()));
    write(part("emergency-number", HTMLElement), callback);
    part("emergency-callback", HTMLAnchorElement).href = `tel:${callback.replaceAll(" ", "")}`;
  }

  async #raise() {
    if (this.#tell.getAttribute("aria-busy") === "true") return;
    const { ask, data } = this.#around;
    complain("emergency-wrong", "");
    busy(this.#tell, "Telling our staff");
    const { ok } = await ask("POST", `/visits/${data.visit_id}/events`, { event: "clinician_emergency" });
    rest(this.#tell);
    if (!ok) return complain("emergency-wrong", `${NOT_TOLD} ${data.phone}.`);
    write(this.#said, TOLD);
    this.#tell.hidden = true; // nobody wonders whether to press again
    part("emergency-back", HTMLElement).focus();
    this.#changed();
  }
}
