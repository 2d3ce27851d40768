/** The frame of one person's picture and voice. */

import { initials } from "../../js/visit/wording.js";
import { fromTemplate, inside, write } from "./elements.js";

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

  /** What plays the sound. */
  get player() {
    return this.#video;
  }

  get figure() {
    return this.#figure;
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {string} role - or what it is
   * @param {"person" | "screen"} kind
   */
  name(id, name, role, kind) {
    this.#figure.id = id;
    this.#figure.dataset.kind = kind;
    write(inside(this.#figure, "figcaption bdi", HTMLElement), name);
    write(inside(this.#figure, "figcaption .person-role", HTMLElement), role);
    write(inside(this.#figure, ".person-initials", HTMLElement), initials(name));
    this.#video.setAttribute("aria-label", kind === "screen" ? `Screen of ${name}` : `Picture of ${name}`);
  }

  /**
   * @param {string} what - in words
   * @param {() => void} enlarge
   */
  offerLarge(what, enlarge) {
    const button = fromTemplate("large-template");
    write(inside(button, "span", HTMLElement), `Show ${what} large`);
    button.addEventListener("click", enlarge);
    this.#figure.append(button);
    this.#figure.tabIndex = -1;
  }

  focus() {
    this.#figure.focus({ preventScroll: true });
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

  /**
   * @param {(MediaStreamTrack | null)[]} tracks - what is to be seen and heard
   * @returns {boolean} whether that is something else than before
   */
  play(tracks) {
    const same = tracks.length === this.#tracks.length && tracks.every((track, index) => track === this.#tracks[index]);
    if (same) return false;
    this.#tracks = tracks;
    const present = tracks.filter((track) => track !== null);
    this.#video.srcObject = present.length > 0 ? new MediaStream(present) : null;
    this.resume();
    return true;
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
