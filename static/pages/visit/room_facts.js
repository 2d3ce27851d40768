/** Short lines that say what is so in the room, and a voice that says when that changes. */

import { factsOf } from "../../js/visit/facts.js";
import { fromTemplate, inside, part, showSign, write } from "./elements.js";

/** @typedef {import("../../js/visit/facts.js").Fact} Fact */

export class RoomFacts {
  #list = part("room-facts", HTMLElement);
  #announcer;
  /** @type {Map<string, {fact: Fact, item: HTMLElement}>} */
  #shown = new Map();

  /** @param {import("./notices.js").Announcer} announcer */
  constructor(announcer) {
    this.#announcer = announcer;
  }

  /**
   * @param {import("../../js/visit/view.js").CallView} view
   * @param {Pick<import("../../js/visit/media.js").MediaState, "share">} own
   */
  render(view, own) {
    const facts = factsOf(view, own);
    const keys = new Set(facts.map(({ key }) => key));
    for (const key of this.#shown.keys()) if (!keys.has(key)) this.#end(key);
    for (const fact of facts) if (!this.#shown.has(fact.key)) this.#begin(fact);
    this.#list.hidden = facts.length === 0;
  }

  /** @param {Fact} fact */
  #begin(fact) {
    const item = fromTemplate("fact-template");
    showSign(item, fact.sign);
    write(inside(item, "span", HTMLElement), fact.words);
    this.#shown.set(fact.key, { fact, item });
    this.#list.append(item);
    this.#announcer.say(fact.began);
  }

  /** @param {string} key */
  #end(key) {
    const known = this.#shown.get(key);
    this.#shown.delete(key);
    known?.item.remove();
    if (known?.fact.ended) this.#announcer.say(known.fact.ended);
  }
}
