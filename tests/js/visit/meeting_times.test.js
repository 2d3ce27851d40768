import assert from "node:assert/strict";
import test from "node:test";

import { agoWords, bothWords, timeWords } from "../../../static/js/visit/meeting_times.js";

const AT = "2026-11-24T14:00:00Z";
const NOW = Date.parse("2026-11-24T14:00:00Z");

test("a time is read on the clock of its zone", () => {
  assert.equal(timeWords(AT, "America/Detroit"), "Tuesday, November 24, 9:00 AM (Detroit time)");
});

test("the clinic's hour is said where it is another one", () => {
  assert.deepEqual(bothWords(AT, ["America/Los_Angeles", "America/Detroit"]), {
    own: "Tuesday, November 24, 6:00 AM (Los Angeles time)",
    clinic: "At the clinic: Tuesday, November 24, 9:00 AM (Detroit time)",
  });
});

test("the clinic's hour is not said twice", () => {
  assert.equal(bothWords(AT, ["America/New_York", "America/Detroit"]).clinic, "");
});

for (const [said, words] of [
  ["2026-11-24T13:59:50Z", "Said less than a minute ago."],
  ["2026-11-24T13:59:00Z", "Said 1 minute ago."],
  ["2026-11-24T13:48:00Z", "Said 12 minutes ago."],
  ["2026-11-24T12:59:00Z", "Said 1 hour ago. Ask again."],
  ["2026-11-24T14:00:05Z", "Said less than a minute ago."],
]) {
  test(`an address is as old as it is: ${words}`, () => assert.equal(agoWords(said, NOW), words));
}
