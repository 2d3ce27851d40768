/** What somebody tells us on the telephone when something did not work: a code, under which we find what their page sent. */

import { part, write } from "./elements.js";
import { reportsTo } from "../../js/visit/reporting.js";

const PATIENCE_MS = 8_000;

export class Support {
  #call;
  #send;
  #button = part("room-support-send", HTMLButtonElement);
  #news = part("room-support-news", HTMLElement);

  /**
   * @param {Pick<import("../../js/visit/visit.js").VisitCall, "log">} call
   * @param {Pick<import("./data.js").VisitData, "reports_url" | "csrf_token">} data
   */
  constructor(call, { reports_url: url, csrf_token: csrfToken }) {
    this.#call = call;
    this.#send = reportsTo((...asked) => fetch(...asked), { url, csrfToken }, () => AbortSignal.timeout(PATIENCE_MS));
    write(part("room-support-code", HTMLElement), call.log.code);
    this.#button.addEventListener("click", () => void this.#tell());
  }

  /** Send it; where that does not work, save it on this machine. */
  async #tell() {
    if (this.#button.getAttribute("aria-disabled") === "true") return;
    const { log } = this.#call;
    this.#busy(true);
    write(this.#news, "We are sending it.");
    const sent = await this.#send(log.report);
    if (!sent) save(log.text, fileOf(log.code));
    write(this.#news, sent ? sentWords(log.code) : savedWords(fileOf(log.code)));
    this.#busy(false);
  }

  /** @param {boolean} busy - the button keeps the focus meanwhile */
  #busy(busy) {
    this.#button.setAttribute("aria-disabled", String(busy));
  }
}

/** @param {string} code */
const fileOf = (code) => `visit-${code}.txt`;

/** @param {string} code */
const sentWords = (code) => `Sent. Call us and tell us the code ${code}, and we find it.`;

/** @param {string} file */
const savedWords = (file) => `We cannot send it now. It is saved on this device instead, as ${file}. Call us, or try again in some minutes.`;

/**
 * @param {string} text
 * @param {string} file
 */
function save(text, file) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address));
}
