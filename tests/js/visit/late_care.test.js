import assert from "node:assert/strict";
import test from "node:test";

import { LateCare } from "../../../static/js/visit/late_care.js";
import { FakeClock } from "./fake_clock.js";

/** Care that only remembers. */
function aCare({ failures = 0 } = {}) {
  const desk = { clock: new FakeClock(), fetched: 0, begun: [], troubles: [] };
  class Care {
    heard = [];
    stopped = false;

    constructor(around) {
      desk.begun.push(Object.assign(this, { around }));
    }

    hear(peer, { type }) {
      this.heard.push([peer, type]);
    }

    stop() {
      this.stopped = true;
    }
  }
  const fetch = async () => {
    desk.fetched += 1;
    if (desk.fetched <= failures) throw new TypeError("Failed to fetch dynamically imported module");
    return { LinkCare: Care };
  };
  desk.late = new LateCare(desk.clock, fetch, () => "around", (what) => desk.troubles.push(what));
  return desk;
}

test("care is fetched after the first picture, and once", async () => {
  const { late, clock, begun, ...desk } = aCare();
  late.want();
  await clock.advance(1_900);
  assert.equal(begun.length, 0);

  await clock.advance(200);
  late.want();
  await clock.advance(10_000);

  assert.deepEqual(begun.map(({ around }) => around), ["around"]);
  assert.deepEqual(desk.troubles, []);
});

test("what peers say before care is here is kept for it", async () => {
  const { late, clock, begun } = aCare();
  late.want();
  late.hear("s_a", { type: "first" });
  await clock.advance(3_000);

  late.hear("s_a", { type: "second" });

  assert.deepEqual(begun[0].heard, [["s_a", "first"], ["s_a", "second"]]);
});

test("a peer that talks without end fills no memory", async () => {
  const { late, clock, begun } = aCare();
  for (let turn = 0; turn < 5_000; turn += 1) late.hear("s_a", { type: "x" });
  late.want();

  await clock.advance(3_000);

  assert.equal(begun[0].heard.length, 50);
});

test("what could not be fetched is fetched when the line to the server is back", async () => {
  const { late, clock, begun, troubles } = aCare({ failures: 1 });
  late.want();
  await clock.advance(60_000);
  assert.deepEqual([begun.length, troubles], [0, ["care: not loaded"]]);

  late.want();
  await clock.advance(3_000);

  assert.equal(begun.length, 1);
});

test("after the end nothing is fetched and nothing is cared for", async () => {
  const { late, clock, begun } = aCare();
  late.want();
  await clock.advance(2_000);
  late.stop();
  const other = aCare();
  other.late.want();
  other.late.stop();

  await other.clock.advance(10_000);

  assert.equal(begun[0].stopped, true);
  assert.deepEqual([other.fetched, other.clock.pending], [0, 0]);
});
