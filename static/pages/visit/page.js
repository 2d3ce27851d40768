/** The page of a visit: which screen is shown, and what passes between the screens, the devices and the call. */

import { deviceNewsWords } from "../../js/visit/device_news.js";
import { newsWords } from "../../js/visit/wording.js";
import { Announcer } from "./notices.js";
import { part, write } from "./elements.js";
import { OwnMedia, watchKeys } from "./own_media.js";
import { Arrival } from "./arrival.js";
import { OwnLine } from "./own_line.js";
import { WakeLock, isInFront, watchNetwork, watchSleep } from "./awake.js";
import { Over } from "./over.js";
import { Room } from "./room.js";
import { WaitingRoom } from "./waiting.js";

/** @typedef {import("../../js/visit/visit.js").CallView} CallView */
/** @typedef {import("../../js/visit/visit.js").VisitCall} VisitCall */
/** @typedef {"preview" | "check-in" | "waiting" | "room" | "over"} Screen */

/** @type {Screen[]} */
const SCREENS = ["preview", "check-in", "waiting", "room", "over"];
const DIALOGS = ["here-dialog", "leave-dialog", "end-dialog", "remove-dialog"];

export class VisitPage {
  #attendance;
  #announcer = new Announcer();
  #wake = new WakeLock();
  #own;
  #line;
  /** @type {import("./preview.js").Preview | null} */
  #preview = null;
  #arrival;
  #waiting;
  #over;
  /** @type {VisitCall | null} */
  #call = null;
  /** @type {Room | null} */
  #room = null;
  #entering = false;
  #answering = false;
  #drawing = false;
  /** @type {Screen | null} */
  #screen = null;

  /** @param {import("./attendance.js").Attendance} attendance */
  constructor(attendance) {
    const { data, media } = attendance;
    this.#attendance = attendance;
    this.#own = new OwnMedia(media, this.#announcer);
    attendance.hiding.offer();
    this.#line = new OwnLine(data.visit_id);
    this.#waiting = new WaitingRoom(data, this.#own, () => this.#call?.leave());
    this.#arrival = new Arrival(data, {
      show: () => this.#showQuestions(),
      back: () => this.#back(),
      onward: () => this.#onward(),
      measure: () => this.#line.measure(),
      report: async () => this.#preview?.report(),
    });
    this.#over = new Over({ again: () => window.location.reload(), move: () => this.#moveHere() });
    attendance.audience = {
      onMedia: () => this.#mediaChanged(),
      onChange: () => this.#redraw(),
      onNews: (news) => this.#tell(news),
      onDeviceNews: (news) => this.#tellOfDevice(news),
      onVolumes: (volumes) => this.#room?.setVolumes(volumes),
    };
    this.#watch();
  }

  /** Show the preview, or where somebody is who goes straight in. */
  async open() {
    const { data, devices, media, goesStraightIn } = this.#attendance;
    if (goesStraightIn) return this.#enter();
    const { Preview } = await import("./preview.js");
    this.#preview = new Preview(data, devices, media, this.#own, () => this.#goIn());
    this.#show("preview");
    this.#mediaChanged();
    this.#arrival.look();
  }

  async #goIn() {
    if (this.#entering) return;
    if (await this.#arrival.passes(Promise.all([this.#preview?.report(), this.#line.ended()]))) this.#onward();
  }

  /** To the waiting room: from the preview, or from the questions. */
  #onward() {
    if (this.#entering) return this.#back();
    this.#attendance.remember(true);
    void this.#enter();
  }

  #back() {
    this.#answering = false;
    if (this.#entering) this.#redraw();
    else this.#show("preview");
  }

  /** Somebody who waits already keeps their place meanwhile. */
  #showQuestions() {
    this.#answering = this.#entering;
    this.#show("check-in");
  }

  async #enter() {
    this.#entering = true;
    this.#preview?.close();
    this.#call = await this.#attendance.enter();
    this.#room = new Room({ call: this.#call, attendance: this.#attendance, own: this.#own, announcer: this.#announcer });
    this.#redraw();
  }

  #watch() {
    watchNetwork(window, { changed: () => this.#call?.networkChanged(), toFront: () => this.#toFront() });
    watchSleep(() => this.#woke());
    watchKeys(document, {
      toggleMute: this.#own.toggleMute,
      toggleCamera: this.#own.toggleCamera,
      startTalking: this.#own.startTalking,
      stopTalking: this.#own.stopTalking,
      wanted: () => this.#screen === "room" && part("room-keys", HTMLInputElement).checked,
    });
    const dialog = part("here-dialog", HTMLDialogElement);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    part("here-move", HTMLButtonElement).addEventListener("click", () => this.#moveHere());
    part("here-stay", HTMLButtonElement).addEventListener("click", () => this.#call?.stayThere());
  }

  #mediaChanged() {
    if (this.#entering) this.#renderMedia();
    else this.#preview?.render(this.#attendance.media.state);
  }

  /** Show the own picture where it is seen, and only there. */
  #renderMedia() {
    if (this.#screen === "waiting") this.#waiting.renderMedia(this.#attendance.media.state);
    if (this.#screen === "room") this.#room?.renderMedia(this.#attendance.media.state);
  }

  /** Draw once for all that comes in one go; what people hear and see does not wait for it. */
  #redraw() {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      if (this.#call) this.#render(this.#call.view);
    });
  }

  /** @param {CallView} view */
  #render(view) {
    this.#ask(view);
    this.#arrival.watch(view);
    if (view.phase === "ended") return this.#finish(view);
    const inRoom = view.phase === "in" || (view.phase === "connecting" && this.#attendance.goesStraightIn);
    if (inRoom) this.#room?.render(view);
    else this.#waiting.render(view);
    if (inRoom || !this.#answering) this.#show(inRoom ? "room" : "waiting");
    this.#wake.want(true);
  }

  /** @param {CallView} view */
  #ask({ phase, otherDevice }) {
    const dialog = part("here-dialog", HTMLDialogElement);
    if (phase !== "asking") return dialog.open && dialog.close();
    const where = otherDevice ? ` (${otherDevice})` : "";
    const words = `The visit is open in another window${where}. Do you want to have it here? It then ends there.`;
    write(part("here-words", HTMLElement), words);
    if (!dialog.open) dialog.showModal();
  }

  #moveHere() {
    void this.#attendance.media.retry();
    this.#attendance.remember(true);
    this.#call?.moveHere();
  }

  /** @param {CallView} view */
  #finish({ ended, message }) {
    if (this.#screen === "over") return;
    this.#leaveScreens();
    this.#over.render(ended ?? "broken", message, this.#attendance.data.specialist);
    this.#show("over");
  }

  #leaveScreens() {
    this.#attendance.remember(false);
    void this.#attendance.media.release();
    this.#wake.want(false);
    this.#waiting.close();
    this.#room?.close();
    for (const id of DIALOGS) part(id, HTMLDialogElement).close();
  }

  /** @param {import("../../js/visit/roster.js").News} news */
  #tell(news) {
    const read = news.kind === "chat" && this.#room?.messagesShown; // the list of messages speaks for itself
    if (!read) this.#announcer.say(newsWords(news));
    this.#room?.hear(news);
  }

  /** @param {import("../../js/visit/device_news.js").DeviceNews} news */
  #tellOfDevice(news) {
    const words = deviceNewsWords(news);
    if (this.#screen === "room") this.#room?.note(words);
    else this.#announcer.say(words);
  }

  #toFront() {
    void this.#attendance.media.toFront();
    this.#preview?.toFront();
    this.#room?.resume();
  }

  #woke() {
    this.#attendance.media.woke();
    if (isInFront(document)) this.#toFront();
  }

  /** Only where it is read: the first use of the browser's calendar costs as much as a connection. */
  #tellWhen() {
    const words = `, ${this.#attendance.data.starts}`;
    for (const place of document.querySelectorAll(".visit-when")) write(place, words);
  }

  /** @param {Screen} screen */
  #show(screen) {
    if (this.#screen === screen) return;
    const first = this.#screen === null;
    this.#screen = screen;
    document.body.dataset.screen = screen;
    for (const each of SCREENS) document.getElementById(each)?.toggleAttribute("hidden", each !== screen);
    if (screen === "room") this.#waiting.close();
    else this.#tellWhen();
    this.#renderMedia();
    this.#line.follow(screen);
    if (first) return;
    window.scrollTo(0, 0);
    part(`${screen}-title`, HTMLElement).focus({ preventScroll: true });
  }
}
