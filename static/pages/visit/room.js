/** The visit itself: faces, the bar, who waits, messages; and what comes to it later. */

import { CommandError } from "../../js/visit/protocol.js";
import { Speakers } from "../../js/visit/speakers.js";
import { Timers, browserClock } from "../../js/visit/clock.js";
import { deviceNewsWords } from "../../js/visit/device_news.js";
import { Chat } from "./chat.js";
import { inside, part, write } from "./elements.js";
import { LineNotice, Note } from "./notices.js";
import { Lobby } from "./lobby.js";
import { MediaButtons } from "./own_media.js";
import { Panels } from "./panels.js";
import { Stage } from "./stage.js";

/** @typedef {import("../../js/visit/visit.js").VisitCall} VisitCall */
/** @typedef {import("../../js/visit/visit.js").CallView} CallView */
/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */
/** @typedef {import("../../js/visit/roster.js").News} News */

const LATER_MS = 1_500; // a first picture takes about half a second
const AGAIN_MS = 5_000;
const ALL = ["publish_audio", "publish_video"];

export class Room {
  #around;
  #timers = new Timers(browserClock);
  #messages = part("room-messages", HTMLButtonElement);
  #sound = part("room-sound", HTMLButtonElement);
  #note;
  #panels;
  #speakers;
  #stage;
  #lobby;
  #chat;
  #line;
  #buttons;
  #unread = 0;
  /** @type {import("./late_room.js").LateRoom | null} */
  #late = null;
  #bringing = false;
  /** @type {CallView | null} */
  #view = null;
  /** @type {News[]} */
  #unheard = [];

  /** @param {Pick<import("./late_room.js").RoomAround, "call" | "attendance" | "own" | "announcer">} around */
  constructor(around) {
    const { call, own, announcer } = around;
    this.#around = around;
    this.#note = new Note(announcer);
    this.#buttons = new MediaButtons("room", own);
    this.#line = new LineNotice(announcer);
    this.#speakers = new Speakers(around.attendance.devices, around.attendance.memory, (news) => this.note(deviceNewsWords(news)));
    this.#stage = new Stage({
      loudness: (session) => call.loudness(session),
      speakers: this.#speakers,
      onBlocked: () => (this.#sound.hidden = false),
      say: (words) => announcer.say(words),
      onOtherStream: (player) => this.#late?.release(player),
    });
    this.#chat = new Chat((text) => call.say(text));
    this.#lobby = this.#makeLobby(call);
    holdSettings(true);
    this.#panels = new Panels((shown) => this.#panelShown(shown));
    void this.#speakers.start(new AbortController().signal);
    this.#sound.addEventListener("click", () => this.resume());
    part("leave-yes", HTMLButtonElement).addEventListener("click", () => call.leave());
    part("end-yes", HTMLButtonElement).addEventListener("click", () => void this.#end(call));
    this.#timers.after(LATER_MS, () => void this.#bringRest());
  }

  get messagesShown() {
    return this.#panels.shown === "messages";
  }

  /** @param {MediaState} state */
  renderMedia(state) {
    this.#buttons.render(state);
    this.#stage.renderOwn(state);
    this.#late?.renderMedia(state);
  }

  /** @param {CallView} view */
  render(view) {
    const { me, lobby, chat, visit } = view.roster;
    this.#view = view;
    this.#stage.render(view.others, me?.role ?? "");
    this.#line.render(view);
    this.#lobby.render(lobby, visit.locked);
    this.#buttons.allow(me?.caps ?? ALL);
    this.#around.own.beUnseen(visit.sound_only);
    document.getElementById("room-call")?.toggleAttribute("hidden", !visit.sound_only);
    const mayEnd = (me?.caps.includes("end") ?? false) && visit.state !== "ending";
    for (const id of ["room-end", "leave-end"]) part(id, HTMLElement).hidden = !mayEnd;
    this.#unread += this.#chat.render(chat, me?.member);
    this.#showUnread();
    if (visit.state === "ending") this.#note.keep("The visit ends in a few seconds. Thank you for coming.");
    this.#late?.render(view);
  }

  /** @param {News} news - that has been read aloud */
  hear(news) {
    if (this.#late) this.#late.hear(news);
    else this.#unheard.push(news);
  }

  /** @param {string} words - how something went, to be read for a while */
  note(words) {
    this.#note.show(words);
  }

  /** @param {ReadonlyMap<string, number>} volumes - by session, from 0 to 1 */
  setVolumes(volumes) {
    this.#late?.setVolumes(volumes);
  }

  /** Play everything again, after something was pressed or this machine has slept. */
  resume() {
    this.#sound.hidden = true;
    this.#late?.toFront();
    this.#stage.resume();
  }

  /** Take every picture away; the visit may come back here. */
  close() {
    this.#late?.close();
    this.#stage.clear();
    this.#note.clear();
  }

  /** @param {VisitCall} call */
  #makeLobby(call) {
    return new Lobby({
      admit: (member) => call.admit(member),
      deny: (member, reason) => call.deny(member, reason),
      onRefused: (words) => this.note(words),
    });
  }

  /** @param {import("./panels.js").Panel | null} shown */
  #panelShown(shown) {
    this.#showUnread(shown === "messages");
    if (shown === "settings") void this.#bringRest();
    this.#late?.showPanel(shown);
  }

  /** The server may be away just then; what is missing is asked for until it is there. */
  async #bringRest() {
    if (this.#late || this.#bringing) return;
    this.#bringing = true;
    try {
      const { LateRoom } = await import("./late_room.js");
      this.#begin(new LateRoom({ ...this.#around, ...this.#forLate() }));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#timers.after(AGAIN_MS, () => void this.#bringRest());
    } finally {
      this.#bringing = false;
    }
  }

  #forLate() {
    return {
      speakers: this.#speakers,
      note: (/** @type {string} */ words) => this.note(words),
      openSettings: () => this.#panels.open("settings"),
      players: (/** @type {string} */ session) => this.#stage.playerOf(session),
    };
  }

  /** @param {import("./late_room.js").LateRoom} late */
  #begin(late) {
    this.#late = late;
    holdSettings(false);
    if (this.#view) late.render(this.#view);
    for (const news of this.#unheard.splice(0)) late.hear(news);
    late.renderMedia(this.#around.attendance.media.state);
    late.showPanel(this.#panels.shown);
  }

  #showUnread(shown = this.messagesShown) {
    if (shown) this.#unread = 0;
    write(inside(this.#messages, "span", HTMLElement), this.#unread > 0 ? `${this.#unread} new` : "Messages");
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
}

const NEEDS_THE_REST = "#room-settings-panel > :not(.panel-head, .disclosure), #room-support-send";

/** What would do nothing yet cannot be pressed; the telephone number can. @param {boolean} held */
function holdSettings(held) {
  for (const each of document.querySelectorAll(NEEDS_THE_REST)) each.toggleAttribute("inert", held);
}
