/** The page of a visit: which screen is shown, and what passes between the screens, the devices and the call. */

import { deviceName } from "../../js/visit/advice.js";
import { browserClock } from "../../js/visit/clock.js";
import { Devices } from "../../js/visit/devices.js";
import { grantsFrom } from "../../js/visit/join.js";
import { LocalMedia } from "../../js/visit/media.js";
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
import { openStorage } from "./storage.js";
import { WaitingRoom } from "./waiting.js";
import { WakeLock } from "./wake.js";

/** @typedef {import("../../js/visit/visit.js").CallView} CallView */
/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */
/** @typedef {"preview" | "waiting" | "room" | "over"} Screen */

/** @type {Screen[]} */
const SCREENS = ["preview", "waiting", "room", "over"];
const DIALOGS = ["here-dialog", "leave-dialog", "end-dialog"];
const LISTENERS_ONLY = new Set(["scheduler", "observer"]);
const RELOAD_MS = 500; // in which a page that is being reloaded lets go of its name

export class VisitPage {
  #data;
  #tab = openStorage(() => window.sessionStorage);
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
  /** @type {Screen | null} */
  #screen = null;

  /** @param {import("./data.js").VisitData} data */
  constructor(data) {
    this.#data = data;
    for (const place of document.querySelectorAll(".visit-when")) write(place, `, ${whenWords(data.starts_at, new Date())}`);
    const devices = new Devices(navigator.mediaDevices, openStorage(() => window.localStorage), data.capture);
    this.#media = new LocalMedia(devices, (state) => this.#mediaChanged(state));
    this.#own = new OwnMedia(this.#media, this.#announcer);
    this.#preview = new Preview(data, devices, this.#media, this.#own, () => this.#goIn());
    this.#waiting = new WaitingRoom(data, this.#own, () => this.#call?.leave());
    this.#over = new Over({ again: () => window.location.reload(), move: () => this.#moveHere() });
    this.#watch();
  }

  /** Show the preview, or go straight back in after a reload. */
  async open() {
    const listens = LISTENERS_ONLY.has(this.#data.me.role);
    if (!listens) void this.#media.start();
    if (listens || this.#tab.getItem(this.#insideKey) !== null) await this.#enter();
    else this.#show("preview");
  }

  get #insideKey() {
    return `visit.inside.${this.#data.visit_id}`;
  }

  #goIn() {
    if (this.#entering) return;
    reportCheck(this.#data, this.#media.state);
    this.#tab.setItem(this.#insideKey, "yes");
    void this.#enter();
  }

  async #enter() {
    this.#entering = true;
    this.#preview.close();
    this.#call = this.#makeCall(await this.#claimTab());
    this.#room = new Room(this.#call, this.#own, this.#announcer);
    this.#call.setMedia(this.#media.state);
    this.#call.start();
    this.#render(this.#call.view);
    this.#mediaChanged(this.#media.state);
  }

  #claimTab() {
    const newName = () => `tab-${crypto.randomUUID()}`;
    return claimTab(this.#tab, navigator.locks, newName, () => AbortSignal.timeout(RELOAD_MS));
  }

  /** @param {string} tabId */
  #makeCall(tabId) {
    const { join_url: url, csrf_token: csrfToken } = this.#data;
    return new VisitCall(
      {
        getGrant: grantsFrom(window.fetch.bind(window), { url, csrfToken }),
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
        onChange: (view) => this.#render(view),
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
    this.#waiting.renderMedia(state);
    this.#room?.renderMedia(state);
  }

  /** @param {CallView} view */
  #render(view) {
    this.#ask(view);
    if (view.phase === "ended") return this.#finish(view);
    if (view.phase === "in") this.#room?.render(view);
    else this.#waiting.render(view);
    this.#show(view.phase === "in" ? "room" : "waiting");
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
    this.#tab.setItem(this.#insideKey, "yes");
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
    this.#tab.removeItem(this.#insideKey);
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

  /** @param {Screen} screen */
  #show(screen) {
    if (this.#screen === screen) return;
    const first = this.#screen === null;
    this.#screen = screen;
    document.body.dataset.screen = screen;
    for (const each of SCREENS) part(each, HTMLElement).hidden = each !== screen;
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
