/**
 * What need not wait for the rest of the page. It is loaded first and runs at once: somebody who comes back into the visit
 * after a reload has their devices opening and their ticket on its way before the page is drawn.
 */

import { Devices } from "../../js/visit/devices.js";
import { aheadOfTime, grantsFrom } from "../../js/visit/join.js";
import { LocalMedia } from "../../js/visit/media.js";
import { readData } from "./data.js";
import { openStorage } from "./storage.js";

/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */

const LISTENERS_ONLY = new Set(["scheduler", "observer"]);

class HeadStart {
  data = readData();
  tab = openStorage(() => window.sessionStorage);
  devices = new Devices(navigator.mediaDevices, openStorage(() => window.localStorage), this.data.capture);
  media = new LocalMedia(this.devices, (state) => this.onMedia(state));
  getGrant = grantsFrom(window.fetch.bind(window), { url: this.data.join_url, csrfToken: this.data.csrf_token });

  /** Told of every change of the own devices. @type {(state: MediaState) => void} */
  onMedia = () => {};

  /** Whether somebody comes back, or has nothing to preview. */
  goesStraightIn = this.#listensOnly || this.tab.getItem(this.#insideKey) !== null;

  begin() {
    if (!this.#listensOnly) void this.media.start();
    if (this.goesStraightIn) this.getGrant = aheadOfTime(this.getGrant);
    return this;
  }

  /** @param {boolean} inside - this tab is in the visit, also after a reload */
  remember(inside) {
    if (inside) this.tab.setItem(this.#insideKey, "yes");
    else this.tab.removeItem(this.#insideKey);
  }

  get #listensOnly() {
    return LISTENERS_ONLY.has(this.data.me.role);
  }

  get #insideKey() {
    return `visit.inside.${this.data.visit_id}`;
  }
}

export const headStart = new HeadStart().begin();
