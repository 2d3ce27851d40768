/** One's own picture in a corner of the stage; a press, an arrow key or a drag takes it to another one. */

import { cornerAt, cornerTowards, cornerWords, nextCorner } from "../../js/visit/corners.js";
import { inside, part, write } from "./elements.js";
import { Tile } from "./tile.js";

const DRAG_PIXELS = 12;

export class OwnPicture {
  #frame = part("room-self", HTMLElement);
  #handle = part("room-self-move", HTMLButtonElement);
  #tile = new Tile(part("room-tile", HTMLElement), () => {});
  #say;
  /** @type {{x: number, y: number} | null} */
  #grip = null;
  #dragged = false;

  /** @param {(words: string) => void} say - to people who listen to the page */
  constructor(say) {
    this.#say = say;
    this.#handle.addEventListener("pointerdown", (event) => this.#grasp(event));
    this.#handle.addEventListener("pointermove", (event) => this.#drag(event));
    this.#handle.addEventListener("pointerup", (event) => this.#drop(event));
    this.#handle.addEventListener("pointercancel", (event) => this.#drop(event));
    this.#handle.addEventListener("click", () => this.#next());
    this.#handle.addEventListener("keydown", (event) => this.#press(event));
    this.#label();
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  render({ camera, muted }) {
    this.#tile.play([camera]);
    this.#tile.show({ picture: camera ? "on" : "off", words: "Camera is off", muted, trouble: "" });
  }

  clear() {
    this.#tile.play([]);
  }

  get #corner() {
    return this.#frame.dataset.corner ?? "";
  }

  get #rightToLeft() {
    return getComputedStyle(this.#frame).direction === "rtl";
  }

  #next() {
    if (!this.#dragged) this.#move(nextCorner(this.#corner)); // a drag ends in a click
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const towards = cornerTowards(this.#corner, event.key, this.#rightToLeft);
    this.#dragged = false;
    if (!towards) return;
    event.preventDefault(); // the page would scroll
    this.#move(towards);
  }

  /** @param {import("../../js/visit/corners.js").Corner} corner */
  #move(corner) {
    this.#frame.dataset.corner = corner;
    this.#label();
    this.#say(`Your picture is at the ${cornerWords(corner, this.#rightToLeft)} now.`);
  }

  #label() {
    const where = cornerWords(this.#corner, this.#rightToLeft);
    write(inside(this.#handle, "span", HTMLElement), `Your picture, at the ${where}. Move it to another corner`);
  }

  /** @param {PointerEvent} event */
  #grasp(event) {
    this.#grip = { x: event.clientX, y: event.clientY };
    this.#dragged = false;
    this.#handle.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #drag({ clientX, clientY }) {
    if (!this.#grip) return;
    const [x, y] = [clientX - this.#grip.x, clientY - this.#grip.y];
    this.#dragged ||= Math.hypot(x, y) > DRAG_PIXELS;
    if (this.#dragged) this.#frame.style.setProperty("transform", `translate(${x}px, ${y}px)`);
  }

  /** @param {PointerEvent} event */
  #drop({ clientX: x, clientY: y }) {
    this.#grip = null;
    this.#frame.style.removeProperty("transform");
    const stage = part("room-stage", HTMLElement).getBoundingClientRect();
    if (this.#dragged) this.#move(cornerAt({ x, y }, stage, this.#rightToLeft));
  }
}
