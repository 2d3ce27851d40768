/** Messages to everybody in the room. */

import { CommandError } from "../../js/visit/protocol.js";
import { hourWords } from "./data.js";
import { fromTemplate, inside, part, write } from "./elements.js";

/** @typedef {import("../../js/visit/protocol.js").ChatMessage} ChatMessage */

export class Chat {
  #log = part("room-messages-log", HTMLElement);
  #form = part("room-message-form", HTMLFormElement);
  #field = part("room-message", HTMLTextAreaElement);
  #error = part("room-message-error", HTMLElement);
  #send;
  #shown = 0;

  /** @param {(text: string) => Promise<void>} send */
  constructor(send) {
    this.#send = send;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#form.requestSubmit();
    });
  }

  /**
   * @param {ChatMessage[]} messages
   * @param {string | undefined} me - member id
   * @returns {number} how many are new
   */
  render(messages, me) {
    if (messages.length < this.#shown) this.#restart();
    const added = messages.slice(this.#shown);
    this.#log.append(...added.map((message) => messageItem(message, me)));
    this.#shown = messages.length;
    if (added.length > 0) this.#log.scrollTop = this.#log.scrollHeight;
    return added.filter(({ member }) => member !== me).length;
  }

  focus() {
    this.#field.focus();
  }

  #restart() {
    this.#log.replaceChildren();
    this.#shown = 0;
  }

  async #submit() {
    const text = this.#field.value.trim();
    if (text === "") return;
    this.#field.value = "";
    this.#error.hidden = true;
    try {
      await this.#send(text);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#field.value ||= text;
      write(this.#error, error.message);
      this.#error.hidden = false;
    }
  }
}

/**
 * @param {ChatMessage} message
 * @param {string | undefined} me
 */
function messageItem({ member, label, text, at }, me) {
  const item = fromTemplate("message-template");
  write(inside(item, "bdi", HTMLElement), member === me ? "You" : label);
  write(inside(item, ".message-text", HTMLElement), text);
  const time = inside(item, "time", HTMLTimeElement);
  time.dateTime = at;
  write(time, hourWords(new Date(at)));
  return item;
}
