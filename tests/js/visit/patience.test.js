import assert from "node:assert/strict";
import test from "node:test";

import { NO_TROUBLE, sinceWords, telephoneHelps, troubleAfter } from "../../../static/js/visit/patience.js";

test("how long it takes is said in words, and nothing at first", () => {
  assert.equal(sinceWords(3_000), "");
  assert.match(sinceWords(12_000), /longer than usual/);
  assert.match(sinceWords(50_000), /about a minute/);
  assert.match(sinceWords(600_000), /some minutes.*go on/);
});

test("no figure is ever shown", () => {
  for (const ms of [0, 10_000, 30_000, 90_000, 3_600_000]) assert.doesNotMatch(sinceWords(ms), /\d/);
});

const apart = (words = "lost") => ({ words, mending: true, talking: false });
const talking = { words: "renewing", mending: true, talking: true };
const unsteady = { words: "unsteady", mending: false, talking: true };

/** Whether the number is shown after these lines, each of which stood for some milliseconds. */
function numberAfter(...lines) {
  let [nowMs, trouble] = [1_000, NO_TROUBLE];
  for (const [line, ms] of lines) {
    trouble = troubleAfter(trouble, line, nowMs);
    nowMs += ms;
  }
  return telephoneHelps(trouble, null, nowMs);
}

for (const [what, lines, expected] of [
  ["an unsteady line", [[unsteady, 60_000]], false],
  ["a connection just lost", [[apart(), 5_000]], false],
  ["a connection that does not come back", [[apart(), 20_000]], true],
  ["a server that is away while people talk", [[talking, 600_000]], false],
  ["a server that has long been away when the picture stops", [[talking, 600_000], [apart(), 19_000]], false],
  ["a picture that stays away as well", [[talking, 5_000], [apart(), 20_000]], true],
  ["one trouble in changing words", [[apart("first"), 10_000], [apart("then"), 10_000]], true],
  ["a picture that came back in between", [[apart(), 19_000], [talking, 1_000], [apart(), 19_000]], false],
  ["a line that was well in between", [[apart(), 19_000], [null, 1_000], [apart(), 19_000]], false],
]) {
  test(`${what} ${expected ? "shows" : "does not show"} the telephone number`, () => {
    assert.equal(numberAfter(...lines), expected);
  });
}

test("the last step shows the telephone number at once, and a line that carries only sound does not", () => {
  assert.equal(telephoneHelps(troubleAfter(NO_TROUBLE, apart(), 0), "phone", 0), true);
  assert.equal(telephoneHelps(NO_TROUBLE, "sound-only", 60_000), false);
});

test("how long something takes is counted from its beginning, also while people talk", () => {
  const begun = troubleAfter(NO_TROUBLE, talking, 5_000);

  assert.equal(troubleAfter(begun, apart(), 40_000).mendingSinceMs, 5_000);
  assert.deepEqual(troubleAfter(begun, unsteady, 40_000), NO_TROUBLE);
});
