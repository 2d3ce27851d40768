/** What a page draws of a call: a pure function from what is known to what is shown. */

import { NO_PICTURE, USE_PHONE } from "./protocol.js";

/** @typedef {import("./protocol.js").Member} Member */
/** @typedef {import("./protocol.js").EndReason} EndReason */
/** @typedef {import("./held_link.js").LinkView} LinkView */
/** @typedef {import("./roster.js").Roster} Roster */

/** @typedef {Member & {link: LinkView | null}} OtherPerson */
/** @typedef {"connecting" | "waiting" | "in" | "asking" | "ended"} Phase */
/** `sound-only`: one's picture is not sent to everybody now, and comes back by itself. @typedef {"sound-only" | "phone"} LineAdvice */

/**
 * Everything a page needs to draw itself.
 * @typedef {object} CallView
 * @property {Phase} phase
 * @property {boolean} reconnecting - there is no line to the server; what is seen and heard may go on
 * @property {EndReason | null} ended
 * @property {string} message - the server's words, when asking or ended
 * @property {string} otherDevice - when asking
 * @property {Roster} roster
 * @property {OtherPerson[]} others - in the room
 * @property {LineAdvice | null} advice - because of the weakest line; null: there is none
 * @property {import("./ducking.js").DuckingStrength} ducking - what this person has asked for
 * @property {boolean} interpreted - somebody else here interprets, so that ducking makes a difference
 */

/**
 * What a page is told.
 * @typedef {object} CallEvents
 * @property {() => void} onChange - `view` is different now
 * @property {(news: import("./roster.js").News) => void} onNews
 * @property {(what: string) => void} onTrouble - for the log; holds nothing about people
 * @property {(volumes: ReadonlyMap<string, number>) => void} [onVolumes] - by session, from 0 to 1, several times a second
 *   while an interpreter is here and `setDucking` asks for it; `PlayedVoices` carries them out
 */

/**
 * What a call knows.
 * @typedef {object} CallFacts
 * @property {import("./signal.js").SignalState} signal
 * @property {EndReason | null} ended
 * @property {string} message
 * @property {string} otherDevice
 * @property {Roster} roster
 * @property {(session: string) => LinkView | null} linkTo
 * @property {number} level - of the weakest link
 * @property {import("./ducking.js").DuckingStrength} ducking
 */

/**
 * @param {CallFacts} facts
 * @returns {CallView}
 */
export function viewOf({ signal, linkTo, level, ...known }) {
  const others = othersIn(known.roster, linkTo);
  return {
    ...known,
    phase: phaseOf({ signal, ...known }),
    reconnecting: signal === "reconnecting",
    others,
    advice: adviceAt(level),
    interpreted: others.some(({ role }) => role === "interpreter"),
  };
}

/**
 * @param {Pick<CallFacts, "signal" | "ended" | "roster">} facts
 * @returns {Phase}
 */
export function phaseOf({ signal, ended, roster: { me } }) {
  if (ended) return "ended";
  if (signal === "asking") return "asking";
  return me?.state ?? "connecting";
}

/**
 * @param {Roster} roster
 * @param {CallFacts["linkTo"]} linkTo
 * @returns {OtherPerson[]}
 */
function othersIn({ me, members }, linkTo) {
  const others = members.filter(({ member }) => member !== me?.member);
  return others.map((member) => ({ ...member, link: linkTo(member.session) }));
}

/**
 * @param {number} level
 * @returns {LineAdvice | null}
 */
function adviceAt(level) {
  if (level >= USE_PHONE) return "phone";
  return level >= NO_PICTURE ? "sound-only" : null;
}
