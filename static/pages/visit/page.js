/** The page of a visit: which screen is shown, and what passes between the screens, the devices and the call. */

import { deviceName } from "../../js/visit/advice.js";
import { browserClock } from "../../js/visit/clock.js";
import { claimTab } from "../../js/visit/tab.js";
import { VisitCall } from "../../js/visit/visit.js";
import { newsWords } from "../../js/visit/wording.js";
import { Announcer } from "./announcer.js";
import { reportCheck } from "./check.js";
import { whenWords } from "./data.js";
import { part, write } from "./elements.js";
import { watchKeys } from "./keys.js";
import { watchNetwork } from "./network.js";
import { Over } from "./over.js";
import { OwnMedia } from "./own_media.js";
import { Preview } from "./preview.js";
import { Room } from "./room.js";
import { WaitingRoom } from "./waiting.js";
import { WakeLock } from "./wake.js";

/** @typedef {import("../../js/visit/visit.js").CallView} CallView */
/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */
/** @typedef {"preview" | "waiting" | "room" | "over"} Screen */

/** @type {Screen[]} */
const SCREENS = ["preview", "waiting", "room", "over"];
const DIALOGS = ["here-dialog", "leave-dialog", "end-dialog"];
const RELOAD_MS = 500; // in which a page that is being reloaded lets go of its name

export class VisitPage {
  #start;
  #data;
  #announcer = new Announcer();
  #wake = new WakeLock();
  #media;
  #own;
  #preview;
  #waiting;
  #over;
  /** @type {VisitCall | null} */
  #call = null;
  /** @type {Room | null} */
  #room = null;
  #entering = false;
  #drawing = false;
  /** @type {Screen | null} */
  #screen = null;

  /** @param {typeof import("./head_start.js").headStart} start */
  constructor(start) {
    const { data, devices, media } = start;
    this.#start = start;
    this.#data = data;
    this.#media = media;
    this.#own = new OwnMedia(media, this.#announcer);
    this.#preview = new Preview(data, devices, media, this.#own, () => this.#goIn());
    this.#waiting = new WaitingRoom(data, this.#own, () => this.#call?.leave());
    this.#over = new Over({ again: () => window.location.reload(), move: () => this.#moveHere() });
    start.onMedia = (state) => this.#mediaChanged(state);
    this.#watch();
  }

  /** Show the preview, or go straight back in after a reload. */
  async open() {
    if (this.#start.goesStraightIn) return this.#enter();
    this.#show("preview");
    this.#mediaChanged(this.#media.state);
  }

  #goIn() {
    if (this.#entering) return;
    reportCheck(this.#data, this.#media.state);
    this.#start.remember(true);
    void this.#enter();
  }

  async #enter() {
    this.#entering = true;
    this.#preview.close();
    this.#call = this.#makeCall(await this.#claimTab());
    this.#room = new Room(this.#call, this.#own, this.#announcer);
    this.#call.setMedia(this.#media.state);
    this.#call.start();
    this.#mediaChanged(this.#media.state);
    this.#redraw();
  }

  #claimTab() {
    const newName = () => `tab-${crypto.randomUUID()}`;
    return claimTab(this.#start.tab, navigator.locks, newName, () => AbortSignal.timeout(RELOAD_MS));
  }

  /** @param {string} tabId */
  #makeCall(tabId) {
    return new VisitCall(
      {
        getGrant: this.#start.getGrant,
        openSocket: (address, protocol) => new WebSocket(socketAddress(address), protocol),
        createConnection: (configuration) => new RTCPeerConnection(configuration),
        stream: new MediaStream(),
        clock: browserClock,
        random: Math.random,
        newId: () => crypto.randomUUID(),
        tabId,
        device: { ua: deviceName(navigator.userAgent), net: "" },
      },
      {
        onChange: () => this.#redraw(),
        onNews: (news) => this.#tell(news),
        onTrouble: (what) => console.warn(`visit: ${what}`),
      },
    );
  }

  #watch() {
    watchNetwork(window, () => this.#call?.networkChanged());
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

  /** @param {MediaState} state */
  #mediaChanged(state) {
    if (!this.#call) return this.#preview.render(state);
    this.#call.setMedia(state);
    this.#renderMedia();
  }

  /** Show the own picture where it is seen, and only there. */
  #renderMedia() {
    if (this.#screen === "waiting") this.#waiting.renderMedia(this.#media.state);
    if (this.#screen === "room") this.#room?.renderMedia(this.#media.state);
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
    if (view.phase === "ended") return this.#finish(view);
    const inRoom = view.phase === "in" || (view.phase === "connecting" && this.#start.goesStraightIn);
    if (inRoom) this.#room?.render(view);
    else this.#waiting.render(view);
    this.#show(inRoom ? "room" : "waiting");
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
    void this.#media.retry();
    this.#start.remember(true);
    this.#call?.moveHere();
  }

  /** @param {CallView} view */
  #finish({ ended, message }) {
    if (this.#screen === "over") return;
    this.#leaveScreens();
    this.#over.render(ended ?? "broken", message, this.#data.specialist);
    this.#show("over");
  }

  #leaveScreens() {
    this.#start.remember(false);
    void this.#media.release();
    this.#wake.want(false);
    this.#waiting.close();
    this.#room?.close();
    for (const id of DIALOGS) part(id, HTMLDialogElement).close();
  }

  /** @param {import("../../js/visit/news.js").News} news */
  #tell(news) {
    const read = news.kind === "chat" && this.#room?.messagesShown; // the list of messages speaks for itself
    if (!read) this.#announcer.say(newsWords(news));
    if (news.kind === "mute-asked") this.#room?.note(newsWords(news));
  }

  /** Only where it is read: the first use of the browser's calendar costs as much as a connection. */
  #tellWhen() {
    const words = `, ${whenWords(this.#data.starts_at, new Date())}`;
    for (const place of document.querySelectorAll(".visit-when")) write(place, words);
  }

  /** @param {Screen} screen */
  #show(screen) {
    if (this.#screen === screen) return;
    const first = this.#screen === null;
    this.#screen = screen;
    document.body.dataset.screen = screen;
    for (const each of SCREENS) part(each, HTMLElement).hidden = each !== screen;
    if (screen === "room") this.#waiting.close();
    else this.#tellWhen();
    this.#renderMedia();
    if (first) return;
    window.scrollTo(0, 0);
    part(`${screen}-title`, HTMLElement).focus({ preventScroll: true });
  }
}

/**
 * @param {string} address - of the page's own server, with any scheme
 * @returns {string} the same with the scheme of a socket
 */
function socketAddress(address) {
  return new URL(address, window.location.href).href.replace(/^http/, "ws");
}
