/** What a host does with the room: lock it, ask somebody to mute, send somebody out. */

import { CommandError } from "../../js/visit/protocol.js";
import { mayLock } from "../../js/visit/rights.js";
import { inside, part, write } from "./elements.js";

/** @typedef {import("../../js/visit/protocol.js").Member} Member */

export class Host {
  #lock = part("room-lock", HTMLButtonElement);
  #call;
  #tell;
  #locked = false;
  /** @type {Member | null} */
  #leaving = null;

  /**
   * @param {Pick<import("../../js/visit/visit.js").VisitCall, "lock" | "unlock" | "askToMute" | "remove">} call
   * @param {(words: string) => void} tell - how it went
   */
  constructor(call, tell) {
    this.#call = call;
    this.#tell = tell;
    this.#lock.addEventListener("click", () => void this.#turnLock());
    part("remove-yes", HTMLButtonElement).addEventListener("click", () => void this.#remove());
  }

  /** @param {import("../../js/visit/view.js").CallView["roster"]} roster */
  render(roster) {
    this.#locked = roster.visit.locked;
    this.#lock.hidden = !mayLock(roster);
    write(inside(this.#lock, "span", HTMLElement), this.#locked ? "Unlock the room" : "Lock the room");
  }

  /** @param {Member} person */
  askToMute = ({ member, label }) => this.#try(this.#call.askToMute(member, "audio"), `We asked ${label} to mute.`);

  /** @param {Member} person - asked about first */
  askToRemove = (person) => {
    this.#leaving = person;
    write(part("remove-dialog-title", HTMLElement), `Remove ${person.label} from the visit?`);
    write(inside(part("remove-yes", HTMLElement), "span", HTMLElement), `Remove ${person.label}`);
    write(inside(part("remove-no", HTMLElement), "span", HTMLElement), `Keep ${person.label} here`);
    part("remove-dialog", HTMLDialogElement).showModal();
  };

  #turnLock() {
    return this.#locked ? this.#try(this.#call.unlock(), "") : this.#try(this.#call.lock(), "");
  }

  async #remove() {
    const person = this.#leaving;
    if (person) await this.#try(this.#call.remove(person.member), `${person.label} is no longer in the visit.`);
  }

  /**
   * @param {Promise<void>} answer
   * @param {string} done - what to say then; empty: everybody is told anyway
   */
  async #try(answer, done) {
    try {
      await answer;
      if (done) this.#tell(done);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#tell(error.message);
    }
  }
}
