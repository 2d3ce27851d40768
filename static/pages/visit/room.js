/** The visit itself: faces, the bar, who waits, and the panel of people and messages. */

import { CommandError } from "../../js/visit/protocol.js";
import { Chat } from "./chat.js";
import { PeopleList, inside, part, write } from "./elements.js";
import { LineNotice } from "./notices.js";
import { Lobby } from "./lobby.js";
import { MediaButtons } from "./own_media.js";
import { Stage } from "./stage.js";

/** @typedef {import("../../js/visit/visit.js").VisitCall} VisitCall */
/** @typedef {import("../../js/visit/visit.js").CallView} CallView */

const WIDE = "(min-width: 64rem)"; // where the panel has its own place, as in room.css

export class Room {
  #room = part("room", HTMLElement);
  #note = part("room-note", HTMLElement);
  #messages = part("room-messages", HTMLButtonElement);
  #sound = part("room-sound", HTMLButtonElement);
  #people = new PeopleList(part("room-people", HTMLElement));
  #wide = window.matchMedia(WIDE);
  #stage;
  #lobby;
  #chat;
  #line;
  #buttons;
  #unread = 0;

  /**
   * @param {VisitCall} call
   * @param {import("./own_media.js").OwnMedia} own
   * @param {import("./notices.js").Announcer} announcer
   */
  constructor(call, own, announcer) {
    this.#buttons = new MediaButtons("room", own);
    this.#line = new LineNotice(announcer);
    this.#stage = new Stage((session) => call.loudness(session), () => (this.#sound.hidden = false));
    this.#chat = new Chat((text) => call.say(text));
    this.#lobby = new Lobby({
      admit: (member) => call.admit(member),
      deny: (member, reason) => call.deny(member, reason),
      onRefused: (words) => this.note(words),
    });
    this.#messages.addEventListener("click", () => this.#toggleMessages());
    this.#wide.addEventListener("change", () => this.#showUnread());
    this.#sound.addEventListener("click", () => this.#turnOnSound());
    part("leave-yes", HTMLButtonElement).addEventListener("click", () => call.leave());
    part("end-yes", HTMLButtonElement).addEventListener("click", () => void this.#end(call));
    this.#showUnread();
  }

  get messagesShown() {
    return this.#wide.matches || this.#room.dataset.panel === "open";
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  renderMedia(state) {
    this.#buttons.render(state);
    this.#stage.renderOwn(state);
  }

  /** @param {CallView} view */
  render(view) {
    const { me, lobby, chat, members, visit } = view.roster;
    this.#stage.render(view.others, me?.role ?? "");
    this.#line.render(view);
    this.#lobby.render(lobby);
    part("room-end", HTMLElement).hidden = !me?.caps.includes("end") || visit.state === "ending";
    this.#people.render(
      members.map(({ member, label, role }) => ({ label: member === me?.member ? `${label} (you)` : label, role })),
    );
    this.#unread += this.#chat.render(chat, me?.member);
    this.#showUnread();
    if (visit.state === "ending") this.note("The visit ends in a few seconds. Thank you for coming.");
  }

  /** Take every picture away. */
  close() {
    this.#stage.clear();
    this.note("");
  }

  #toggleMessages() {
    if (!this.#wide.matches) this.#room.dataset.panel = this.#room.dataset.panel === "open" ? "closed" : "open";
    this.#showUnread();
    if (this.messagesShown) this.#chat.focus();
  }

  #showUnread() {
    if (this.messagesShown) this.#unread = 0;
    this.#messages.setAttribute("aria-expanded", String(this.messagesShown));
    write(inside(this.#messages, "span", HTMLElement), this.#unread > 0 ? `${this.#unread} new` : "Messages");
  }

  #turnOnSound() {
    this.#sound.hidden = true;
    this.#stage.resume();
  }

  /** @param {VisitCall} call */
  async #end(call) {
    try {
      await call.endForAll();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.note(error.message);
    }
  }

  /** @param {string} words - to stand above the bar; empty: none */
  note(words) {
    write(this.#note, words);
    this.#note.hidden = words === "";
  }
}
