/** The faces: one large, the others beside it, one's own in a corner. */

import { Timers, browserClock } from "../../js/visit/clock.js";
import { pictureWords, roleWord } from "../../js/visit/wording.js";
import { fromTemplate, part } from "./elements.js";
import { OwnPicture, Tile } from "./tile.js";

/** @typedef {import("../../js/visit/visit.js").OtherPerson} OtherPerson */

const LISTEN_EVERY_MS = 200;
const VOICE_ABOVE = 0.02; // of full scale; room noise stays below
const SPEAKING_LASTS_MS = 800;

/** Whom one has come to see. */
const ORDER = ["specialist", "patient", "companion", "interpreter", "scheduler", "observer"];

export class Stage {
  #main = part("room-main", HTMLElement);
  #strip = part("room-strip", HTMLElement);
  #own = new OwnPicture();
  #timers = new Timers(browserClock);
  #loudness;
  #onBlocked;
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** @type {Map<string, number>} */
  #spokeAtMs = new Map();

  /**
   * @param {(session: string) => number} loudness
   * @param {() => void} onBlocked - sound needs a press first
   */
  constructor(loudness, onBlocked) {
    this.#loudness = loudness;
    this.#onBlocked = onBlocked;
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
    const sorted = [...others].sort((some, other) => rank(some, ownRole) - rank(other, ownRole));
    const here = new Set(sorted.map(({ session }) => session));
    for (const [session, tile] of this.#tiles) if (!here.has(session)) this.#remove(session, tile);
    sorted.forEach((person, index) => this.#show(person, index === 0 ? this.#main : this.#strip));
    part("room-alone", HTMLElement).hidden = sorted.length > 0;
  }

  /** Play everything again, after something was pressed. */
  resume() {
    for (const tile of this.#tiles.values()) tile.resume();
  }

  /** Take every picture away. */
  clear() {
    for (const [session, tile] of this.#tiles) this.#remove(session, tile);
    this.#own.clear();
  }

  /**
   * @param {OtherPerson} person
   * @param {HTMLElement} place
   */
  #show(person, place) {
    const tile = this.#tileOf(person);
    if (tile.figure.parentElement !== place) {
      place.append(tile.figure);
      tile.resume();
    }
    const tracks = person.link?.tracks;
    tile.play(tracks ? [tracks.microphone, tracks.camera] : []);
    tile.show({ ...pictureWords(person), muted: !person.media.audio, trouble: troubleOf(person) });
  }

  /** @param {OtherPerson} person */
  #tileOf({ session, label, role }) {
    const known = this.#tiles.get(session);
    if (known) return known;
    const tile = new Tile(fromTemplate("tile-template"), this.#onBlocked);
    tile.name(`tile-${session}`, label, roleWord(role));
    this.#tiles.set(session, tile);
    return tile;
  }

  /**
   * @param {string} session
   * @param {Tile} tile
   */
  #remove(session, tile) {
    tile.remove();
    this.#tiles.delete(session);
    this.#spokeAtMs.delete(session);
  }

  #listen() {
    for (const [session, tile] of this.#tiles) {
      if (this.#loudness(session) > VOICE_ABOVE) this.#spokeAtMs.set(session, this.#timers.now);
      const spokeAt = this.#spokeAtMs.get(session) ?? -Infinity;
      tile.showSpeaking(this.#timers.now - spokeAt < SPEAKING_LASTS_MS);
    }
  }
}

/** @param {OtherPerson} person */
function troubleOf({ link }) {
  if (!link) return "";
  if (["shaky", "restarting", "exhausted"].includes(link.state)) return "Connection lost";
  return { good: "", unsteady: "Line not steady", poor: "Weak line" }[link.quality];
}

/**
 * The specialist sees the patient large; everybody else sees the specialist.
 * @param {OtherPerson} person
 * @param {string} ownRole
 */
function rank({ role }, ownRole) {
  const place = ORDER.indexOf(role);
  return role === "specialist" && ownRole === "specialist" ? ORDER.length : place;
}
