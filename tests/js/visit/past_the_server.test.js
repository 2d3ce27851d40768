import assert from "node:assert/strict";
import test from "node:test";

import { aPair, carry } from "./a_link.js";
import { connected, inTheRoom, withHost } from "./a_call.js";
import { FakeClock, settled } from "./fake_clock.js";

/** A pair whose path stands and whose server is away. */
async function aPairAlone() {
  const pair = aPair();
  await carry(pair);
  for (const end of both(pair)) {
    end.connection.setIce("connected");
    end.online = false;
  }
  return pair;
}

const both = ({ newcomer, resident }) => [newcomer, resident];
const fragmentOf = (description) => /ufrag:(\w+)/.exec(description.sdp)[1];

/** Everything that was said past the server reaches the other ear, until nobody has anything to say. */
async function carryPast({ newcomer, resident, clock }) {
  await clock.advance(200);
  while (newcomer.connection.channel.sent.length + resident.connection.channel.sent.length > 0) {
    hand(newcomer, resident);
    await clock.advance(200);
    hand(resident, newcomer);
    await clock.advance(200);
  }
}

function hand(from, to) {
  for (const data of from.connection.channel.sent.splice(0)) say(to, data);
}

const say = (end, data) => end.connection.channel.dispatchEvent(new MessageEvent("message", { data }));

function assertAgreed(pair) {
  for (const end of both(pair)) {
    assert.equal(end.connection.signalingState, "stable");
    assert.deepEqual(end.troubles, []);
  }
  const [some, others] = both(pair).map(({ connection }) => connection);
  assert.equal(fragmentOf(some.localDescription), fragmentOf(others.remoteDescription));
  assert.equal(fragmentOf(others.localDescription), fragmentOf(some.remoteDescription));
}

test("another network is agreed upon without the server, and what the server brings later changes nothing", async () => {
  const pair = await aPairAlone();
  const old = fragmentOf(pair.resident.connection.localDescription);

  pair.resident.link.renewPath();
  await carryPast(pair);

  assertAgreed(pair);
  assert.notEqual(fragmentOf(pair.resident.connection.localDescription), old);
  const before = both(pair).map(({ connection }) => [connection.remoteDescription, connection.addedCandidates.length]);
  for (const end of both(pair)) end.online = true;
  await carry(pair);
  assert.deepEqual(both(pair).map(({ connection }) => [connection.remoteDescription, connection.addedCandidates.length]), before);
  assert.deepEqual(both(pair).map(({ sent }) => sent.length), [0, 0]);
});

test("what the server brings first is not taken up again when it comes past the server", async () => {
  const pair = await aPairAlone();

  pair.resident.link.renewPath();
  await carry(pair);
  assertAgreed(pair);
  const before = both(pair).map(({ connection }) => [connection.remoteDescription, connection.addedCandidates.length]);
  await carryPast(pair);

  assert.deepEqual(both(pair).map(({ connection }) => [connection.remoteDescription, connection.addedCandidates.length]), before);
});

test("an offer that comes past the server before the answer that the server still carries is not lost", async () => {
  const pair = await aPairAlone();
  pair.resident.link.renewPath();
  await pair.clock.advance(200);
  hand(pair.resident, pair.newcomer);
  await pair.clock.advance(200);
  pair.newcomer.connection.restartIce();
  await pair.clock.advance(200);

  await carryPast(pair);
  await carry(pair);

  assertAgreed(pair);
});

test("an offer that was passed over is not taken up when it comes again by the other way", async () => {
  const pair = await aPairAlone();
  pair.newcomer.connection.restartIce();
  pair.resident.connection.restartIce();
  await carryPast(pair);
  assertAgreed(pair);
  const answers = pair.resident.sent.filter(({ type }) => type === "rtc.answer").length;

  const [passedOver] = pair.newcomer.sent.filter(({ type }) => type === "rtc.offer");
  await pair.resident.link.receive("rtc.offer", passedOver.data);

  assertAgreed(pair);
  assert.equal(pair.resident.sent.filter(({ type }) => type === "rtc.answer").length, answers);
});

for (const [what, damage] of [
  ["of another generation", { gen: 2 }],
  ["without a generation", { gen: undefined }],
  ["without a number", { neg: "2" }],
  ["with a number that is none", { neg: 1.5 }],
  ["without words", { sdp: null }],
  ["without a fingerprint", { sdp: "v=0\r\na=ice-ufrag:x\r\n" }],
  ["of endless length", { sdp: `v=0\r\na=fingerprint:sha-256 00\r\n${"a".repeat(40_000)}` }],
]) {
  test(`an offer ${what} that comes past the server is not taken up`, async () => {
    const pair = await aPairAlone();
    const before = pair.resident.connection.remoteDescription;
    const offer = { type: "rtc.offer", gen: 1, neg: 9, sdp: before.sdp };

    say(pair.resident, JSON.stringify({ ...offer, ...damage }));
    await settled();

    assert.equal(pair.resident.connection.remoteDescription, before);
    assert.deepEqual(pair.resident.troubles, []);
  });
}

test("candidates without end fill nothing", async () => {
  const pair = await aPairAlone();
  const usernameFragment = fragmentOf(pair.resident.connection.remoteDescription);
  const batch = (from) => Array.from({ length: 20 }, (_, turn) => ({ candidate: `c${from + turn}`, usernameFragment }));

  for (let from = 0; from < 2_000; from += 20) {
    say(pair.resident, JSON.stringify({ type: "rtc.ice", gen: 1, cands: batch(from) }));
  }
  say(pair.resident, JSON.stringify({ type: "rtc.ice", gen: 1, cands: Array(21).fill({ candidate: "c" }) }));
  say(pair.resident, JSON.stringify({ type: "rtc.ice", gen: 1, cands: [{ candidate: "c".repeat(2_000) }, null] }));
  await settled();

  assert.equal(pair.resident.connection.addedCandidates.length, 100);
});

/** Numbers as they come, the same ones for the same beginning (Park and Miller's generator). */
function numbers(seed) {
  let state = seed;
  return (below) => ((state = (state * 48_271) % 2_147_483_647), state % below);
}

test("whichever way and in whatever order between the ways messages come, both sides agree in the end", async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const pair = aPair(new FakeClock());
    await carry(pair);
    const pick = numbers(seed);
    for (let turn = 0; turn < 12; turn += 1) await one(pair, pick);
    await carryPast(pair);
    await carry(pair);
    await carryPast(pair);

    assertAgreed(pair);
  }
});

/** One thing that can happen: a side has a path or wants another one, or one message arrives by one way. */
async function one(pair, pick) {
  const [from, to] = pick(2) ? both(pair) : both(pair).reverse();
  const what = pick(6);
  if (what === 0) from.connection.setIce("connected");
  if (what === 1) from.connection.restartIce();
  if (what === 2 || what === 3) for (const data of from.connection.channel.sent.splice(0, 1)) say(to, data);
  if (what > 3) for (const { type, data } of from.sent.splice(0, 1)) await to.link.receive(type, data);
  await pair.clock.advance(pick(150));
}

test("a call agrees on another network while its server is away", async () => {
  const call = await inTheRoom();
  const [connection] = call.connections;
  const { sdp } = connection.localDescription;
  await call.serve({ type: "rtc.answer", from: "s_m_host", data: { gen: 1, neg: 1, sdp } });
  call.socket.break();

  call.visit.networkChanged({ otherNetwork: true });
  await settled();

  const [offer] = connection.channel.sent.map((text) => JSON.parse(text)).filter(({ type }) => type === "rtc.offer");
  assert.deepEqual([offer.gen, offer.neg], [1, 2]);
  const answer = JSON.stringify({ type: "rtc.answer", gen: 1, neg: 2, sdp });
  connection.channel.dispatchEvent(new MessageEvent("message", { data: answer }));
  await settled();
  assert.equal(connection.signalingState, "stable");
});

test("a sign that the network may be better looks for no path where one stands", async () => {
  const call = await connected(withHost());
  call.connections[0].setIce("connected");

  call.visit.networkChanged();
  await settled();

  assert.equal(call.connections[0].offersMade, 1);
});
