import assert from "node:assert/strict";
import test from "node:test";

import { factsOf } from "../../../static/js/visit/facts.js";
import { a_member } from "./messages.js";

const aView = ({ locked = false, soundOnly = false, others = [] } = {}) => ({
  roster: { visit: { locked, sound_only: soundOnly } },
  others,
});
const NOTHING = { share: null };
const wordsOf = (view, own = NOTHING) => factsOf(view, own).map(({ words }) => words);

test("an ordinary room needs no words", () => {
  assert.deepEqual(wordsOf(aView({ others: [a_member("m_a")] })), []);
});

test("everybody reads that the room is locked, who shows a screen and who interprets", () => {
  const others = [
    a_member("m_h", { label: "Dr Haddad", media: { audio: true, video: true, share: true } }),
    a_member("m_i", { label: "Mai Tran", role: "interpreter" }),
  ];

  assert.deepEqual(wordsOf(aView({ locked: true, others })), [
    "Locked: nobody new can come in",
    "Dr Haddad shows a screen",
    "Mai Tran interprets",
  ]);
});

test("in a visit with sound only everybody reads that no camera is on", () => {
  assert.deepEqual(wordsOf(aView({ soundOnly: true })), ["Sound only: you hear each other, and all cameras stay off"]);
});

test("a fact keeps its key for as long as it is so", () => {
  const [before] = factsOf(aView({ locked: true }), NOTHING);
  const [after] = factsOf(aView({ locked: true, others: [a_member("m_a")] }), NOTHING);

  assert.equal(before.key, after.key);
});

test("who shows a screen reads that it is seen", () => {
  assert.deepEqual(wordsOf(aView(), { share: {} }), ["Everybody here sees your screen"]);
});
