/**
 * Who is here and what is so, as the server tells it: a pure function from what was believed and one message to what is believed now.
 * A snapshot replaces everything.
 */

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./protocol.js").Member} Member */
/** @typedef {import("./protocol.js").LinkEntry} LinkEntry */

/**
 * @typedef {object} Roster
 * @property {import("./protocol.js").Me | null} me - null before the first welcome
 * @property {import("./protocol.js").VisitFacts} visit
 * @property {Member[]} members - everybody in the room, oneself too
 * @property {LinkEntry[]} links
 * @property {import("./protocol.js").LobbyEntry[]} lobby - who waits, for those who may let people in
 * @property {import("./protocol.js").LobbyState | null} waiting - while one waits oneself
 * @property {import("./protocol.js").ChatMessage[]} chat
 */

/** @type {Roster} */
export const EMPTY_ROSTER = {
  me: null,
  visit: { state: "open", locked: false, sound_only: false, ends_in_ms: null },
  members: [],
  links: [],
  lobby: [],
  waiting: null,
  chat: [],
};

/** @type {Record<string, (roster: Roster, data: any, from: string | undefined) => Roster>} */
const STEPS = {
  welcome: (roster, data) => ({ ...roster, me: { ...unnamed(roster), ...meOf(data) } }),
  snapshot: (roster, { me, visit, members, links, lobby, chat }) => ({
    me,
    visit,
    members,
    links,
    lobby,
    chat,
    waiting: me.state === "waiting" ? roster.waiting : null,
  }),
  "lobby.state": (roster, data) => ({ ...roster, waiting: data }),
  "lobby.list": (roster, { waiting }) => ({ ...roster, lobby: waiting }),
  "visit.changed": (roster, data) => ({ ...roster, visit: { ...roster.visit, ...data } }),
  "member.joined": (roster, data) => ({ ...roster, members: withMember(roster.members, data) }),
  "member.changed": (roster, data) => ({ ...roster, members: withMember(roster.members, data) }),
  "member.left": (roster, { session }) => ({
    ...roster,
    members: roster.members.filter((member) => member.session !== session),
  }),
  "link.open": (roster, data) => ({ ...roster, links: withLink(roster.links, data) }),
  "link.reset": (roster, data) => ({ ...roster, links: withLink(roster.links, data) }),
  "link.close": (roster, { peer, gen }) => ({
    ...roster,
    links: roster.links.filter((link) => link.peer !== peer || link.gen > gen),
  }),
  "chat.msg": (roster, data) => ({ ...roster, chat: withMessage(roster.chat, data) }),
  "peer.media": (roster, data, from) => ({
    ...roster,
    members: roster.members.map((member) => (member.session === from ? { ...member, media: data } : member)),
  }),
};

/**
 * Believe one more thing. What is not known changes nothing.
 * @param {Roster} roster
 * @param {Pick<Frame, "type" | "data" | "from">} message - the server's, or `peer.media` from a control channel
 * @returns {Roster}
 */
export function reduce(roster, { type, data, from }) {
  return STEPS[type]?.(roster, data, from) ?? roster;
}

/**
 * @param {Roster} roster
 * @returns {{label: string, host: boolean}}
 */
const unnamed = ({ me }) => ({ label: me?.label ?? "", host: me?.host ?? false });

/** @param {any} welcome */
const meOf = ({ session_id: session, member_id: member, role, caps, state }) => ({ session, member, role, caps, state });

/**
 * @param {Member[]} members
 * @param {Member} member
 */
function withMember(members, member) {
  const known = members.some((each) => each.member === member.member);
  return known ? members.map((each) => (each.member === member.member ? member : each)) : [...members, member];
}

/**
 * @param {LinkEntry[]} links
 * @param {LinkEntry} link
 */
function withLink(links, { peer, gen, polite, initiator }) {
  return [...links.filter((each) => each.peer !== peer), { peer, gen, polite, initiator }];
}

/**
 * @param {import("./protocol.js").ChatMessage[]} chat
 * @param {import("./protocol.js").ChatMessage} message
 */
function withMessage(chat, message) {
  const known = chat.some(({ id, member }) => id === message.id && member === message.member);
  return known ? chat : [...chat, message];
}

/**
 * @param {Roster} roster
 * @param {string} session
 * @returns {boolean} whether somebody has no line to the server, and may well be there
 */
export const isAway = ({ members }, session) => members.some((each) => each.session === session && each.conn === "away");

/**
 * @param {Roster} before
 * @param {Frame} frame
 * @returns {string | null} the session of whom this message shows with a line to the server again
 */
export function whoIsBack(before, { type, data }) {
  const isBack = type === "member.changed" && data.conn !== "away" && isAway(before, data.session);
  return isBack ? data.session : null;
}

/**
 * Worth saying aloud once. `arrived`: somebody waits to be let in; `mute-asked`: a specialist asks this person to be silent, or unseen.
 * @typedef {{kind: "admitted" | "ending"}
 *   | {kind: "joined" | "left" | "arrived", label: string}
 *   | {kind: "mute-asked", label: string, what: "audio" | "video"}
 *   | {kind: "chat", label: string, text: string}} News
 */

/**
 * Say what is new for people, from what was believed, one message, and what is believed now.
 * @param {Roster} before
 * @param {Frame} frame
 * @param {Roster} after
 * @returns {News[]}
 */
export function newsOf(before, { type, data }, after) {
  const mine = data?.member !== undefined && data.member === after.me?.member;
  if (type === "lobby.list") return arrivals(before, after);
  if (type === "member.mute") return [{ kind: "mute-asked", label: labelOf(after, data.by), what: data.kind }];
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
