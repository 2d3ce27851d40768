/** Who is in the room, how each of them does, and what somebody with the right to it may ask of them. */

import { powersOver } from "../../js/visit/rights.js";
import { roleWord, stateWords } from "../../js/visit/wording.js";
import { fromTemplate, inside, part, write } from "./elements.js";

/** @typedef {import("../../js/visit/protocol.js").Member} Member */
/** @typedef {import("../../js/visit/view.js").CallView} CallView */

/**
 * @typedef {object} PeopleActions
 * @property {(person: Member) => void} askToMute
 * @property {(person: Member) => void} remove
 */

export class RoomPeople {
  #list = part("room-people", HTMLElement);
  #title = part("room-panel-title", HTMLElement);
  #act;
  /** @type {Map<string, {item: HTMLElement, person: Member}>} */
  #shown = new Map();

  /** @param {PeopleActions} act */
  constructor(act) {
    this.#act = act;
  }

  /** @param {CallView["roster"]} roster */
  render(roster) {
    const here = new Set(roster.members.map(({ member }) => member));
    for (const [member, { item }] of this.#shown) if (!here.has(member)) this.#remove(member, item);
    for (const person of roster.members) this.#show(person, roster);
    write(this.#title, `In the room: ${roster.members.length}`);
  }

  /**
   * @param {Member} person
   * @param {CallView["roster"]} roster
   */
  #show(person, roster) {
    const { item } = this.#shown.get(person.member) ?? this.#add(person);
    this.#shown.set(person.member, { item, person });
    const mine = person.member === roster.me?.member;
    write(inside(item, "bdi", HTMLElement), person.label);
    write(inside(item, ".person-role", HTMLElement), mine ? `${roleWord(person.role)}, you` : roleWord(person.role));
    write(inside(item, ".member-state", HTMLElement), stateWords(person));
    const { askToMute, remove } = powersOver(roster, person);
    button(item, "mute").hidden = !askToMute;
    button(item, "remove").hidden = !remove;
  }

  /** @param {Member} person */
  #add(person) {
    const item = fromTemplate("member-template");
    const now = () => this.#shown.get(person.member)?.person ?? person;
    button(item, "mute").setAttribute("aria-label", `Ask to mute: ${person.label}`);
    button(item, "remove").setAttribute("aria-label", `Remove ${person.label}`);
    button(item, "mute").addEventListener("click", () => this.#act.askToMute(now()));
    button(item, "remove").addEventListener("click", () => this.#act.remove(now()));
    this.#list.append(item);
    return { item, person };
  }

  /**
   * @param {string} member
   * @param {HTMLElement} item
   */
  #remove(member, item) {
    if (item.contains(document.activeElement)) this.#title.focus();
    item.remove();
    this.#shown.delete(member);
  }
}

/**
 * @param {HTMLElement} item
 * @param {"mute" | "remove"} act
 */
const button = (item, act) => inside(item, `[data-act="${act}"]`, HTMLButtonElement);
