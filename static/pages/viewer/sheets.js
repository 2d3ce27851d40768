const SMALLEST_ZOOM = -2;
const LARGEST_ZOOM = 3;
const SMALL_PIXELS = 300; // below that, a picture is shown with its own pixels and not smoothed

/** The pages of one file: turned, enlarged, fetched one ahead. */
export class Sheets {
  #file;
  /** @type {HTMLImageElement | null} */
  #picture;
  /** @type {HTMLElement | null} */
  #window;
  /** @type {string[]} */
  #addresses;
  #place;
  #zoom = 0;

  /** @param {HTMLElement} file */
  constructor(file) {
    this.#file = file;
    this.#picture = file.querySelector("img");
    this.#window = file.querySelector(".sheet-window");
    this.#addresses = this.#picture?.dataset["sheets"]?.split(" ") ?? [];
    this.#place = Math.max(0, this.#addresses.indexOf(this.#picture?.getAttribute("src") ?? ""));
    for (const button of file.querySelectorAll("[data-zoom]")) {
      if (button instanceof HTMLButtonElement) button.hidden = false;
    }
    file.addEventListener("click", (event) => this.#clicked(event));
    this.#window?.addEventListener("keydown", (event) => this.#pressed(event));
    this.#picture?.addEventListener("load", () => this.#loaded());
    this.#picture?.addEventListener("error", () => this.#trouble(true));
  }

  /** Show the page where one is. */
  open() {
    this.#show(this.#place);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const pressed = event.target instanceof Element ? event.target.closest("[data-turn], [data-zoom]") : null;
    if (!(pressed instanceof HTMLElement)) return;
    event.preventDefault();
    const { turn, zoom } = pressed.dataset;
    if (turn) this.#show(this.#place + Number(turn));
    if (zoom) this.#enlarge(Number(zoom));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const turns = /** @type {Record<string, number>} */ ({ ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 });
    const zooms = /** @type {Record<string, number>} */ ({ "+": 1, "=": 1, "-": -1 });
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const turn = turns[event.key];
    const zoom = zooms[event.key];
    if (turn && !(this.#zoom > 0 && event.key.startsWith("Arrow"))) this.#show(this.#place + turn);
    else if (zoom) this.#enlarge(zoom);
    else return;
    event.preventDefault();
  }

  /** @param {number} place */
  #show(place) {
    const address = this.#addresses[place];
    if (!this.#picture || address === undefined) return;
    this.#place = place;
    if (this.#picture.getAttribute("src") !== address) this.#picture.src = address;
    this.#picture.alt = `${this.#file.getAttribute("aria-label")}, page ${place + 1} of ${this.#addresses.length}`;
    if (this.#window) this.#window.scrollTop = 0;
    const said = this.#file.querySelector("[data-place]");
    if (said) said.textContent = String(place + 1);
    for (const link of this.#file.querySelectorAll("[data-turn]")) {
      const there = link instanceof HTMLElement && this.#addresses[place + Number(link.dataset["turn"])];
      link.setAttribute("aria-disabled", String(!there));
    }
  }

  #loaded() {
    this.#trouble(false);
    if (this.#picture) this.#picture.toggleAttribute("data-small", this.#picture.naturalWidth <= SMALL_PIXELS);
    const next = this.#addresses[this.#place + 1];
    if (next) new Image().src = next;
  }

  /** @param {boolean} there */
  #trouble(there) {
    const words = this.#file.querySelector(".sheet-trouble");
    if (words instanceof HTMLElement) words.hidden = !there;
    if (this.#picture) this.#picture.hidden = there;
  }

  /** @param {number} step */
  #enlarge(step) {
    this.#zoom = Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, this.#zoom + step));
    if (this.#window) this.#window.dataset["zoom"] = String(this.#zoom);
  }
}
