import assert from "node:assert/strict";
import test from "node:test";

import { WakeWatch } from "../../../static/js/visit/wake.js";
import { inTheRoom } from "./a_call.js";
import { FakeClock } from "./fake_clock.js";

function aWatch() {
  const clock = new FakeClock();
  let woken = 0;
  const watch = new WakeWatch(clock, 2_000, () => (woken += 1));
  const after = async (ms) => {
    await clock.advance(ms);
    watch.beat();
    return woken;
  };
  return { clock, after };
}

test("beats that come in time, or a little late on a busy machine, wake nobody", async () => {
  const { after } = aWatch();

  assert.deepEqual([await after(2_000), await after(9_000)], [0, 0]);
});

test("a beat that comes much too late is a machine that has slept", async () => {
  const { after } = aWatch();

  assert.deepEqual([await after(60_000), await after(2_000)], [1, 1]);
});

test("a clock that stood still while the calendar went on is one too", async () => {
  const { clock, after } = aWatch();
  clock.slept = 3_600_000;

  assert.equal(await after(2_000), 1);
});

test("a calendar that is set back wakes nobody", async () => {
  const { clock, after } = aWatch();
  clock.slept = -3_600_000;

  assert.equal(await after(2_000), 0);
});

test("a call that wakes makes sure of its line", async () => {
  const call = await inTheRoom();
  await call.clock.advance(4_100);
  const pings = call.said("ping").length;
  call.clock.slept = 3_600_000;

  await call.clock.advance(2_000);

  assert.ok(call.said("ping").length > pings);
});
