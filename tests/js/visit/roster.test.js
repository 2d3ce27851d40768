import assert from "node:assert/strict";
import test from "node:test";

import { EMPTY_ROSTER, newsOf, reduce } from "../../../static/js/visit/roster.js";
import { a_member, a_snapshot } from "./messages.js";

const after = (...messages) => messages.reduce(reduce, EMPTY_ROSTER);
const labels = ({ members }) => members.map(({ label }) => label);

test("a snapshot replaces everything that was believed", () => {
  const roster = after(
    { type: "member.joined", data: a_member("m_ghost") },
    { type: "chat.msg", data: { id: "1", member: "m_ghost", label: "Ghost", text: "boo", at: "" } },
    a_snapshot({ members: [a_member("m_me", { session: "s_me" }), a_member("m_host")] }),
  );

  assert.deepEqual(labels(roster), ["m_me by name", "m_host by name"]);
  assert.deepEqual(roster.chat, []);
});

test("a member who changes is replaced, and one who leaves is gone", () => {
  const joined = after(a_snapshot(), { type: "member.joined", data: a_member("m_a") });
  const away = reduce(joined, { type: "member.changed", data: a_member("m_a", { conn: "away" }) });
  const gone = reduce(away, { type: "member.left", data: { member: "m_a", session: "s_m_a", why: "bye" } });

  assert.equal(away.members.find(({ member }) => member === "m_a").conn, "away");
  assert.equal(gone.members.some(({ member }) => member === "m_a"), false);
});

test("a member who comes back in another tab is one person", () => {
  const roster = after(
    a_snapshot(),
    { type: "member.joined", data: a_member("m_a", { session: "s_1" }) },
    { type: "member.joined", data: a_member("m_a", { session: "s_2" }) },
    { type: "member.left", data: { member: "m_a", session: "s_1", why: "lost" } },
  );

  assert.deepEqual(roster.members.filter(({ member }) => member === "m_a").map(({ session }) => session), ["s_2"]);
});

test("a link is replaced by its next generation, and an old close does not end it", () => {
  const roster = after(
    a_snapshot(),
    { type: "link.open", data: { peer: "s_1", gen: 1, polite: false, initiator: false } },
    { type: "link.reset", data: { peer: "s_1", gen: 2, polite: false, initiator: false, why: "rejoined" } },
    { type: "link.close", data: { peer: "s_1", gen: 1, why: "late" } },
  );

  assert.deepEqual(roster.links, [{ peer: "s_1", gen: 2, polite: false, initiator: false }]);
  assert.deepEqual(reduce(roster, { type: "link.close", data: { peer: "s_1", gen: 2 } }).links, []);
});

test("a chat message that comes twice is shown once", () => {
  const message = { type: "chat.msg", data: { id: "1", member: "m_a", label: "A", text: "Hello", at: "" } };

  assert.equal(after(a_snapshot(), message, message).chat.length, 1);
});

test("what a peer says of its own microphone changes that peer only", () => {
  const roster = after(a_snapshot({ members: [a_member("m_a"), a_member("m_b")] }), {
    type: "peer.media",
    from: "s_m_a",
    data: { audio: true, video: false, share: false, level: 0 },
  });

  assert.deepEqual(roster.members.map(({ media }) => media.audio), [true, false]);
});

test("a message of a type that nobody knows changes nothing", () => {
  const before = after(a_snapshot());

  assert.equal(reduce(before, { type: "from.the.future", data: {} }), before);
});

test("somebody who waits keeps what they were told about the waiting room", () => {
  const waiting = { state: "waiting", position: 1, host_present: true, admissible: true, message: "", in_room: [] };
  const roster = after({ type: "lobby.state", data: waiting }, a_snapshot({ me: { state: "waiting" } }));

  assert.deepEqual(roster.waiting, waiting);
  assert.equal(reduce(roster, a_snapshot()).waiting, null);
});

const newsAfter = (before, frame) => newsOf(before, frame, reduce(before, frame));

test("coming, going, writing and waiting are news, and one's own doings are not", () => {
  const room = after(a_snapshot({ members: [a_member("m_me", { session: "s_me" }), a_member("m_a")] }));
  const waiting = { waiting: [{ member: "m_w", role: "companion", label: "Wim", since: "", conn: "ok", admissible: true, reason: "" }] };

  assert.deepEqual(newsAfter(room, { type: "member.joined", data: a_member("m_b") }), [{ kind: "joined", label: "m_b by name" }]);
  assert.deepEqual(newsAfter(room, { type: "member.left", data: { member: "m_a", session: "s_m_a" } }), [
    { kind: "left", label: "m_a by name" },
  ]);
  assert.deepEqual(newsAfter(room, { type: "chat.msg", data: { id: "1", member: "m_a", label: "A", text: "Hi", at: "" } }), [
    { kind: "chat", label: "A", text: "Hi" },
  ]);
  assert.deepEqual(newsAfter(room, { type: "chat.msg", data: { id: "1", member: "m_me", label: "Me", text: "Hi", at: "" } }), []);
  assert.deepEqual(newsAfter(room, { type: "lobby.list", data: waiting }), [{ kind: "arrived", label: "Wim" }]);
  assert.deepEqual(newsAfter(reduce(room, { type: "lobby.list", data: waiting }), { type: "lobby.list", data: waiting }), []);
  assert.deepEqual(newsAfter(room, { type: "member.mute", data: { by: "m_a", kind: "audio" } }), [
    { kind: "mute-asked", label: "m_a by name", what: "audio" },
  ]);
});

test("being let in is news", () => {
  const room = after(a_snapshot({ me: { state: "waiting" } }));

  assert.deepEqual(newsAfter(room, a_snapshot()), [{ kind: "admitted" }]);
});
