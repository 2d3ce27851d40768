/** Whether this person's internet address is kept from the others: chosen before going in, where there is a relay. */

const KEY = "visit.hides";

export class Hiding {
  #memory;

  /** @param {import("./data.js").Memory} memory - lives as long as the tab, so that a reload shows nobody what was hidden */
  constructor(memory) {
    this.#memory = memory;
  }

  get chosen() {
    return this.#memory.getItem(KEY) !== null;
  }

  /** Let people choose on the preview, if the page offers it. */
  offer() {
    const box = document.getElementById("preview-hide");
    if (!(box instanceof HTMLInputElement)) return;
    box.checked = this.chosen;
    box.addEventListener("change", () => this.#choose(box.checked));
  }

  /** @param {boolean} hides */
  #choose(hides) {
    if (hides) this.#memory.setItem(KEY, "yes");
    else this.#memory.removeItem(KEY);
  }
}
