/** What somebody may do about somebody else in the room: PROTOCOL.md section 6, for showing buttons only; the server decides. */

/**
 * @param {Pick<import("./roster.js").Roster, "me" | "visit">} roster
 * @param {Pick<import("./protocol.js").Member, "member" | "host" | "media">} person
 * @returns {{askToMute: boolean, remove: boolean}}
 */
export function powersOver({ me, visit }, { member, host, media }) {
  if (!me || me.member === member || visit.state === "ending") return { askToMute: false, remove: false };
  const may = (/** @type {string} */ right) => me.caps.includes(right);
  return {
    askToMute: may("ask_mute") && media.audio,
    remove: !host && (may("kick") || (may("kick_early") && visit.state === "open")),
  };
}

/**
 * @param {Pick<import("./roster.js").Roster, "me" | "visit">} roster
 * @returns {boolean} whether this person may lock and unlock the room now
 */
export const mayLock = ({ me, visit }) => Boolean(me?.caps.includes("lock")) && visit.state !== "ending";
