/**
 * All peer connections of this page. They follow what the server says of links, and outlive its silence: nothing here ends a
 * connection because a socket was lost.
 */

import { HeldLink } from "./held_link.js";
import { IceAccess, accessAfter } from "./ice.js";
import { Timers } from "./clock.js";

/** @typedef {import("./lines.js").LineName} LineName */
/** @typedef {import("./lines.js").Tracks} Tracks */
/** @typedef {import("./protocol.js").LinkEntry} LinkEntry */

/**
 * @typedef {object} LinkSetSurroundings
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createConnection
 * @property {MediaStream} stream
 * @property {import("./clock.js").Clock} clock
 * @property {(type: string, data: Record<string, unknown>, peer: string) => void} send
 * @property {(data: Record<string, unknown>) => void} report - a `link.state`
 * @property {(peer: string, gen: number, why: string) => void} askReset
 * @property {(peer: string) => boolean} canSignal - whether an offer would reach that peer now
 * @property {() => Promise<import("./protocol.js").IceConfig | null>} freshIce
 * @property {() => boolean} relayOnly - whether this person's own address is kept from the others
 */

/**
 * @typedef {object} LinkSetEvents
 * @property {() => void} onChange - some view is different now
 * @property {(peer: string, message: Record<string, unknown>) => void} onControl
 * @property {(peer: string, what: string) => void} onTransition - for the log; holds nothing about people
 * @property {(what: string) => void} onTrouble
 */

const REPORT_EVERY_MS = 4_000; // the protocol asks for one every five seconds
const ORPHAN_MS = 120_000;
const STALLED_MS = 20_000; // an offer that nobody answered
const REPLAY_MS = 200; // in which the other side's offer arrives, if it made one
const PEER_ACTS_MS = 2_000; // in which whoever was away mends what is broken
const STEADY_MS = 30_000; // after which a link that was made anew has proved itself
const PAGE_LOADED_ANEW = "rejoined"; // PROTOCOL.md section 3

export class LinkSet {
  #around;
  #events;
  #reporting;
  /** @type {Map<string, HeldLink>} */
  #held = new Map();
  /** @type {Tracks} */
  #tracks = { microphone: null, camera: null, share: null };
  #ice;
  /** How often each link was made anew because no path was found. @type {Map<string, number>} */
  #resets = new Map();

  /**
   * @param {LinkSetSurroundings} around
   * @param {LinkSetEvents} events
   */
  constructor(around, events) {
    this.#around = around;
    this.#events = events;
    this.#ice = new IceAccess(around.clock, around.freshIce, around.relayOnly);
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
    for (const held of this.#held.values()) if (!named.has(held.peer)) this.#orphan(held);
    this.nudge();
  }

  /**
   * Have this link in this generation.
   * @param {LinkEntry} entry
   */
  open(entry) {
    const held = this.#held.get(entry.peer);
    if (held?.gen === entry.gen) return held.keep();
    if (held) this.#letGo(held);
    this.#build(entry);
  }

  /**
   * Have a link made anew, by other means than before if nothing else helped.
   * @param {LinkEntry & {why: string}} entry
   */
  reset({ why, ...entry }) {
    if (why === PAGE_LOADED_ANEW) this.#resets.delete(entry.peer);
    else if (this.#held.get(entry.peer)?.gen !== entry.gen) this.#resets.set(entry.peer, this.resetsOf(entry.peer) + 1);
    this.open(entry);
  }

  /**
   * @param {string} peer
   * @returns {number} how often this link was made anew since it last proved itself
   */
  resetsOf(peer) {
    return this.#resets.get(peer) ?? 0;
  }

  /**
   * @param {string} peer
   * @param {number} gen
   */
  close(peer, gen) {
    this.#resets.delete(peer);
    const held = this.#held.get(peer);
    if (held && held.gen <= gen) this.#letGo(held);
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
    else void link?.receive(/** @type {import("./negotiation.js").NegotiationType} */ (type), data);
  }

  /** @param {Tracks} tracks - what goes out from now on */
  setTracks(tracks) {
    for (const line of /** @type {LineName[]} */ (Object.keys(tracks))) {
      if (tracks[line] === this.#tracks[line]) continue;
      for (const link of this.all) void link.setTrack(line, tracks[line]);
    }
    this.#tracks = { ...tracks };
  }

  /**
   * Tell every peer something without the server.
   * @param {Record<string, unknown>} message
   */
  control(message) {
    for (const link of this.all) link.control(message);
  }

  /** Something changed for the better: every link that is not well looks for a path now. */
  nudge() {
    for (const link of this.all) link.nudge(0);
  }

  /** The line to the server is back: the same, once everything that was missed is here. */
  nudgeAfterReplay() {
    for (const link of this.all) link.nudge(REPLAY_MS);
  }

  /**
   * A peer has its line to the server again: mend the link, if the peer does not.
   * @param {string | null} peer - null: nobody
   */
  welcomeBack(peer) {
    if (peer) this.#held.get(peer)?.link.nudge(PEER_ACTS_MS);
  }

  /** This machine may have a better network: every link looks for a better path, and the present one stands meanwhile. */
  renewPaths() {
    for (const link of this.all) link.renewPath();
  }

  /** The connections that this page holds. */
  get all() {
    return [...this.#held.values()].map(({ link }) => link);
  }

  /** @returns {boolean} whether a connection that was up is not well */
  get troubled() {
    return this.all.some(({ troubled }) => troubled);
  }

  /** @returns {number} the step of the ladder of the weakest link */
  get level() {
    return Math.max(0, ...[...this.#held.values()].map(({ level }) => level));
  }

  /** What this page still holds, for `hello`. */
  reports() {
    return this.all.map((link) => ({ peer: link.role.peer, gen: link.role.gen, state: link.report().pc }));
  }

  /**
   * @param {string} peer
   * @returns {import("./held_link.js").LinkView | null}
   */
  view(peer) {
    const held = this.#held.get(peer);
    return held ? { ...held.view, anew: this.resetsOf(peer) > 0 } : null;
  }

  /**
   * @param {string} peer
   * @returns {number} how loud that voice was a moment ago, from 0 to 1
   */
  loudness(peer) {
    return this.#held.get(peer)?.link.lastLoudness ?? 0;
  }

  /**
   * Take in how a link does.
   * @param {import("./link.js").PeerLink} link
   * @param {Partial<import("./held_link.js").Reading>} reading
   */
  read(link, reading) {
    const held = this.#held.get(link.role.peer);
    const level = held?.level;
    if (held?.link !== link || !held.read(reading)) return;
    if (held.level !== level) this.#events.onTransition(held.peer, `level ${level} > ${held.level}`);
    this.#events.onChange();
    this.#around.report(held.report);
  }

  /** End every connection. */
  stop() {
    this.#reporting.stop();
    for (const held of this.#held.values()) this.#letGo(held);
  }

  /** @param {LinkEntry} entry */
  #build(entry) {
    const { clock, createConnection, stream, canSignal, send } = this.#around;
    const ice = accessAfter(this.resetsOf(entry.peer), this.#ice);
    const around = { ice, createConnection, stream, clock, canSignal: () => canSignal(entry.peer), send };
    const onState = (/** @type {HeldLink} */ changed) => this.#stateChanged(changed);
    const held = new HeldLink(entry, this.#tracks, around, { ...this.#events, onState });
    this.#held.set(entry.peer, held);
    held.after(STALLED_MS, () => this.#resetIfStalled(held));
    this.#events.onChange();
  }

  /** @param {HeldLink} held */
  #stateChanged(held) {
    this.#events.onTransition(held.peer, `gen ${held.gen} ${held.link.state}`);
    if (this.#held.get(held.peer) !== held || held.link.state === "closed") return;
    if (held.link.state === "exhausted") this.#around.askReset(held.peer, held.gen, "no path was found");
    held.whenSteady(STEADY_MS, () => this.#resets.delete(held.peer));
    this.#around.report(held.report);
    this.#events.onChange();
  }

  /** @param {HeldLink} held */
  #resetIfStalled({ link: { state }, peer, gen }) {
    if (state === "connecting") this.#around.askReset(peer, gen, "nobody answered");
  }

  /**
   * The server does not name this peer. The other side's line may be the broken one, so what works goes on for a while.
   * @param {HeldLink} held
   */
  #orphan(held) {
    if (held.link.report().pc !== "connected") return this.#letGo(held);
    held.orphan(ORPHAN_MS, () => this.#letGo(held));
  }

  /** @param {HeldLink} held */
  #letGo(held) {
    held.letGo();
    this.#held.delete(held.peer);
  }

  #reportAll() {
    for (const { link, report } of this.#held.values()) if (link.state !== "connecting") this.#around.report(report);
  }
}
