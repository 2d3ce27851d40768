/** What somebody tells us on the telephone when something did not work: a code, and a file that they can send. */

import { part, write } from "./elements.js";

export class Support {
  #call;

  /** @param {Pick<import("../../js/visit/visit.js").VisitCall, "log">} call */
  constructor(call) {
    this.#call = call;
    write(part("room-support-code", HTMLElement), call.log.code);
    part("room-support-save", HTMLButtonElement).addEventListener("click", () => this.#save());
  }

  /** Works also while the server is away. */
  #save() {
    const { code, text } = this.#call.log;
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `visit-${code}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address));
  }
}
