/** The test of one's line before going in: by itself where the check-in lacks it, else for whoever wants to know. */

import { part } from "./elements.js";

/** @typedef {import("../parts/line_test.js").LineTest} LineTest */

export class OwnLine {
  #section = part("line-test", HTMLElement);
  #visitId;
  /** @type {Promise<LineTest> | null} */
  #test = null;

  /** @param {string} visitId */
  constructor(visitId) {
    this.#visitId = visitId;
  }

  /**
   * Be where somebody is before the visit; in the visit no test takes its line away.
   * @param {string} screen
   */
  follow(screen) {
    const place = document.querySelector(`[data-line-of="${screen}"]`);
    if (place) place.append(this.#section);
    if (place) void this.#ready();
    if (screen === "room") void this.#test?.then((test) => test.stop());
  }

  /** Begin a test by itself; one that failed is begun anew by its button only. */
  async measure() {
    const test = await this.#ready();
    if (this.#section.dataset["state"] !== "failed") await test.run();
  }

  /** Until a test that runs has ended. */
  async ended() {
    await (await this.#test)?.ended;
  }

  /** It is loaded when everything else is there. */
  #ready() {
    this.#test ??= import("../parts/line_test.js").then(({ lineTest }) => lineTest(this.#section, this.#visitId));
    return this.#test;
  }
}
