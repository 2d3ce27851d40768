import assert from "node:assert/strict";
import test from "node:test";

import { Ladder, verdict } from "../../../static/js/visit/ladder.js";

const EVERY_MS = 2_000;
const PAIR = { base: 0, needBps: 2_000_000 };
const nothing = {
  availableBps: null,
  reduced: false,
  cpuShare: null,
  framesSent: 20,
  videoLoss: null,
  audioLoss: null,
  redundant: false,
  queued: false,
  received: null,
};
const some = (changes) => ({ ...nothing, ...changes });
const clean = some({ received: { sound: 95, frames: 20, frozen: 0 }, audioLoss: 0, videoLoss: 0, cpuShare: 0 });
const torn = some({ received: { sound: 55 } });
const starved = some({ availableBps: 400_000 });

/** A ladder on which intervals of two seconds follow each other. */
function climbing({ start = 0, allowance = PAIR } = {}) {
  let atMs = 0;
  const ladder = new Ladder(start, atMs);
  return {
    ladder,
    after: (seconds, evidence) => {
      for (const end = atMs + 1000 * seconds; atMs < end; ) ladder.take(evidence, (atMs += EVERY_MS), allowance);
      return ladder.level;
    },
  };
}

const standing = (level = 0, heldMs = 0) => ({ level, heldMs, needBps: 2_000_000 });

for (const [what, evidence, from, level] of [
  ["nothing that is known", nothing, standing(), 0],
  ["a clean line", clean, standing(), 0],
  ["2.3 Mb/s where 720p wants 2.4", some({ availableBps: 2_300_000, reduced: true }), standing(), 1],
  ["2.3 Mb/s that no picture needs just now", some({ availableBps: 2_300_000 }), standing(), 0],
  ["2.5 Mb/s", some({ availableBps: 2_500_000, reduced: true }), standing(), 0],
  ["440 kb/s", some({ availableBps: 440_000 }), standing(), 2],
  ["190 kb/s", some({ availableBps: 190_000 }), standing(), 3],
  ["7 % of the picture lost", some({ videoLoss: 7 }), standing(), 1],
  ["a machine that is too slow most of the time", some({ cpuShare: 0.6 }), standing(), 1],
  ["a machine that is too slow for 360p too", some({ cpuShare: 0.6, framesSent: 8 }), standing(1), 2],
  ["a picture that stands still 6 % of the time", some({ received: { frozen: 6 } }), standing(), 2],
  ["8 frames a second of 20", some({ received: { frames: 8 } }), standing(), 2],
  ["8 frames a second from a camera in the dark", some({ received: { frames: 8 }, framesSent: 8 }), standing(), 0],
  ["a round trip that has grown long", some({ queued: true }), standing(), 2],
  ["torn sound", torn, standing(), 2],
  ["torn sound with a small picture", torn, standing(2), 3],
  ["torn sound without a picture", torn, standing(3, 60_000), 3],
  ["8 % of the sound lost", some({ audioLoss: 8 }), standing(2), 3],
  ["12 % of the sound lost that is sent twice", some({ audioLoss: 12, redundant: true }), standing(2), 0],
  ["16 % of the sound lost that is sent twice", some({ audioLoss: 16, redundant: true }), standing(2), 3],
  ["broken sound, just now", some({ received: { sound: 35 } }), standing(3, 8_000), 3],
  ["broken sound for ten seconds without a picture", some({ received: { sound: 35 } }), standing(3, 10_000), 4],
  ["broken sound with sound only", some({ received: { sound: 35 } }), standing(4), 4],
  ["hopeless sound, just now", some({ received: { sound: 10 } }), standing(4, 14_000), 4],
  ["hopeless sound for fifteen seconds", some({ received: { sound: 10 } }), standing(4, 15_000), 5],
  ["hopeless sound on the telephone's step", some({ received: { sound: 10 } }), standing(5), 5],
]) {
  test(`${what} on step ${from.level} calls for step ${level}`, () => {
    assert.equal(verdict(evidence, from), level);
  });
}

test("three bad intervals of five lead down, two do not", () => {
  const { ladder, after } = climbing();

  after(4, starved);
  after(4, clean);
  assert.equal(ladder.level, 0);

  after(2, starved);
  assert.equal(ladder.level, 2);
});

test("two bad intervals and a good line after them lead nowhere", () => {
  const { after } = climbing();

  after(4, some({ availableBps: 100_000 }));

  assert.equal(after(60, clean), 0);
});

test("a line that gives almost nothing leads to sound in one move", () => {
  assert.equal(climbing().after(6, some({ availableBps: 100_000 })), 3);
});

test("torn sound first makes the picture small, and only then none", () => {
  const { after } = climbing();

  assert.equal(after(6, torn), 2);
  assert.equal(after(6, torn), 3);
});

test("sound that stays broken leads to sound only and then to the telephone", () => {
  const { after } = climbing({ start: 3 });
  const broken = some({ received: { sound: 12 } });

  assert.equal(after(14, broken), 4);
  assert.equal(after(18, broken), 4);
  assert.equal(after(4, broken), 5);
});

test("twenty clean seconds lead up by one step, and so on to the top", () => {
  const { after } = climbing({ start: 3 });

  assert.equal(after(18, clean), 3);
  assert.deepEqual([after(2, clean), after(20, clean), after(20, clean)], [2, 1, 0]);
});

test("one bad interval begins the twenty seconds anew", () => {
  const { after } = climbing({ start: 2 });

  after(18, clean);
  after(2, some({ queued: true }));

  assert.equal(after(18, clean), 2);
  assert.equal(after(2, clean), 1);
});

test("after every relapse the next try waits twice as long, up to 160 seconds, and still comes", () => {
  const { ladder, after } = climbing({ start: 2 });
  const waits = [];
  for (let turn = 0; turn < 6; turn += 1) {
    let seconds = 0;
    while (ladder.level === 2) seconds += after(2, clean) === 2 ? 2 : 0;
    waits.push(seconds + 2);
    after(6, starved);
  }

  assert.deepEqual(waits, [20, 40, 80, 160, 160, 160]);
});

test("a step that was held for a minute makes the next wait short again", () => {
  const { after } = climbing({ start: 2 });
  after(20, clean);
  after(6, starved);
  assert.equal(after(40, clean), 1);

  after(18, clean);
  after(60, some({ videoLoss: 7, received: { sound: 90 } }));
  after(6, starved);

  assert.equal(after(20, clean), 1);
});

test("an interruption is no reason to go down, and does not count as clean", () => {
  const { after } = climbing({ start: 2 });

  after(18, clean);
  assert.equal(after(60, null), 2);
  assert.equal(after(18, clean), 2);
  assert.equal(after(2, clean), 1);
});

test("with many people a pair stays below its best step", () => {
  const { after } = climbing({ allowance: { base: 2, needBps: 250_000 } });

  assert.equal(after(2, clean), 2);
  assert.equal(after(120, clean), 2);
  assert.equal(after(6, some({ availableBps: 100_000 })), 3);
  assert.equal(after(20, clean), 2);
});
