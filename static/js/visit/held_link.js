/** A link that this page holds, with what comes in over it and what is known of it. */

import { PeerLink } from "./link.js";
import { Timers } from "./clock.js";

/** @typedef {import("./lines.js").Tracks} Tracks */
/** @typedef {import("./link.js").LinkState} LinkState */
/** @typedef {import("./quality.js").Quality} Quality */

/**
 * How a link does, as `LinkCare` finds out.
 * @typedef {object} Reading
 * @property {Quality} quality
 * @property {number} roundTripMs
 * @property {boolean} relayed
 * @property {number} level - the step of the ladder on which we send, 0 to 5
 * @property {number} theirLevel - on which the other side sends
 * @property {import("./safety.js").SafetyView | null} safety
 */

/**
 * What the page may show of one link.
 * @typedef {object} LinkView
 * @property {LinkState} state
 * @property {boolean} carries - something comes in just now
 * @property {boolean} anew - made because the one before was lost
 * @property {Tracks} tracks - what comes in
 * @property {Quality} quality
 * @property {number} level - the step of the ladder on which we send, 0 to 5; from 3 on without our picture
 * @property {number} theirLevel - on which the other side sends; from 3 on without its picture
 * @property {import("./safety.js").SafetyView | null} safety - the words for people to compare; null: not begun
 */

/** @typedef {Omit<import("./link.js").LinkSurroundings, "send"> & {send: (type: string, data: Record<string, unknown>, peer: string) => void}} HeldSurroundings */

/**
 * @typedef {object} HeldEvents
 * @property {() => void} onChange - the view is different now
 * @property {(held: HeldLink) => void} onState
 * @property {(peer: string, message: Record<string, unknown>) => void} onControl
 * @property {(what: string) => void} onTrouble
 */

/** @type {Reading} */
const UNREAD = { quality: "good", roundTripMs: 0, relayed: false, level: 0, theirLevel: 0, safety: null };

export class HeldLink {
  #link;
  #timers;
  /** @type {import("./clock.js").Cancel} */
  #cancelOrphan = () => {};
  /** @type {import("./clock.js").Cancel} */
  #cancelSettle = () => {};
  #reading = UNREAD;
  /** @type {Tracks} */
  #tracks = { microphone: null, camera: null, share: null };

  /**
   * @param {import("./link.js").LinkRole} role
   * @param {Tracks} sent - from the start
   * @param {HeldSurroundings} around
   * @param {HeldEvents} events
   */
  constructor(role, sent, around, events) {
    const { peer } = role;
    this.#timers = new Timers(around.clock);
    this.#link = new PeerLink(
      role,
      sent,
      { ...around, send: (type, data) => around.send(type, data, peer) },
      {
        onTrack: (line, track) => {
          this.#tracks[line] = track;
          events.onChange();
        },
        onState: () => events.onState(this),
        onSilence: events.onChange,
        onControl: (message) => events.onControl(peer, message),
        onTrouble: events.onTrouble,
      },
    );
  }

  get link() {
    return this.#link;
  }

  get peer() {
    return this.#link.role.peer;
  }

  get gen() {
    return this.#link.role.gen;
  }

  get level() {
    return this.#reading.level;
  }

  /** @returns {Omit<LinkView, "anew">} */
  get view() {
    const { quality, level, theirLevel, safety } = this.#reading;
    const { state, troubled } = this.#link;
    return { state, carries: state === "up" && !troubled, tracks: this.#tracks, quality, level, theirLevel, safety };
  }

  /** The data of a `link.state`. */
  get report() {
    const { quality, level, relayed, roundTripMs } = this.#reading;
    const named = { peer: this.peer, gen: this.gen };
    return { ...named, ...this.#link.report(), relay: relayed, rtt: Math.round(roundTripMs), quality, level };
  }

  /**
   * Take in how the link does.
   * @param {Partial<Reading>} reading
   * @returns {boolean} whether people see a difference
   */
  read(reading) {
    const before = this.#reading;
    this.#reading = { ...before, ...reading };
    return !sameToPeople(before, this.#reading);
  }

  /**
   * Do something later, unless the link is let go before.
   * @param {number} ms
   * @param {() => void} then
   */
  after(ms, then) {
    return this.#timers.after(ms, then);
  }

  /**
   * The server does not name the peer: go on for a while.
   * @param {number} ms
   * @param {() => void} then
   */
  orphan(ms, then) {
    this.#cancelOrphan();
    this.#cancelOrphan = this.after(ms, then);
  }

  /** The server names the peer. */
  keep() {
    this.#cancelOrphan();
  }

  /**
   * Do something once the link has been up for a while without a break.
   * @param {number} ms
   * @param {() => void} then
   */
  whenSteady(ms, then) {
    this.#cancelSettle();
    if (this.#link.state === "up") this.#cancelSettle = this.after(ms, then);
  }

  letGo() {
    this.#timers.stop();
    this.#link.close();
  }
}

/** @type {(keyof Reading)[]} */
const SEEN = ["quality", "level", "theirLevel", "safety"];

/**
 * @param {Reading} some
 * @param {Reading} other
 */
const sameToPeople = (some, other) => SEEN.every((name) => some[name] === other[name]);
