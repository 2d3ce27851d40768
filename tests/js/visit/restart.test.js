import assert from "node:assert/strict";
import test from "node:test";

import { aPair, carry } from "./a_link.js";

test("a short gap in the path starts nothing", async () => {
  const pair = aPair();
  await carry(pair);
  pair.resident.connection.setIce("connected");

  pair.resident.connection.setIce("disconnected");
  await pair.clock.advance(2_900);
  pair.resident.connection.setIce("connected");
  await pair.clock.advance(60_000);

  assert.equal(pair.resident.connection.offersMade, 0);
  assert.deepEqual(pair.resident.states, ["up", "shaky", "up"]);
});

test("a broken path is mended by the impolite side after three seconds, with fresh relay credentials", async () => {
  const pair = aPair();
  await carry(pair);
  pair.resident.ice.fresh = { iceServers: [{ urls: "turn:fresh" }] };

  for (const end of [pair.newcomer, pair.resident]) end.connection.setIce("disconnected");
  await pair.clock.advance(3_100);

  assert.equal(pair.resident.connection.offersMade, 1);
  assert.equal(pair.newcomer.connection.offersMade, 1);
  assert.equal(pair.resident.connection.configuration, pair.resident.ice.fresh);
  assert.equal(pair.resident.link.state, "restarting");
});

test("who answers a restart has fresh relay credentials, too, if theirs are old", async () => {
  const pair = aPair();
  await carry(pair);
  Object.assign(pair.newcomer.ice, { fresh: { iceServers: [{ urls: "turn:fresh" }] }, old: true });

  for (const end of [pair.newcomer, pair.resident]) end.connection.setIce("failed");
  await pair.clock.advance(100);
  await carry(pair);

  assert.equal(pair.newcomer.connection.configuration, pair.newcomer.ice.fresh);
});

test("both sides of a new link look at their relay credentials before they look for a path", async () => {
  const fresh = { iceServers: [{ urls: "turn:fresh" }] };
  const pair = aPair();
  for (const end of [pair.newcomer, pair.resident]) Object.assign(end.ice, { fresh, old: true });

  await carry(pair);

  assert.deepEqual([pair.newcomer.connection.configuration, pair.resident.connection.configuration], [fresh, fresh]);
  assert.deepEqual([pair.newcomer.ice.asked, pair.resident.ice.asked], [1, 1]);
});

test("an offer that only changes what is sent asks for nothing", async () => {
  const pair = aPair();
  await carry(pair);
  pair.resident.ice.old = true;

  pair.newcomer.connection.dispatchEvent(new Event("negotiationneeded"));
  await carry(pair);

  assert.deepEqual([pair.newcomer.connection.offersMade, pair.resident.ice.asked], [2, 0]);
});

test("a failed path is restarted at once by the impolite side and after two seconds by the polite one", async () => {
  const pair = aPair();
  await carry(pair);

  for (const end of [pair.newcomer, pair.resident]) end.connection.setIce("failed");
  await pair.clock.advance(100);
  assert.deepEqual([pair.resident.connection.offersMade, pair.newcomer.connection.offersMade], [1, 1]);

  await pair.clock.advance(2_000);
  assert.deepEqual([pair.resident.connection.offersMade, pair.newcomer.connection.offersMade], [1, 2]);
});

test("three restarts five seconds apart that bring nothing end in a word to the owner", async () => {
  const { resident, clock } = aPair();

  resident.connection.setIce("failed");
  await clock.advance(14_900);
  assert.equal(resident.link.state, "restarting");
  await clock.advance(200);

  assert.equal(resident.link.state, "exhausted");
});

test("an offer that waits for its answer is not made again, and in the end the owner hears of it", async () => {
  const { resident, newcomer, ...pair } = aPair();
  await carry({ resident, newcomer, ...pair });

  resident.connection.setIce("failed");
  await pair.clock.advance(14_900);

  assert.equal(resident.connection.offersMade, 1);
  await pair.clock.advance(200);
  assert.equal(resident.link.state, "exhausted");
});

test("a connection that has failed is restarted, also where ICE itself only says disconnected", async () => {
  const pair = aPair();
  await carry(pair);

  pair.resident.connection.setIce("disconnected", "failed");
  await pair.clock.advance(100);

  assert.deepEqual([pair.resident.connection.offersMade, pair.resident.link.state], [1, "restarting"]);
});

test("a connection that has failed over a path that is well has lost its keys, and only a new one helps", async () => {
  const pair = aPair();
  await carry(pair);

  pair.resident.connection.setIce("connected", "failed");

  assert.equal(pair.resident.link.state, "exhausted");
});

test("keys that are given up before there is a new path are dead on it, too", async () => {
  const pair = aPair();
  await carry(pair);
  const { connection, link } = pair.resident;
  connection.setIce("disconnected", "failed");

  connection.iceConnectionState = "connected";
  connection.dispatchEvent(new Event("iceconnectionstatechange"));
  await pair.clock.advance(900);
  assert.equal(link.state, "up");
  await pair.clock.advance(200);

  assert.equal(link.state, "exhausted");
});

test("a connection that follows its path a moment later is well", async () => {
  const pair = aPair();
  await carry(pair);
  const { connection, link } = pair.resident;
  connection.setIce("disconnected", "failed");

  connection.iceConnectionState = "connected";
  connection.dispatchEvent(new Event("iceconnectionstatechange"));
  connection.setIce("connected");
  await pair.clock.advance(2_000);

  assert.equal(link.state, "up");
});

test("without signaling no restart is spent, and the first one comes when signaling is back", async () => {
  const pair = aPair();
  await carry(pair);
  pair.resident.online = false;
  pair.resident.connection.setIce("failed");
  await pair.clock.advance(60_000);
  assert.equal(pair.resident.connection.offersMade, 0);

  pair.resident.online = true;
  pair.resident.link.nudge(0);
  await pair.clock.advance(10);

  assert.equal(pair.resident.connection.offersMade, 1);
});

test("a nudge leaves a link alone that is well", async () => {
  const pair = aPair();
  await carry(pair);
  pair.resident.connection.setIce("connected");

  pair.resident.link.nudge(0);
  await pair.clock.advance(10_000);

  assert.equal(pair.resident.connection.offersMade, 0);
});
