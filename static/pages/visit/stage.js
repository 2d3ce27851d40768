/** The faces: one large, the others beside it, one's own in a corner. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { facesOf } from "../../js/visit/faces.js";
import { pictureWords, roleWord } from "../../js/visit/wording.js";
import { fromTemplate, part } from "./elements.js";
import { OwnPicture } from "./own_picture.js";
import { Tile } from "./tile.js";

/** @typedef {import("../../js/visit/visit.js").OtherPerson} OtherPerson */
/** @typedef {import("../../js/visit/faces.js").Face} Face */

const LISTEN_EVERY_MS = 200;
const VOICE_ABOVE = 0.02; // of full scale; room noise stays below
const SPEAKING_LASTS_MS = 800;

/**
 * @typedef {object} StageAround
 * @property {(session: string) => number} loudness
 * @property {import("../../js/visit/speakers.js").Speakers} speakers
 * @property {() => void} onBlocked - sound needs a press first
 * @property {(words: string) => void} say - to people who listen to the page
 * @property {(player: HTMLMediaElement) => void} onOtherStream - it plays something else now, or nothing
 */

export class Stage {
  #place = part("room-stage", HTMLElement);
  #main = part("room-main", HTMLElement);
  #strip = part("room-strip", HTMLElement);
  #own;
  #timers = new Timers(browserClock);
  #around;
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  #chosen = "";
  /** @type {{others: OtherPerson[], ownRole: string}} */
  #shown = { others: [], ownRole: "" };
  /** @type {Map<string, number>} */
  #spokeAtMs = new Map();

  /** @param {StageAround} around */
  constructor(around) {
    this.#around = around;
    this.#own = new OwnPicture(around.say);
    this.#timers.every(LISTEN_EVERY_MS, () => this.#listen());
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  renderOwn(state) {
    this.#own.render(state);
  }

  /**
   * @param {OtherPerson[]} others
   * @param {string} ownRole
   */
  render(others, ownRole) {
    this.#shown = { others, ownRole };
    const faces = facesOf(others, ownRole, this.#chosen);
    const here = new Set(faces.map(({ key }) => key));
    for (const [key, tile] of this.#tiles) if (!here.has(key)) this.#remove(key, tile);
    faces.forEach((face, index) => this.#show(face, index === 0 ? this.#main : this.#strip));
    part("room-alone", HTMLElement).hidden = faces.length > 0;
    this.#place.dataset.faces = String(faces.length);
    this.#place.style.setProperty("--small", String(Math.max(0, faces.length - 1)));
  }

  /** @param {string} session */
  playerOf(session) {
    return this.#tiles.get(session)?.player ?? null;
  }

  /** Play everything again, after something was pressed or this machine has slept. */
  resume() {
    for (const tile of this.#tiles.values()) tile.resume();
  }

  /** Take every picture away. */
  clear() {
    for (const [key, tile] of this.#tiles) this.#remove(key, tile);
    this.#own.clear();
  }

  /**
   * @param {Face} face
   * @param {HTMLElement} place
   */
  #show(face, place) {
    const tile = this.#tileOf(face);
    if (tile.figure.parentElement !== place) {
      place.append(tile.figure);
      tile.resume();
    }
    const { person } = face;
    const { microphone, camera, share } = person.link?.tracks ?? NO_TRACKS;
    if (tile.play(face.kind === "screen" ? [share] : [microphone, camera])) this.#around.onOtherStream(tile.player);
    if (face.kind === "screen") tile.show({ picture: share ? "on" : "coming", words: "The screen is on its way", muted: false, trouble: "" });
    else tile.show({ ...pictureWords(person), muted: !person.media.audio, trouble: troubleOf(person) });
  }

  /** @param {Face} face */
  #tileOf({ key, kind, person: { label, role } }) {
    const known = this.#tiles.get(key);
    if (known) return known;
    const tile = new Tile(fromTemplate("tile-template"), this.#around.onBlocked);
    const about = kind === "screen" ? "Screen" : roleWord(role);
    tile.name(`tile-${key.replaceAll(" ", "-")}`, label, about, kind);
    tile.offerLarge(kind === "screen" ? `the screen of ${label}` : label, () => this.#enlarge(key, label));
    this.#tiles.set(key, tile);
    void this.#around.speakers.add(tile.player);
    return tile;
  }

  /**
   * @param {string} key
   * @param {Tile} tile
   */
  #remove(key, tile) {
    this.#around.speakers.remove(tile.player);
    this.#around.onOtherStream(tile.player);
    tile.remove();
    this.#tiles.delete(key);
    this.#spokeAtMs.delete(key);
  }

  /**
   * @param {string} key
   * @param {string} label
   */
  #enlarge(key, label) {
    this.#chosen = key;
    this.render(this.#shown.others, this.#shown.ownRole);
    this.#tiles.get(key)?.focus();
    this.#around.say(`${label} is large now.`);
  }

  #listen() {
    for (const [key, tile] of this.#tiles) {
      if (this.#around.loudness(key) > VOICE_ABOVE) this.#spokeAtMs.set(key, this.#timers.now);
      const spokeAt = this.#spokeAtMs.get(key) ?? -Infinity;
      tile.showSpeaking(this.#timers.now - spokeAt < SPEAKING_LASTS_MS);
    }
  }
}

const NO_TRACKS = { microphone: null, camera: null, share: null };

/** @param {OtherPerson} person */
function troubleOf({ link }) {
  if (!link) return "";
  if (["shaky", "restarting", "exhausted"].includes(link.state)) return "Connection lost";
  return { good: "", unsteady: "Line not steady", poor: "Weak line" }[link.quality];
}
