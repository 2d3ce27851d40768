/**
 * The names and numbers of the visit protocol, version 1, that a browser needs: signaling/PROTOCOL.md is the specification.
 */

export const SUBPROTOCOL = "consilium.visit.v1";
export const VERSION = "1";
export const MAX_CHAT_BYTES = 4_096;

/** Steps of the ladder from which something is different for people: PROTOCOL.md section 10. */
export const NO_PICTURE = 3;
export const AUDIO_ONLY = 4;
export const USE_PHONE = 5;

/**
 * One frame, either way.
 * @typedef {object} Frame
 * @property {string} type
 * @property {number} [seq]
 * @property {number} [ack]
 * @property {string} [to]
 * @property {string} [from]
 * @property {number} [re]
 * @property {boolean} [ok]
 * @property {{code: string, message: string, retry_ms?: number}} [error]
 * @property {any} [data]
 */

/** @typedef {{audio: boolean, video: boolean, share: boolean, level: number}} MediaFlags */
/** @typedef {"ok" | "unstable" | "away"} Presence */

/**
 * Somebody who was let in and has not left.
 * @typedef {object} Member
 * @property {string} member
 * @property {string} session
 * @property {string} role
 * @property {string} label
 * @property {boolean} host
 * @property {Presence} conn
 * @property {MediaFlags} media
 */

/** @typedef {{peer: string, gen: number, polite: boolean, initiator: boolean}} LinkEntry */
/** @typedef {{member: string, role: string, label: string, since: string, conn: Presence, admissible: boolean, reason: string}} LobbyEntry */
/** @typedef {{id: string, member: string, label: string, text: string, at: string}} ChatMessage */
/** @typedef {{iceServers: RTCIceServer[], iceTransportPolicy: RTCIceTransportPolicy, ttl_s: number}} IceConfig */
/** @typedef {{session: string, member: string, role: string, label: string, host: boolean, state: "waiting" | "in", caps: string[]}} Me */
/** `sound_only`: nobody may send pictures. @typedef {{state: string, locked: boolean, sound_only: boolean, ends_in_ms: number | null}} VisitFacts */
/** @typedef {{role: string, label: string}} Person */

/**
 * What somebody who waits may know.
 * @typedef {object} LobbyState
 * @property {"waiting" | "denied"} state
 * @property {number} position
 * @property {boolean} host_present
 * @property {boolean} admissible
 * @property {string} message
 * @property {Person[]} in_room
 */

/**
 * Why a visit is over for this page.
 * @typedef {"left" | "ended" | "denied" | "removed" | "moved" | "no_visit" | "no_access" | "broken"} EndReason
 */

/**
 * What a closed socket asks for. `fresh`: the session is lost, say hello. `drop`: what was queued is what was wrong.
 * @typedef {{end?: undefined, fresh: boolean, drop: boolean, afterMs: number}} Comeback
 * @typedef {{end: EndReason} | Comeback} Disposition
 */

/** PROTOCOL.md section 7. @type {Readonly<Record<number, Disposition>>} */
const DISPOSITIONS = {
  1009: { fresh: true, drop: true, afterMs: 0 },
  1013: { fresh: false, drop: false, afterMs: 2_000 },
  4400: { fresh: true, drop: true, afterMs: 0 },
  4401: { end: "no_access" },
  4403: { end: "denied" },
  4404: { end: "no_visit" },
  4409: { fresh: true, drop: false, afterMs: 0 },
  4410: { end: "moved" },
  4413: { fresh: true, drop: true, afterMs: 0 },
  4429: { fresh: false, drop: false, afterMs: 5_000 },
  4440: { end: "ended" },
  4441: { end: "removed" },
};

/** What a line that broke by itself asks for. @type {Comeback} */
export const RESUME = { fresh: false, drop: false, afterMs: 0 };

/**
 * Say what to do after a socket has closed.
 * @param {number} code
 */
export const dispositionOf = (code) => DISPOSITIONS[code] ?? RESUME;

/** A command that the server refused, or that could not be delivered. */
export class CommandError extends Error {
  /**
   * @param {string} code - PROTOCOL.md section 8, or `lost`
   * @param {string} message - for people
   */
  constructor(code, message) {
    super(message);
    this.name = "CommandError";
    this.code = code;
  }
}
