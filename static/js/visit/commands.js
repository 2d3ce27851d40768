/** What people in a visit can ask for; each waits for the server's answer. */

/** @typedef {(type: string, data?: unknown) => Promise<unknown>} Ask */

export class Commands {
  #ask;
  #newId;

  /**
   * @param {Ask} ask - rejects with a `CommandError`
   * @param {() => string} newId
   */
  constructor(ask, newId) {
    this.#ask = ask;
    this.#newId = newId;
  }

  /**
   * Write to everybody in the room.
   * @param {string} text
   */
  async say(text) {
    await this.#ask("chat.send", { id: this.#newId(), text });
  }

  /** @param {string} member */
  async admit(member) {
    await this.#ask("lobby.admit", { member });
  }

  /**
   * Send somebody away who waits; they read the reason and may ask again.
   * @param {string} member
   * @param {string} reason
   */
  async deny(member, reason) {
    await this.#ask("lobby.deny", { member, reason });
  }

  /** Let nobody in who was not in before. */
  async lock() {
    await this.#ask("visit.lock");
  }

  /** Let people in again. */
  async unlock() {
    await this.#ask("visit.unlock");
  }

  /**
   * Send somebody out of the visit, for good.
   * @param {string} member
   */
  async remove(member) {
    await this.#ask("member.kick", { member });
  }

  /**
   * Ask somebody to mute; nobody can do it for them.
   * @param {string} member
   * @param {"audio" | "video"} kind
   */
  async askToMute(member, kind) {
    await this.#ask("member.mute", { member, kind });
  }

  /** End the visit for everybody. */
  async endForAll() {
    await this.#ask("visit.end", { confirm: true });
  }
}
