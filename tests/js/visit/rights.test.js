import assert from "node:assert/strict";
import test from "node:test";

import { mayLock, powersOver } from "../../../static/js/visit/rights.js";
import { a_member } from "./messages.js";

const TALKS = { audio: true, video: true, share: false, level: 0 };
const aRoster = (caps, state = "active") => ({ me: { member: "m_me", caps }, visit: { state, locked: false, ends_in_ms: null } });
const patient = a_member("m_a", { media: TALKS });

for (const [who, caps, state, expected] of [
  ["a patient", ["chat"], "active", { askToMute: false, remove: false }],
  ["a specialist", ["kick", "ask_mute"], "active", { askToMute: true, remove: true }],
  ["a scheduler before the visit", ["kick_early"], "open", { askToMute: false, remove: true }],
  ["a scheduler in the visit", ["kick_early"], "active", { askToMute: false, remove: false }],
  ["a specialist whose visit ends", ["kick", "ask_mute"], "ending", { askToMute: false, remove: false }],
]) {
  test(`${who} is shown what they may do about somebody else`, () => {
    assert.deepEqual(powersOver(aRoster(caps, state), patient), expected);
  });
}

test("nobody removes the host, or does anything about themselves", () => {
  const roster = aRoster(["kick", "ask_mute"]);

  assert.equal(powersOver(roster, a_member("m_h", { host: true, media: TALKS })).remove, false);
  assert.deepEqual(powersOver(roster, a_member("m_me", { media: TALKS })), { askToMute: false, remove: false });
});

test("who is muted is not asked to mute", () => {
  assert.equal(powersOver(aRoster(["ask_mute"]), a_member("m_a")).askToMute, false);
});

test("the room is locked by whoever has the right, until it ends", () => {
  assert.equal(mayLock(aRoster(["lock"])), true);
  assert.equal(mayLock(aRoster(["lock"], "ending")), false);
  assert.equal(mayLock(aRoster(["kick"])), false);
  assert.equal(mayLock({ ...aRoster([]), me: null }), false);
});
