/** A patient's way in: the check-in between preview and waiting room, what it lacks of device and line, and word to us when joining does not work. */

import { busy, rest } from "../parts/busy.js";
import { CheckIn } from "./check_in.js";
import { part, write } from "./elements.js";

/** @typedef {import("./check_in.js").Standing} Standing */

export class Arrival {
  /** @type {CheckIn | null} */
  #checkIn = null;
  #data;
  #show;
  #measure;
  #report;
  #reported = false;
  #asking = false;
  #failed = false;

  /**
   * @param {import("./data.js").VisitData} data
   * @param {object} ways
   * @param {() => void} ways.show - the questions
   * @param {() => void} ways.back
   * @param {() => void} ways.onward - to the waiting room
   * @param {() => Promise<void>} ways.measure - the line
   * @param {() => Promise<void>} ways.report - what was found out about the device
   */
  constructor(data, { show, back, onward, measure, report }) {
    this.#data = data;
    this.#show = show;
    this.#measure = measure;
    this.#report = report;
    if (!data.check_in_url) return;
    this.#checkIn = new CheckIn(data.check_in_url, { changed: (standing) => this.#changed(standing), onward });
    part("check-in-back", HTMLButtonElement).addEventListener("click", back);
    document.addEventListener("line-tested", () => this.#tested());
    for (const id of ["preview-check-in-open", "waiting-answer"]) {
      part(id, HTMLButtonElement).addEventListener("click", () => this.#open());
    }
  }

  /** Ask how the check-in stands, so that the preview can say it. */
  look() {
    void this.#checkIn?.look();
  }

  /**
   * Whether somebody may go on to the waiting room now; otherwise the questions are shown. When we cannot ask, nobody is
   * kept: the door of the room itself stays shut until the answers are there.
   * @param {Promise<unknown>} ready - what is being found out about device and line is on its way
   */
  async passes(ready) {
    if (!this.#checkIn) return true;
    if (this.#asking) return false;
    this.#asking = true;
    const button = part("preview-go", HTMLButtonElement);
    busy(button, "One moment");
    await ready;
    const standing = await this.#checkIn.look();
    rest(button);
    this.#asking = false;
    if (!standing || isDone(standing)) return true;
    this.#show();
    return false;
  }

  /**
   * Tell the service, once a page, that there was no way from here to the specialist.
   * @param {import("../../js/visit/visit.js").CallView} view
   */
  watch({ others }) {
    const { checks_url: url, csrf_token: csrfToken } = this.#data;
    const failed = others.some(({ role, link }) => role === "specialist" && link?.state === "exhausted");
    if (!url || !failed || this.#failed) return;
    this.#failed = true;
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken };
    fetch(url, { method: "POST", headers, body: JSON.stringify({ attempt: "failed" }), keepalive: true }).catch(() => {});
  }

  /** The line was tested; say what that changes, unless somebody is writing here. */
  #tested() {
    if (part("check-in", HTMLElement).hidden || this.#checkIn?.answered) this.look();
  }

  #open() {
    this.#reported = false;
    this.#show();
    void this.#checkIn?.open();
  }

  /**
   * Say how it stands, and find out what this page can find out by itself.
   * @param {Standing} standing
   */
  #changed(standing) {
    tell(standing);
    if (standing.line) void this.#measure();
    if (standing.device && !part("check-in", HTMLElement).hidden && !this.#reported) {
      this.#reported = true;
      void this.#report().then(() => this.#tested());
    }
  }
}

/** @param {Standing} standing */
const isDone = ({ admissible, open, stopped }) => admissible || (open === 0 && !stopped);

/** @param {Standing} standing */
function tell(standing) {
  write(part("preview-check-in-words", HTMLElement), wordsOf(standing));
  part("preview-check-in", HTMLElement).hidden = false;
}

/** @param {Standing} standing */
function wordsOf({ admissible, open, stopped }) {
  if (admissible) return "Done. You can look at your answers and change them.";
  if (stopped) return "Something stands in the way. You read next what you can do.";
  if (open > 0) return "We ask a few questions next, before you go in.";
  return "You have answered everything. We are still finding something out.";
}
