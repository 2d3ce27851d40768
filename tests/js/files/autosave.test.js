import assert from "node:assert/strict";
import { test } from "node:test";

import { Autosave } from "../../../static/js/autosave.js";

/** A line on which each attempt waits for its answer, and a clock that runs when it is told to. */
function aDesk() {
  const waiting = [];
  const told = [];
  const timers = [];
  const autosave = new Autosave({
    send: () => new Promise((resolve) => waiting.push(resolve)),
    later: (act, ms) => {
      const timer = { act, ms, on: true };
      timers.push(timer);
      return () => (timer.on = false);
    },
    tell: (news) => told.push(news.kind),
    holds: new Set(["conflict"]),
  });
  const ring = () => timers.findLast((timer) => timer.on)?.act();
  const answer = async (outcome) => {
    waiting.shift()?.(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { autosave, told, timers, waiting, ring, answer };
}

const SAVED = { kind: "saved", saved: {} };

test("it saves once after the last word", async () => {
  const { autosave, waiting, timers, ring, answer, told } = aDesk();

  autosave.changed();
  autosave.changed();
  assert.deepEqual(timers.map((timer) => timer.on), [false, true]);
  ring();
  assert.equal(waiting.length, 1);
  await answer(SAVED);

  assert.deepEqual(told, ["changed", "changed", "saved"]);
  assert.ok(autosave.settled);
});

test("what is written while it saves is saved afterwards, one at a time", async () => {
  const { autosave, waiting, ring, answer, told } = aDesk();
  autosave.changed();
  ring();

  autosave.changed();
  ring();
  assert.equal(waiting.length, 1);
  await answer(SAVED);
  assert.equal(waiting.length, 1);
  assert.deepEqual(told.slice(-2), ["saved", "changed"]); // its new version is told, and that there is more to come
  await answer(SAVED);

  assert.deepEqual(told.at(-1), "saved");
  assert.ok(autosave.settled);
});

test("it tries again, more and more slowly, while nobody answers", async () => {
  const { autosave, timers, ring, answer } = aDesk();
  autosave.changed();
  const waits = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    ring();
    await answer({ kind: "away" });
    waits.push(timers.at(-1)?.ms);
  }

  assert.deepEqual(waits, [2_000, 5_000, 10_000, 30_000, 30_000]);
  assert.ok(!autosave.settled);
});

test("a refusal that only a person can settle stops it until somebody does", async () => {
  const { autosave, waiting, timers, ring, answer, told } = aDesk();
  autosave.changed();
  ring();
  await answer({ kind: "refused", code: "conflict", words: "" });

  autosave.changed();
  assert.ok(timers.every((timer) => !timer.on));
  const going = autosave.goOn();
  assert.equal(waiting.length, 1);
  await answer(SAVED);
  await going;

  assert.deepEqual(told, ["changed", "refused", "saved"]);
});

test("whoever waits for it to finish waits for the last word", async () => {
  const { autosave, ring, answer, waiting } = aDesk();
  autosave.changed();
  ring();
  autosave.changed();
  let finished = 0;

  for (const wait of [autosave.finish(), autosave.finish()]) void wait.then(() => (finished += 1));
  await answer(SAVED);
  assert.equal(waiting.length, 1);
  assert.equal(finished, 0);
  await answer(SAVED);

  assert.equal(finished, 2);
});
