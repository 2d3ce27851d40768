/** What this person sends, told to everybody: as tracks to the links, as words through the server and past it. */

import { Timers } from "./clock.js";

/** @typedef {import("./media.js").MediaState} MediaState */
/** @typedef {import("./protocol.js").CommandError} CommandError */

/**
 * @typedef {object} Audience
 * @property {(right: string) => boolean} may
 * @property {(tracks: import("./lines.js").Tracks) => void} sendTracks
 * @property {(message: Record<string, unknown>) => void} tellPeers
 * @property {(flags: import("./protocol.js").MediaFlags) => Promise<unknown>} tellServer
 */

const AGAIN_MS = 1_000;
const NO_MEDIA = { microphone: null, camera: null, share: null };

export class Publisher {
  #timers;
  #audience;
  /** @type {MediaState | null} */
  #media = null;
  #level = 0;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {Audience} audience
   */
  constructor(clock, audience) {
    this.#timers = new Timers(clock);
    this.#audience = audience;
  }

  /** @param {MediaState} media - from now on */
  take(media) {
    this.#media = media;
    this.send();
  }

  /** Give the links what may be sent. */
  send() {
    this.#audience.sendTracks(this.#allowed());
  }

  /** @returns {boolean} whether a screen is shown */
  get sharing() {
    return this.#allowed().share !== null;
  }

  /** Say what is sent, once it is known. */
  announce() {
    if (!this.#media) return;
    const { microphone, camera, share } = this.#allowed();
    const flags = { audio: microphone !== null && !this.#media.muted, video: camera !== null, share: share !== null };
    this.#audience.tellPeers({ type: "media", ...flags });
    this.#audience.tellServer({ ...flags, level: this.#level }).catch((error) => this.#announceLater(error));
  }

  /** @param {number} level - the step of the weakest link */
  setLevel(level) {
    if (this.#level === level) return;
    this.#level = level;
    this.announce();
  }

  stop() {
    this.#timers.stop();
  }

  /** @param {CommandError} error */
  #announceLater({ code }) {
    if (code !== "slow_down" && code !== "try_again") return;
    this.#timers.stop();
    this.#timers.after(AGAIN_MS, () => this.announce());
  }

  #allowed() {
    const { microphone, camera, share } = this.#media ?? NO_MEDIA;
    const { may } = this.#audience;
    return {
      microphone: may("publish_audio") ? microphone : null,
      camera: may("publish_video") ? camera : null,
      share: may("share") ? share : null,
    };
  }
}

/**
 * Read what a peer says that it sends.
 * @param {Record<string, unknown>} message - from the control channel, unchecked
 * @returns {import("./protocol.js").MediaFlags}
 */
export const flagsIn = ({ audio, video, share }) => ({ audio: audio === true, video: video === true, share: share === true, level: 0 });
