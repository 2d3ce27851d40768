/** Who waits to come in, for those who may let people in. */

import { CommandError } from "../../js/visit/protocol.js";
import { roleWord } from "../../js/visit/wording.js";
import { fromTemplate, inside, part, write } from "./elements.js";

/** @typedef {import("../../js/visit/protocol.js").LobbyEntry} LobbyEntry */

const NOT_NOW = "We cannot let you in just now. Please try again in a few minutes, or call us.";

export class Lobby {
  #box = part("room-lobby", HTMLElement);
  #list = part("room-lobby-list", HTMLElement);
  #admit;
  #deny;
  #onRefused;
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();

  /**
   * @param {object} act
   * @param {(member: string) => Promise<void>} act.admit
   * @param {(member: string, reason: string) => Promise<void>} act.deny
   * @param {(words: string) => void} act.onRefused
   */
  constructor({ admit, deny, onRefused }) {
    this.#admit = admit;
    this.#deny = deny;
    this.#onRefused = onRefused;
  }

  /**
   * @param {LobbyEntry[]} waiting
   * @param {boolean} locked
   */
  render(waiting, locked) {
    const here = new Set(waiting.map(({ member }) => member));
    for (const [member, item] of this.#items) if (!here.has(member)) this.#remove(member, item);
    for (const entry of waiting) this.#show(entry);
    this.#box.hidden = waiting.length === 0;
    part("room-lobby-locked", HTMLElement).hidden = !locked;
  }

  /** @param {LobbyEntry} entry */
  #show(entry) {
    const item = this.#items.get(entry.member) ?? this.#add(entry);
    const reason = inside(item, ".waiter-reason", HTMLElement);
    write(reason, entry.reason);
    reason.hidden = entry.admissible || entry.reason === "";
    inside(item, ".waiter-more", HTMLElement).hidden = reason.hidden;
    const away = entry.conn === "away" ? ", connection lost" : "";
    write(inside(item, ".person-role", HTMLElement), `${roleWord(entry.role)}${away}`);
  }

  /** @param {LobbyEntry} entry */
  #add({ member, label }) {
    const item = fromTemplate("waiter-template");
    write(inside(item, "bdi", HTMLElement), label);
    const [admit, deny] = ["admit", "deny"].map((act) => inside(item, `[data-act="${act}"]`, HTMLButtonElement));
    admit?.setAttribute("aria-label", `Admit ${label}`);
    deny?.setAttribute("aria-label", `Not now: ${label}`);
    admit?.addEventListener("click", () => void this.#try(this.#admit(member)));
    deny?.addEventListener("click", () => void this.#try(this.#deny(member, NOT_NOW)));
    this.#items.set(member, item);
    this.#list.append(item);
    return item;
  }

  /**
   * @param {string} member
   * @param {HTMLElement} item
   */
  #remove(member, item) {
    item.remove();
    this.#items.delete(member);
  }

  /** @param {Promise<void>} answer */
  async #try(answer) {
    try {
      await answer;
      this.#onRefused("");
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#onRefused(error.message);
    }
  }
}
