import assert from "node:assert/strict";
import test from "node:test";

import { sinceWords, telephoneHelps } from "../../../static/js/visit/patience.js";

test("how long it takes is said in words, and nothing at first", () => {
  assert.equal(sinceWords(3_000), "");
  assert.match(sinceWords(12_000), /longer than usual/);
  assert.match(sinceWords(50_000), /about a minute/);
  assert.match(sinceWords(600_000), /some minutes.*go on/);
});

test("no figure is ever shown", () => {
  for (const ms of [0, 10_000, 30_000, 90_000, 3_600_000]) assert.doesNotMatch(sinceWords(ms), /\d/);
});

for (const [what, trouble, expected] of [
  ["an unsteady line", { advice: null, mending: false, ms: 60_000 }, false],
  ["a line that carries only sound", { advice: "sound-only", mending: false, ms: 60_000 }, false],
  ["a connection just lost", { advice: null, mending: true, ms: 5_000 }, false],
  ["a connection that does not come back", { advice: null, mending: true, ms: 20_000 }, true],
  ["the last step", { advice: "phone", mending: true, ms: 0 }, true],
]) {
  test(`${what} ${expected ? "shows" : "does not show"} the telephone number`, () => {
    assert.equal(telephoneHelps(trouble), expected);
  });
}
