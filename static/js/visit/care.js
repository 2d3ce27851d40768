/**
 * Looks after the links that stand: how good each one is, on which step it sends, and the words that show who is at its ends.
 * Nothing here is needed for the first picture, so a page loads it after that.
 */

import { Timers } from "./clock.js";
import { WakeWatch } from "./wake.js";
import { DUCKING_EVERY_MS, Ducking } from "./ducking.js";
import { SAMPLE_EVERY_MS } from "./quality.js";
import { Tending } from "./tending.js";
import { SafetyExchange, fingerprintIn } from "./safety.js";
import { allowanceOf } from "./mesh.js";
import { soundCodecs } from "./redundancy.js";

/** @typedef {import("./link.js").PeerLink} PeerLink */

/** @typedef {{tending: Tending, safety: SafetyExchange}} Cared */
/** What the person wants. @typedef {{sharing: boolean, keepPicture: boolean, ducking: import("./ducking.js").DuckingStrength}} Wishes */

/**
 * @typedef {object} CareSurroundings
 * @property {import("./clock.js").Clock} clock
 * @property {Pick<import("./links.js").LinkSet, "all" | "read" | "resetsOf">} links
 * @property {() => import("./roster.js").Roster} roster
 * @property {() => Wishes} wishes
 * @property {() => RTCRtpCodec[]} [soundCodecs] - other than the browser's own
 * @property {Pick<Crypto, "getRandomValues" | "subtle">} [crypto] - other than the browser's own
 * @property {(volumes: ReadonlyMap<string, number>) => void} onVolumes - how loud each session is to be played
 * @property {() => void} onWake - this machine has slept
 * @property {(what: string) => void} onTrouble
 */

export class LinkCare {
  #around;
  #timers;
  #wake;
  #ducking = new Ducking();
  /** @type {import("./clock.js").Cancel | null} */
  #cancelDucking = null;
  /** @type {WeakMap<PeerLink, Cared>} */
  #cared = new WeakMap();

  /** @param {CareSurroundings} around */
  constructor(around) {
    this.#around = around;
    this.#timers = new Timers(around.clock);
    this.#wake = new WakeWatch(around.clock, SAMPLE_EVERY_MS, around.onWake);
    this.#timers.every(SAMPLE_EVERY_MS, () => this.#look());
  }

  /** The person wants something else now, or other people are here. */
  follow() {
    const { ducking } = this.#around.wishes();
    const wanted = ducking !== "off" && this.#voices().some(({ role }) => role === "interpreter");
    if (wanted) this.#cancelDucking ??= this.#timers.every(DUCKING_EVERY_MS, () => this.#duck());
    else if (this.#cancelDucking) this.#stopDucking();
  }

  /**
   * Take in what a peer said on the control channel. What is not known changes nothing.
   * @param {string} peer
   * @param {Record<string, unknown>} message
   */
  hear(peer, message) {
    const link = this.#around.links.all.find(({ role }) => role.peer === peer);
    if (!link) return;
    const { tending, safety } = this.#careFor(link);
    if (String(message.type).startsWith("safety.")) void safety.receive(message);
    else tending.hear(message, this.#timers.now);
  }

  stop() {
    this.#timers.stop();
  }

  #duck() {
    this.#around.onVolumes(this.#ducking.beat(this.#timers.now, this.#voices(), this.#around.wishes().ducking));
  }

  #stopDucking() {
    this.#cancelDucking?.();
    this.#cancelDucking = null;
    this.#ducking = new Ducking();
    this.#around.onVolumes(new Map(this.#voices().map(({ session }) => [session, 1])));
  }

  /** @returns {import("./ducking.js").Voice[]} */
  #voices() {
    const { members } = this.#around.roster();
    return this.#around.links.all.map((link) => {
      const session = link.role.peer;
      const role = members.find((member) => member.session === session)?.role ?? "";
      return { session, role, loudness: link.loudness() };
    });
  }

  #look() {
    this.follow();
    this.#wake.beat();
    for (const link of this.#around.links.all) void this.#lookAt(link);
  }

  /** @param {PeerLink} link */
  async #lookAt(link) {
    const { tending, safety } = this.#careFor(link);
    const reading = await tending.look(this.#timers.now, this.#situationOf(link.role.peer));
    this.#around.links.read(link, reading);
    if (link.state === "up") void safety.tend();
  }

  /** @param {PeerLink} link */
  #careFor(link) {
    const known = this.#cared.get(link);
    if (known) return known;
    const { onTrouble, soundCodecs: codecs = soundCodecs } = this.#around;
    const resets = this.#around.links.resetsOf(link.role.peer);
    const tending = new Tending(link, { resets, atMs: this.#timers.now, codecs, onTrouble });
    const cared = { tending, safety: this.#safetyOf(link) };
    this.#cared.set(link, cared);
    return cared;
  }

  /** @param {PeerLink} link */
  #safetyOf(link) {
    const { roster, links, crypto } = this.#around;
    return new SafetyExchange(
      { ...link.role, me: roster().me?.session ?? "" },
      {
        ...(crypto ? { crypto } : {}),
        send: (message) => link.control(message),
        fingerprints: () => fingerprintsOf(link),
        onChange: (safety) => links.read(link, { safety }),
      },
    );
  }

  /**
   * @param {string} peer
   * @returns {import("./tending.js").Situation}
   */
  #situationOf(peer) {
    const { me, members } = this.#around.roster();
    const other = members.find(({ session }) => session === peer);
    return {
      expected: { audioExpected: other?.media.audio ?? false, videoExpected: other?.media.video ?? false },
      allowance: allowanceOf(members.length, me?.role ?? "", other?.role ?? ""),
      ...this.#around.wishes(),
    };
  }
}

/** @param {PeerLink} link */
function fingerprintsOf({ descriptions: { local, remote } }) {
  const [own, theirs] = [fingerprintIn(local), fingerprintIn(remote)];
  return own && theirs ? { own, theirs } : null;
}
