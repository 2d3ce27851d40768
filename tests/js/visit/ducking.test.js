import assert from "node:assert/strict";
import test from "node:test";

import { DUCKING_EVERY_MS, Ducking } from "../../../static/js/visit/ducking.js";
import { HOST_LINK, ME, inTheRoom, withHost } from "./a_call.js";
import { a_member } from "./messages.js";

const LOUD = 0.2;
const SILENT = 0.001;

/** A listener to a specialist and an interpreter, beat by beat. */
function aListener(strength = "strongly") {
  const ducking = new Ducking();
  let atMs = 0;
  return (ms, loudness, { other = LOUD, ...changes } = {}) => {
    let volumes = new Map();
    for (const end = atMs + ms; atMs < end; atMs += DUCKING_EVERY_MS) {
      const voices = [
        { session: "s_dr", role: "specialist", loudness: other },
        { session: "s_in", role: "interpreter", loudness },
      ];
      volumes = ducking.beat(atMs, voices, changes.strength ?? strength);
    }
    return volumes.get("s_dr");
  };
}

test("while the interpreter speaks the other voice goes down, and comes back a moment after", () => {
  const hear = aListener();

  assert.equal(hear(1_000, SILENT), 1);
  assert.equal(hear(1_000, LOUD), 0.12);
  assert.equal(hear(1_000, SILENT), 0.12);
  assert.equal(hear(2_000, SILENT), 1);
});

test("softly leaves more of the other voice, and off leaves all of it", () => {
  assert.equal(aListener("softly")(1_000, LOUD), 0.4);
  assert.equal(aListener("off")(1_000, LOUD), 1);
});

test("a cough and room noise change nothing", () => {
  const hear = aListener();

  hear(1_000, SILENT);
  assert.equal(hear(100, LOUD), 1);
  assert.equal(hear(1_000, 0.015), 1);
});

test("breathing between sentences, and speaking low, do not bring the other voice back", () => {
  const hear = aListener();
  hear(1_000, LOUD);

  for (let sentence = 0; sentence < 5; sentence += 1) {
    assert.equal(hear(900, SILENT), 0.12);
    assert.equal(hear(600, LOUD), 0.12);
  }
  assert.equal(hear(5_000, 0.015), 0.12);
});

test("the other voice moves gently, down faster than up", () => {
  const hear = aListener();
  hear(300, LOUD);

  const [first, second] = [hear(100, LOUD), hear(100, LOUD)];
  assert.ok(first - second <= 0.31);
  hear(2_000, LOUD);
  let steps = 0;
  while (hear(100, SILENT) < 1) steps += 1;

  assert.ok(steps >= 8 + 11, `${steps} beats`);
});

test("the interpreter is never played low, and another setting counts at once", () => {
  const ducking = new Ducking();
  const voices = ["s_a", "s_b"].map((session) => ({ session, role: "interpreter", loudness: LOUD }));
  for (let atMs = 0; atMs < 2_000; atMs += 100) ducking.beat(atMs, voices, "strongly");
  assert.deepEqual([...ducking.beat(2_000, voices, "strongly").values()], [1, 1]);

  const hear = aListener();
  hear(1_000, LOUD);
  assert.equal(hear(1_000, LOUD, { strength: "off" }), 1);
});

const INTERPRETER = a_member("m_in", { role: "interpreter" });
const IN_LINK = { ...HOST_LINK, peer: "s_m_in" };

async function aCallWithAnInterpreter() {
  const call = await inTheRoom(withHost({ members: [ME, a_member("m_host", { role: "specialist" }), INTERPRETER], links: [HOST_LINK, IN_LINK] }));
  call.connections[1].setIce("connected");
  await call.clock.advance(4_000);
  call.speak = (index, audioLevel) => (call.connections[index].getTransceivers()[0].sources = [{ audioLevel }]);
  return call;
}

test("a listener who asks for it hears the interpreter above the others, and then everybody as before", async () => {
  const call = await aCallWithAnInterpreter();
  assert.deepEqual([call.view.interpreted, call.view.ducking, call.volumes], [true, "off", null]);
  call.speak(1, LOUD);

  call.visit.setDucking("strongly");
  await call.clock.advance(1_000);
  assert.deepEqual([...call.volumes], [["s_m_host", 0.12], ["s_m_in", 1]]);

  call.visit.setDucking("off");
  assert.deepEqual([...call.volumes], [["s_m_host", 1], ["s_m_in", 1]]);
  assert.equal(call.view.ducking, "off");
});

test("when the interpreter leaves, everybody is played in full", async () => {
  const call = await aCallWithAnInterpreter();
  call.speak(1, LOUD);
  call.visit.setDucking("softly");
  await call.clock.advance(1_000);

  await call.serve({ type: "link.close", data: { peer: "s_m_in", gen: 1, why: "left" } }, { type: "member.left", data: { member: "m_in", session: "s_m_in", why: "bye" } });
  await call.clock.advance(2_000);

  assert.deepEqual([...call.volumes], [["s_m_host", 1]]);
});

test("without an interpreter nothing beats", async () => {
  const call = await inTheRoom();
  await call.clock.advance(4_000);

  call.visit.setDucking("strongly");
  await call.clock.advance(4_000);

  assert.equal(call.volumes, null);
});
