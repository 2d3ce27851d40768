/** What helps when care has to go on otherwise: each person gets the buttons that are theirs. */

import { asksService } from "../../js/visit/service.js";
import { Conversion } from "./convert.js";
import { Emergency } from "./emergency.js";
import { StandingWords } from "./standing.js";
import { Unwell } from "./unwell.js";
import { Wish } from "./wish.js";
import { part } from "./elements.js";

const PATIENCE_MS = 20_000; // a slow line still gets an answer through

/**
 * What the parts of it share.
 * @typedef {object} CareAround
 * @property {import("../../js/visit/service.js").Ask} ask
 * @property {import("./data.js").VisitData} data
 * @property {import("./data.js").Care} care
 * @property {(words: string) => void} note - to be read for a while
 * @property {import("./notices.js").Announcer} announcer
 */

export class CareNow {
  #dialogs = [...document.querySelectorAll("dialog")].filter(({ id }) => id in OPENERS);
  /** @type {StandingWords | null} */
  #standing = null;

  /** @param {Pick<CareAround, "data" | "note" | "announcer">} around */
  constructor({ data, note, announcer }) {
    const { care } = data;
    if (!care) return;
    const ask = asksService((...asked) => fetch(...asked), data.csrf_token, () => AbortSignal.timeout(PATIENCE_MS));
    const around = { ask, data, care, note, announcer };
    if (care.signs) this.#helpPatient(around);
    else this.#helpHost(around);
    for (const dialog of this.#dialogs) dialog.addEventListener("close", () => returnFocus(dialog.id));
  }

  /** The visit is over here. */
  close() {
    this.#standing?.close();
    for (const dialog of this.#dialogs) dialog.close();
  }

  /** @param {CareAround} around */
  #helpPatient(around) {
    const unwell = new Unwell(around);
    const wish = new Wish(around);
    whenOpened("unwell-dialog", () => unwell.open());
    whenOpened("wish-dialog", () => wish.open());
    show("room-help");
  }

  /** @param {CareAround} around */
  #helpHost(around) {
    const emergency = new Emergency(around, () => void this.#standing?.look());
    const conversion = new Conversion(around, () => void this.#standing?.look());
    this.#standing = new StandingWords(around, (words) => conversion.follow(words));
    whenOpened("emergency-dialog", () => void emergency.open());
    whenOpened("convert-dialog", () => conversion.open());
    for (const id of ["room-help", "room-convert", "room-emergency"]) show(id);
  }
}

/** Where the focus goes when what was pressed is not there any more. @type {Record<string, string[]>} */
const OPENERS = {
  "care-dialog": ["room-help"],
  "convert-dialog": ["room-convert", "room-help"],
  "emergency-dialog": ["room-emergency", "room-help"],
  "clear-dialog": ["room-convert", "room-help"],
  "unwell-dialog": ["room-help"],
  "wish-dialog": ["room-help"],
};

/** @param {string} id - of a dialog that has closed */
function returnFocus(id) {
  const held = document.activeElement;
  if (document.querySelector("dialog[open]") || (held && held !== document.body && held.checkVisibility())) return;
  for (const opener of OPENERS[id] ?? []) if (part(opener, HTMLElement).checkVisibility()) return part(opener, HTMLElement).focus();
}

/**
 * @param {string} id - of a dialog
 * @param {() => void} act
 */
function whenOpened(id, act) {
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest(`[data-opens="${id}"]`)) act();
  });
}

/** @param {string} id */
const show = (id) => (part(id, HTMLElement).hidden = false);
