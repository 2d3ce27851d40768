/**
 * All peer connections of this page. They follow what the server says of links, and outlive its silence: nothing here ends a
 * connection because a socket was lost.
 */

import { Timers } from "./clock.js";
import { IceAccess } from "./ice.js";
import { PeerLink } from "./link.js";

/** @typedef {import("./lines.js").LineName} LineName */
/** @typedef {import("./lines.js").Tracks} Tracks */
/** @typedef {import("./link.js").LinkState} LinkState */
/** @typedef {import("./protocol.js").LinkEntry} LinkEntry */
/** @typedef {import("./quality.js").Quality} Quality */

/**
 * How a link does, as `LinkCare` finds out.
 * @typedef {object} Reading
 * @property {Quality} quality
 * @property {number} roundTripMs
 * @property {boolean} relayed
 * @property {number} level - the step of the ladder on which we send, 0 to 5
 * @property {number} theirLevel - on which the other side sends
 */

/**
 * What the page may show of one link.
 * @typedef {object} LinkView
 * @property {LinkState} state
 * @property {Quality} quality
 * @property {Tracks} tracks - what comes in
 * @property {number} level - the step of the ladder on which we send, 0 to 5; from 3 on without our picture
 * @property {number} theirLevel - on which the other side sends; from 3 on without its picture
 */

/**
 * @typedef {object} LinkSetSurroundings
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createConnection
 * @property {MediaStream} stream
 * @property {import("./clock.js").Clock} clock
 * @property {(type: string, data: Record<string, unknown>, peer: string) => void} send
 * @property {(data: Record<string, unknown>) => void} report - a `link.state`
 * @property {(peer: string, gen: number, why: string) => void} askReset
 * @property {() => boolean} canSignal
 * @property {() => Promise<import("./protocol.js").IceConfig | null>} freshIce
 */

/**
 * @typedef {object} LinkSetEvents
 * @property {() => void} onChange - some view is different now
 * @property {(peer: string, message: Record<string, unknown>) => void} onControl
 * @property {(what: string) => void} onTrouble
 */

/** @typedef {{link: PeerLink, tracks: Tracks, reading: Reading, timers: Timers}} Held */

const REPORT_EVERY_MS = 4_000; // the protocol asks for one every five seconds
const ORPHAN_MS = 120_000;
const STALLED_MS = 20_000; // an offer that nobody answered

/** @type {Reading} */
const UNREAD = { quality: "good", roundTripMs: 0, relayed: false, level: 0, theirLevel: 0 };

export class LinkSet {
  #around;
  #events;
  #reporting;
  /** @type {Map<string, Held>} */
  #held = new Map();
  /** @type {Tracks} */
  #tracks = { microphone: null, camera: null, share: null };
  #ice;

  /**
   * @param {LinkSetSurroundings} around
   * @param {LinkSetEvents} events
   */
  constructor(around, events) {
    this.#around = around;
    this.#events = events;
    this.#ice = new IceAccess(around.clock, around.freshIce);
    this.#reporting = new Timers(around.clock);
    this.#reporting.every(REPORT_EVERY_MS, () => this.#reportAll());
  }

  /** @param {import("./protocol.js").IceConfig} ice - for connections and restarts from now on */
  useIce(ice) {
    this.#ice.use(ice);
  }

  /**
   * Follow a snapshot: keep what fits, build what is missing, let go of what nobody knows any more.
   * @param {LinkEntry[]} entries
   */
  reconcile(entries) {
    for (const entry of entries) this.open(entry);
    const named = new Set(entries.map(({ peer }) => peer));
    for (const [peer, held] of this.#held) if (!named.has(peer)) this.#orphan(peer, held);
    this.nudge();
  }

  /**
   * Have this link in this generation.
   * @param {LinkEntry} entry
   */
  open(entry) {
    const held = this.#held.get(entry.peer);
    if (held && held.link.role.gen === entry.gen) return held.timers.stop();
    if (held) this.#letGo(entry.peer, held);
    this.#build(entry);
  }

  /**
   * @param {string} peer
   * @param {number} gen
   */
  close(peer, gen) {
    const held = this.#held.get(peer);
    if (held && held.link.role.gen <= gen) this.#letGo(peer, held);
    this.#events.onChange();
  }

  /**
   * Pass on what a peer sent.
   * @param {string} peer
   * @param {string} type
   * @param {any} data
   */
  receive(peer, type, data) {
    const link = this.#held.get(peer)?.link;
    if (type === "rtc.restart") link?.restart(data.gen);
    else void link?.receive(/** @type {"rtc.offer" | "rtc.answer" | "rtc.ice"} */ (type), data);
  }

  /** @param {Tracks} tracks - what goes out from now on */
  setTracks(tracks) {
    for (const line of /** @type {LineName[]} */ (Object.keys(tracks))) {
      if (tracks[line] === this.#tracks[line]) continue;
      for (const { link } of this.#held.values()) void link.setTrack(line, tracks[line]);
    }
    this.#tracks = { ...tracks };
  }

  /**
   * Tell every peer something without the server.
   * @param {Record<string, unknown>} message
   */
  control(message) {
    for (const { link } of this.#held.values()) link.control(message);
  }

  /** Something changed for the better: every link that is not well looks for a path now. */
  nudge() {
    for (const { link } of this.#held.values()) link.nudge();
  }

  /** @returns {boolean} whether a connection that was up is not well */
  get troubled() {
    return [...this.#held.values()].some(({ link }) => ["shaky", "restarting", "exhausted"].includes(link.state));
  }

  /** What this page still holds, for `hello`. */
  reports() {
    return [...this.#held.values()].map(({ link }) => ({ ...pairOf(link), state: link.report().pc }));
  }

  /**
   * @param {string} peer
   * @returns {LinkView | null}
   */
  view(peer) {
    const held = this.#held.get(peer);
    if (!held) return null;
    const { quality, level, theirLevel } = held.reading;
    return { state: held.link.state, quality, tracks: held.tracks, level, theirLevel };
  }

  /** @returns {number} the step of the weakest link */
  get level() {
    return Math.max(0, ...[...this.#held.values()].map(({ reading }) => reading.level));
  }

  /** @returns {PeerLink[]} those that stand */
  get all() {
    return [...this.#held.values()].map(({ link }) => link);
  }

  /**
   * Take in how a link does.
   * @param {PeerLink} link
   * @param {Partial<Reading>} reading
   */
  read(link, reading) {
    const held = this.#held.get(link.role.peer);
    if (held?.link !== link) return;
    const before = held.reading;
    held.reading = { ...before, ...reading };
    if (sameToPeople(held.reading, before)) return;
    this.#events.onChange();
    this.#report(held);
  }

  /**
   * @param {string} peer
   * @returns {number} how loud that voice is just now, from 0 to 1
   */
  loudness(peer) {
    return this.#held.get(peer)?.link.loudness() ?? 0;
  }

  /** End every connection. */
  stop() {
    this.#reporting.stop();
    for (const [peer, held] of this.#held) this.#letGo(peer, held);
  }

  /** @param {LinkEntry} entry */
  #build(entry) {
    const { peer } = entry;
    const { clock, createConnection, stream, canSignal, send } = this.#around;
    /** @type {Tracks} */
    const tracks = { microphone: null, camera: null, share: null };
    const link = new PeerLink(
      entry,
      this.#tracks,
      {
        ice: this.#ice,
        createConnection,
        stream,
        clock,
        canSignal,
        send: (type, data) => send(type, data, peer),
      },
      {
        onTrack: (line, track) => {
          tracks[line] = track;
          this.#events.onChange();
        },
        onState: (state) => this.#stateChanged(peer, state),
        onControl: (message) => this.#events.onControl(peer, message),
        onTrouble: (what) => this.#events.onTrouble(what),
      },
    );
    const timers = new Timers(clock);
    this.#held.set(peer, { link, tracks, reading: UNREAD, timers });
    timers.after(STALLED_MS, () => this.#resetIfStalled(link));
    this.#events.onChange();
  }

  /**
   * @param {string} peer
   * @param {LinkState} state
   */
  #stateChanged(peer, state) {
    const held = this.#held.get(peer);
    if (!held || state === "closed") return;
    if (state === "exhausted") this.#around.askReset(peer, held.link.role.gen, "no path was found");
    this.#report(held);
    this.#events.onChange();
  }

  /** @param {PeerLink} link */
  #resetIfStalled(link) {
    if (link.state === "connecting") this.#around.askReset(link.role.peer, link.role.gen, "nobody answered");
  }

  /**
   * The server does not name this peer. The other side's line may be the broken one, so what works goes on for a while.
   * @param {string} peer
   * @param {Held} held
   */
  #orphan(peer, held) {
    if (held.link.report().pc !== "connected") return this.#letGo(peer, held);
    held.timers.stop();
    held.timers.after(ORPHAN_MS, () => this.#letGo(peer, held));
  }

  /**
   * @param {string} peer
   * @param {Held} held
   */
  #letGo(peer, { link, timers }) {
    timers.stop();
    link.close();
    this.#held.delete(peer);
  }

  #reportAll() {
    for (const held of this.#held.values()) if (held.link.state !== "connecting") this.#report(held);
  }

  /** @param {Held} held */
  #report({ link, reading: { quality, relayed, roundTripMs, level } }) {
    const rtt = Math.round(roundTripMs);
    this.#around.report({ ...pairOf(link), ...link.report(), relay: relayed, rtt, quality, level });
  }
}

/** @param {PeerLink} link */
const pairOf = ({ role: { peer, gen } }) => ({ peer, gen });

/**
 * @param {Reading} some
 * @param {Reading} other
 */
const sameToPeople = (some, other) =>
  some.quality === other.quality && some.level === other.level && some.theirLevel === other.theirLevel;
