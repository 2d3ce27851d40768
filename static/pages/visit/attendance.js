/** This tab's part in the visit: its devices and its call, before and apart from anything that is drawn. */

import { deviceName } from "../../js/visit/advice.js";
import { browserClock } from "../../js/visit/clock.js";
import { Devices } from "../../js/visit/devices.js";
import { aheadOfTime, claimTab, grantsFrom } from "../../js/visit/join.js";
import { LocalMedia } from "../../js/visit/media.js";
import { VisitCall } from "../../js/visit/visit.js";
import { lazyStorage, readData } from "./data.js";
import { USUAL_CONFIGURATION, headStart, insideKey } from "./early.js";
import { Hiding } from "./hiding.js";

/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */

/**
 * Told of everything that is to be seen or heard.
 * @typedef {object} Audience
 * @property {(state: MediaState) => void} onMedia
 * @property {() => void} onChange - the call's view is different now
 * @property {(news: import("../../js/visit/roster.js").News) => void} onNews
 * @property {(news: import("../../js/visit/device_news.js").DeviceNews) => void} onDeviceNews
 * @property {(volumes: ReadonlyMap<string, number>) => void} onVolumes - how loud each session is to be played
 */

const LISTENERS_ONLY = new Set(["scheduler", "observer"]);
const HEAD_START_MS = 400;
const RELOAD_MS = 500; // in which a page that is being reloaded lets go of its name

export class Attendance {
  data = readData();
  /** What is kept on this machine. */
  memory = lazyStorage(() => window.localStorage);
  devices = new Devices(navigator.mediaDevices, this.memory, this.data.capture);
  media = new LocalMedia(this.devices, (state) => this.#mediaChanged(state), { onNews: (news) => this.audience.onDeviceNews(news) });
  /** @type {Audience} */
  audience = { onMedia: () => {}, onChange: () => {}, onNews: () => {}, onDeviceNews: () => {}, onVolumes: () => {} };
  #tab = lazyStorage(() => window.sessionStorage);
  hiding = new Hiding(this.#tab);
  #getGrant = grantsFrom(answered, { url: this.data.join_url, csrfToken: this.data.csrf_token });
  /** @type {Promise<VisitCall> | null} */
  #entered = null;
  /** @type {VisitCall | null} */
  #call = null;
  /** @type {RTCPeerConnection | null} */
  #spare = null;
  /** @type {PromiseWithResolvers<void>} */
  #underWay = Promise.withResolvers();

  /** Whether somebody comes back, or has nothing to preview. */
  goesStraightIn = this.#listensOnly || this.#tab.getItem(this.#insideKey) !== null;

  /** Connect somebody who goes straight in, then open the devices: what others send comes without them. */
  begin() {
    if (this.goesStraightIn) this.#comeBack();
    else this.#underWay.resolve();
    if (!this.#listensOnly) void this.media.start();
  }

  /** When the connection of somebody who goes straight in can do without this machine's attention for a moment. */
  get underWay() {
    return this.#underWay.promise;
  }

  /** Go to the waiting room, or in; once. */
  enter() {
    this.#entered ??= this.#enter();
    return this.#entered;
  }

  /** @param {boolean} inside - this tab is in the visit, also after a reload */
  remember(inside) {
    if (inside) this.#tab.setItem(this.#insideKey, "yes");
    else this.#tab.removeItem(this.#insideKey);
  }

  #comeBack() {
    void this.enter();
    this.#getGrant = aheadOfTime(this.#getGrant);
    this.#spare = headStart.connection ?? new RTCPeerConnection(USUAL_CONFIGURATION);
    headStart.connection = null;
    this.#spare.addEventListener("signalingstatechange", () => this.#underWay.resolve(), { once: true });
    setTimeout(() => this.#underWay.resolve(), HEAD_START_MS);
  }

  async #enter() {
    const newName = () => `tab-${crypto.randomUUID()}`;
    const tabId = await claimTab(this.#tab, navigator.locks, newName, () => AbortSignal.timeout(RELOAD_MS));
    this.#call = this.#makeCall(tabId);
    this.#call.setMedia(this.media.state);
    this.#call.start();
    return this.#call;
  }

  /** @param {string} tabId */
  #makeCall(tabId) {
    return new VisitCall(
      {
        getGrant: this.#getGrant,
        openSocket: (address, protocol) => new WebSocket(socketAddress(address), protocol),
        createConnection: (configuration) => this.#connection(configuration),
        stream: new MediaStream(),
        relayOnly: () => this.hiding.chosen,
        clock: browserClock,
        random: Math.random,
        newId: () => crypto.randomUUID(),
        tabId,
        device: { ua: deviceName(navigator.userAgent), net: "" },
      },
      {
        onChange: () => this.#callChanged(),
        onNews: (news) => this.audience.onNews(news),
        onTrouble: (what) => console.warn(`visit: ${what}`),
        onVolumes: (volumes) => this.audience.onVolumes(volumes),
      },
    );
  }

  /**
   * The first one a browser makes takes longest, so it is made while the ticket is still on its way.
   * @param {RTCConfiguration} configuration
   */
  #connection(configuration) {
    const spare = this.#spare;
    this.#spare = null;
    if (!spare) return new RTCPeerConnection(configuration);
    if (JSON.stringify(configuration) !== JSON.stringify(USUAL_CONFIGURATION)) spare.setConfiguration(configuration);
    return spare;
  }

  #callChanged() {
    const { phase, roster } = this.#call?.view ?? {};
    const nobodyThere = phase !== "connecting" && roster?.links.length === 0;
    if (nobodyThere) this.#underWay.resolve();
    this.audience.onChange();
  }

  /** @param {MediaState} state */
  #mediaChanged(state) {
    this.#call?.setMedia(state);
    this.audience.onMedia(state);
  }

  get #listensOnly() {
    return LISTENERS_ONLY.has(this.data.me.role);
  }

  get #insideKey() {
    return insideKey(this.data.visit_id);
  }
}

/**
 * The answer that was asked for early, once; after that a new one each time.
 * @type {typeof fetch}
 */
function answered(...given) {
  const { answer } = headStart;
  headStart.answer = null;
  return answer ?? fetch(...given);
}

/**
 * @param {string} address - of the page's own server, with any scheme
 * @returns {string} the same with the scheme of a socket
 */
function socketAddress(address) {
  return new URL(address, window.location.href).href.replace(/^http/, "ws");
}
