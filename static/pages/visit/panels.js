/** The place beside the faces: people and messages, or the settings. A small screen shows nothing there at first. */

import { part } from "./elements.js";

/** @typedef {"messages" | "settings"} Panel */

const WIDE = "(min-width: 64rem)"; // where there is always something beside the faces, as in beside.css

export class Panels {
  #room = part("room", HTMLElement);
  #wide = window.matchMedia(WIDE);
  #panels = { messages: part("room-panel", HTMLElement), settings: part("room-settings-panel", HTMLElement) };
  #titles = { messages: part("room-panel-title", HTMLElement), settings: part("room-settings-title", HTMLElement) };
  #openers = { messages: part("room-messages", HTMLButtonElement), settings: part("room-settings", HTMLButtonElement) };
  #onShown;
  /** @type {Panel | null} */
  #wanted = null;

  /** @param {(shown: Panel | null) => void} onShown */
  constructor(onShown) {
    this.#onShown = onShown;
    for (const panel of /** @type {Panel[]} */ (["messages", "settings"])) {
      this.#openers[panel].addEventListener("click", () => this.#press(panel));
      this.#panels[panel].addEventListener("keydown", (event) => this.#escape(event));
    }
    part("room-settings-done", HTMLButtonElement).addEventListener("click", () => this.close());
    this.#wide.addEventListener("change", () => this.#show());
    this.#show();
  }

  /** @returns {Panel | null} */
  get shown() {
    return this.#wanted ?? (this.#wide.matches ? "messages" : null);
  }

  /** @param {Panel} panel - to show, and to go to */
  open(panel) {
    this.#wanted = panel;
    this.#show();
    const writes = panel === "messages" && this.#wide.matches; // a keyboard on the screen would push the faces away
    (writes ? part("room-message", HTMLElement) : this.#titles[panel]).focus({ preventScroll: !writes });
  }

  /** Show what is there by itself, and go back to where one came from. */
  close() {
    const left = this.#wanted;
    this.#wanted = null;
    this.#show();
    if (left) this.#openers[left].focus();
  }

  /** @param {Panel} panel */
  #press(panel) {
    const again = this.#wanted === panel && !(this.#wide.matches && panel === "messages");
    if (again) this.close();
    else this.open(panel);
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing || !this.#wanted) return;
    event.preventDefault();
    this.close();
  }

  #show() {
    const { shown } = this;
    this.#room.dataset.panel = shown ?? "closed";
    for (const panel of /** @type {Panel[]} */ (["messages", "settings"])) {
      this.#openers[panel].setAttribute("aria-expanded", String(panel === shown));
    }
    this.#onShown(shown);
  }
}
