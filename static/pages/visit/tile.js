/** The frame of one person's picture and voice. */

import { initials } from "../../js/visit/wording.js";
import { inside, part, write } from "./elements.js";

/**
 * @typedef {object} TileView
 * @property {"on" | "off" | "coming"} picture
 * @property {string} words - instead of the picture
 * @property {boolean} muted
 * @property {string} trouble - empty: none
 */

export class Tile {
  #figure;
  #video;
  #onBlocked;
  /** @type {(MediaStreamTrack | null)[]} */
  #tracks = [];

  /**
   * @param {HTMLElement} figure
   * @param {() => void} onBlocked - the browser plays sound only after something was pressed
   */
  constructor(figure, onBlocked) {
    this.#figure = figure;
    this.#onBlocked = onBlocked;
    this.#video = inside(figure, "video", HTMLVideoElement);
    this.#video.addEventListener("resize", () => this.#takeShape());
  }

  get figure() {
    return this.#figure;
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {string} role
   */
  name(id, name, role) {
    this.#figure.id = id;
    write(inside(this.#figure, "figcaption bdi", HTMLElement), name);
    write(inside(this.#figure, "figcaption .person-role", HTMLElement), role);
    write(inside(this.#figure, ".person-initials", HTMLElement), initials(name));
    this.#video.setAttribute("aria-label", `Picture of ${name}`);
  }

  /** @param {TileView} view */
  show({ picture, words, muted, trouble }) {
    this.#figure.dataset.picture = picture;
    write(inside(this.#figure, ".tile-words", HTMLElement), words);
    this.#sign("muted", muted);
    this.#sign("trouble", trouble !== "");
    write(inside(this.#figure, ".tile-trouble", HTMLElement), trouble);
    this.#figure.toggleAttribute("data-trouble", trouble !== "");
  }

  /** @param {boolean} speaking */
  showSpeaking(speaking) {
    this.#sign("speaking", speaking);
    this.#figure.toggleAttribute("data-speaking", speaking);
  }

  /** @param {(MediaStreamTrack | null)[]} tracks - what is to be seen and heard */
  play(tracks) {
    const same = tracks.length === this.#tracks.length && tracks.every((track, index) => track === this.#tracks[index]);
    if (same) return;
    this.#tracks = tracks;
    const present = tracks.filter((track) => track !== null);
    this.#video.srcObject = present.length > 0 ? new MediaStream(present) : null;
    this.resume();
  }

  /** Play, also after the frame was moved in the page. */
  resume() {
    if (!this.#video.srcObject) return;
    this.#video.play().catch((error) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#onBlocked();
    });
  }

  /** Let go of what was played. */
  remove() {
    this.#video.srcObject = null;
    this.#figure.remove();
  }

  #takeShape() {
    const { videoWidth, videoHeight } = this.#video;
    if (videoWidth > 0) this.#figure.dataset.shape = videoWidth >= videoHeight ? "wide" : "tall";
  }

  /**
   * @param {string} name
   * @param {boolean} shown
   */
  #sign(name, shown) {
    inside(this.#figure, `[data-sign="${name}"]`, HTMLElement).hidden = !shown;
  }
}

const CORNERS = ["bottom-end", "bottom-start", "top-start", "top-end"];
const DRAG_PIXELS = 12;

/** One's own picture in a corner of the stage; a press or a drag takes it to another one. */
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
