/** What is worth saying aloud once: a pure function from what was believed, one message, and what is believed now. */

/** @typedef {import("./roster.js").Roster} Roster */

/**
 * `arrived`: somebody waits to be let in; `mute-asked`: a specialist asks this person to be silent.
 * @typedef {{kind: "admitted" | "ending"}
 *   | {kind: "joined" | "left" | "arrived" | "mute-asked", label: string}
 *   | {kind: "chat", label: string, text: string}} News
 */

/**
 * @param {Roster} before
 * @param {import("./protocol.js").Frame} frame
 * @param {Roster} after
 * @returns {News[]}
 */
export function newsOf(before, { type, data }, after) {
  const mine = data?.member !== undefined && data.member === after.me?.member;
  if (type === "lobby.list") return arrivals(before, after);
  if (type === "member.mute") return [{ kind: "mute-asked", label: labelOf(after, data.by) }];
  if (type === "visit.changed" && data.state === "ending") return [{ kind: "ending" }];
  if (before.me?.state === "waiting" && after.me?.state === "in") return [{ kind: "admitted" }];
  if (mine) return [];
  if (type === "member.joined") return [{ kind: "joined", label: data.label }];
  if (type === "member.left") return [{ kind: "left", label: labelOf(before, data.member) }];
  if (type === "chat.msg") return [{ kind: "chat", label: data.label, text: data.text }];
  return [];
}

/**
 * @param {Roster} before
 * @param {Roster} after
 * @returns {News[]}
 */
function arrivals(before, after) {
  const known = new Set(before.lobby.map(({ member }) => member));
  const arrived = after.lobby.filter(({ member }) => !known.has(member));
  return arrived.map(({ label }) => ({ kind: "arrived", label }));
}

/**
 * @param {Roster} roster
 * @param {string} member
 */
const labelOf = ({ members }, member) => members.find((each) => each.member === member)?.label ?? "";
