/**
 * All peer connections of this page. They follow what the server says of links, and outlive its silence: nothing here ends a
 * connection because a socket was lost.
 */

import { Timers } from "./clock.js";
import { PeerLink } from "./link.js";
import { SAMPLE_EVERY_MS, WINDOW_SAMPLES, judge } from "./quality.js";

/** @typedef {import("./lines.js").LineName} LineName */
/** @typedef {import("./lines.js").Tracks} Tracks */
/** @typedef {import("./link.js").LinkState} LinkState */
/** @typedef {import("./protocol.js").LinkEntry} LinkEntry */
/** @typedef {import("./quality.js").Quality} Quality */

/**
 * What the page may show of one link.
 * @typedef {object} LinkView
 * @property {LinkState} state
 * @property {Quality} quality
 * @property {Tracks} tracks - what comes in
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
 * @property {(peer: string) => {audio: boolean, video: boolean}} sends - what the other side says it sends
 */

/**
 * @typedef {object} LinkSetEvents
 * @property {() => void} onChange - some view is different now
 * @property {(peer: string, message: Record<string, unknown>) => void} onControl
 * @property {(what: string) => void} onTrouble
 */

/** @typedef {{link: PeerLink, tracks: Tracks, samples: import("./quality.js").LinkSample[], quality: Quality, timers: Timers}} Held */

const REPORT_EVERY_SAMPLES = 2; // a report every four seconds; the protocol asks for one every five
const ORPHAN_MS = 120_000;
const STALLED_MS = 20_000; // an offer that nobody answered

export class LinkSet {
  #around;
  #events;
  #sampling;
  #samplings = 0;
  /** @type {Map<string, Held>} */
  #held = new Map();
  /** @type {Tracks} */
  #tracks = { microphone: null, camera: null, share: null };
  /** @type {RTCConfiguration} */
  #configuration = {};

  /**
   * @param {LinkSetSurroundings} around
   * @param {LinkSetEvents} events
   */
  constructor(around, events) {
    this.#around = around;
    this.#events = events;
    this.#sampling = new Timers(around.clock);
    this.#sampling.every(SAMPLE_EVERY_MS, () => void this.#sampleAll());
  }

  /** @param {import("./protocol.js").IceConfig} ice - for connections and restarts from now on */
  useIce({ iceServers, iceTransportPolicy }) {
    this.#configuration = { iceServers, iceTransportPolicy, bundlePolicy: "max-bundle" };
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
    return held ? { state: held.link.state, quality: held.quality, tracks: held.tracks } : null;
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
    this.#sampling.stop();
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
        configuration: this.#configuration,
        createConnection,
        stream,
        clock,
        canSignal,
        send: (type, data) => send(type, data, peer),
        freshConfiguration: () => this.#freshConfiguration(),
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
    this.#held.set(peer, { link, tracks, samples: [], quality: "good", timers });
    timers.after(STALLED_MS, () => this.#resetIfStalled(link));
    this.#events.onChange();
  }

  async #freshConfiguration() {
    const ice = await this.#around.freshIce();
    if (ice) this.useIce(ice);
    return ice ? this.#configuration : null;
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

  async #sampleAll() {
    this.#samplings += 1;
    for (const [peer, held] of this.#held) {
      if (held.link.state === "connecting") continue;
      const before = held.quality;
      held.samples = [...held.samples, await held.link.sample(this.#sampling.now)].slice(-WINDOW_SAMPLES);
      held.quality = judge(held.samples, this.#expected(peer)).quality;
      if (held.quality !== before) this.#events.onChange();
      if (held.quality !== before || this.#samplings % REPORT_EVERY_SAMPLES === 0) this.#report(held);
    }
  }

  /** @param {string} peer */
  #expected(peer) {
    const { audio, video } = this.#around.sends(peer);
    return { audioExpected: audio, videoExpected: video };
  }

  /** @param {Held} held */
  #report({ link, samples, quality }) {
    const last = samples.at(-1);
    const { pc, ice } = link.report();
    this.#around.report({
      ...pairOf(link),
      pc,
      ice,
      relay: last?.relayed ?? false,
      rtt: Math.round(last?.roundTripMs ?? 0),
      quality,
      level: 0,
    });
  }
}

/** @param {PeerLink} link */
const pairOf = ({ role: { peer, gen } }) => ({ peer, gen });
