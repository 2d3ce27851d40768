/** One's own picture in a corner of the stage; a press or a drag takes it to another one. */

import { part } from "./elements.js";
import { Tile } from "./tile.js";

const CORNERS = ["bottom-end", "bottom-start", "top-start", "top-end"];
const DRAG_PIXELS = 12;

export class OwnPicture {
  #frame = part("room-self", HTMLElement);
  #tile = new Tile(part("room-tile", HTMLElement), () => {});
  /** @type {{x: number, y: number} | null} */
  #grip = null;
  #dragged = false;

  constructor() {
    const handle = part("room-self-move", HTMLButtonElement);
    handle.addEventListener("pointerdown", (event) => this.#grasp(event));
    handle.addEventListener("pointermove", (event) => this.#drag(event));
    handle.addEventListener("pointerup", (event) => this.#drop(event));
    handle.addEventListener("pointercancel", (event) => this.#drop(event));
    handle.addEventListener("click", () => this.#next());
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  render({ camera, muted }) {
    this.#tile.play([camera]);
    this.#tile.show({ picture: camera ? "on" : "off", words: "Camera is off", muted, trouble: "" });
  }

  clear() {
    this.#tile.play([]);
  }

  #next() {
    if (this.#dragged) return; // a drag ends in a click
    const index = CORNERS.indexOf(this.#frame.dataset.corner ?? "");
    this.#frame.dataset.corner = CORNERS[(index + 1) % CORNERS.length];
  }

  /** @param {PointerEvent} event */
  #grasp(event) {
    this.#grip = { x: event.clientX, y: event.clientY };
    this.#dragged = false;
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #drag({ clientX, clientY }) {
    if (!this.#grip) return;
    const [x, y] = [clientX - this.#grip.x, clientY - this.#grip.y];
    this.#dragged ||= Math.hypot(x, y) > DRAG_PIXELS;
    if (this.#dragged) this.#frame.style.setProperty("transform", `translate(${x}px, ${y}px)`);
  }

  /** @param {PointerEvent} event */
  #drop({ clientX, clientY }) {
    this.#grip = null;
    this.#frame.style.removeProperty("transform");
    if (this.#dragged) this.#frame.dataset.corner = this.#cornerAt(clientX, clientY);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #cornerAt(x, y) {
    const stage = part("room-stage", HTMLElement).getBoundingClientRect();
    const left = x < stage.left + stage.width / 2;
    const starts = left === (document.documentElement.dir !== "rtl");
    return `${y < stage.top + stage.height / 2 ? "top" : "bottom"}-${starts ? "start" : "end"}`;
  }
}
