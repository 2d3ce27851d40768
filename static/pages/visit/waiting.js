/** The waiting room: who knows that one is here, who is in the room, how late it is. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { ownWords } from "../../js/visit/own_words.js";
import { waitWords } from "../../js/visit/wording.js";
import { PeopleList, part, write } from "./elements.js";
import { MediaButtons } from "./own_media.js";
import { Tile } from "./tile.js";

/** @typedef {import("../../js/visit/visit.js").CallView} CallView */

const MINUTE_MS = 60_000;

export class WaitingRoom {
  #tile = new Tile(part("waiting-tile", HTMLElement), () => {});
  #people = new PeopleList(part("waiting-people", HTMLElement));
  #data;
  #buttons;

  /**
   * @param {import("./data.js").VisitData} data
   * @param {import("./own_media.js").OwnMedia} own
   * @param {() => void} leave
   */
  constructor(data, own, leave) {
    this.#data = data;
    this.#buttons = new MediaButtons("waiting", own);
    part("waiting-leave", HTMLButtonElement).addEventListener("click", leave);
    new Timers(browserClock).every(MINUTE_MS / 4, () => this.#showTime());
    this.#showTime();
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  renderMedia(state) {
    this.#buttons.render(state);
    this.#tile.play([state.camera]);
    const words = state.cameraOff ? "Your camera is off" : "No picture";
    write(part("waiting-seen", HTMLElement), ownWords(state)?.words ?? "");
    this.#tile.show({ picture: state.camera ? "on" : "off", words, muted: state.muted, trouble: "" });
  }

  /** @param {CallView} view */
  render({ phase, reconnecting, roster }) {
    const { waiting } = roster;
    const inRoom = waiting?.in_room ?? [];
    write(part("waiting-title", HTMLElement), phase === "connecting" ? "We are opening the room" : "You are in the waiting room");
    write(part("waiting-lead", HTMLElement), this.#leadWords(phase, reconnecting, roster));
    this.#people.render(inRoom);
    part("waiting-nobody", HTMLElement).hidden = inRoom.length > 0;
    part("waiting-room", HTMLElement).hidden = phase === "connecting";
    part("waiting-missing", HTMLElement).hidden = !waiting || waiting.admissible || waiting.message === "";
    write(part("waiting-missing-words", HTMLElement), waiting?.message ?? "");
  }

  /** Stop showing the picture here. */
  close() {
    this.#tile.play([]);
  }

  /**
   * @param {CallView["phase"]} phase
   * @param {boolean} reconnecting
   * @param {CallView["roster"]} roster
   */
  #leadWords(phase, reconnecting, { waiting, visit }) {
    const { specialist } = this.#data;
    if (phase === "connecting") return "This takes a few seconds. Please stay here.";
    if (reconnecting) return "The connection is lost for a moment. We are renewing it, and your place is kept.";
    if (visit.locked) return "The room is locked just now. Please stay on this page. You keep your place.";
    if (waiting?.host_present) return `${specialist} knows you are here and lets you in soon. Please stay on this page.`;
    return `We tell ${specialist} that you are here. Please stay on this page. It changes by itself.`;
  }

  #showTime() {
    const words = waitWords(Date.parse(this.#data.starts_at), Date.now(), this.#data.specialist);
    write(part("waiting-late", HTMLElement), words);
  }
}
