/** The four words for each connection, with what they prove and what they do not; folded away until somebody wants them. */

import { safetyWords } from "../../js/visit/wording.js";
import { fromTemplate, inside, part, write } from "./elements.js";

/** @typedef {import("../../js/visit/view.js").OtherPerson} OtherPerson */

export class SafetyList {
  #box = part("room-safety", HTMLElement);
  #list = part("room-safety-list", HTMLElement);
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();

  /** @param {OtherPerson[]} others */
  render(others) {
    const known = others.filter(({ link }) => link?.safety);
    const here = new Set(known.map(({ session }) => session));
    for (const [session, item] of this.#items) if (!here.has(session)) this.#remove(session, item);
    for (const person of known) this.#show(person);
    this.#box.hidden = known.length === 0;
  }

  /** @param {OtherPerson} person */
  #show(person) {
    const item = this.#items.get(person.session) ?? this.#add(person.session);
    const words = person.link?.safety?.words ?? [];
    write(inside(item, "bdi", HTMLElement), person.label);
    write(inside(item, ".safety-words", HTMLElement), words.join(" · "));
    write(inside(item, ".safety-about", HTMLElement), safetyWords(person));
  }

  /** @param {string} session */
  #add(session) {
    const item = fromTemplate("safety-template");
    this.#items.set(session, item);
    this.#list.append(item);
    return item;
  }

  /**
   * @param {string} session
   * @param {HTMLElement} item
   */
  #remove(session, item) {
    item.remove();
    this.#items.delete(session);
  }
}
