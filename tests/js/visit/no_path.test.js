import assert from "node:assert/strict";
import test from "node:test";

import { HOST_LINK, inTheRoom, withHost } from "./a_call.js";

const TURN = { iceServers: [{ urls: ["turn:t?transport=udp", "turns:t"] }], iceTransportPolicy: "all", ttl_s: 600 };

/** The path breaks, nothing mends it, and the server makes the link anew. */
async function loseAndReset(call, gen, { why = "no path was found" } = {}) {
  call.connections.at(-1).setIce("failed");
  await call.clock.advance(20_000);
  await call.serve({ type: "link.reset", data: { ...HOST_LINK, gen, why } });
  await call.clock.advance(4_000);
}

const policyOf = ({ connections }) => connections.at(-1).configuration.iceTransportPolicy;
const cameraOf = ({ connections }) => connections.at(-1).getTransceivers()[1].sender.encoding;

test("without a path: relays only, then sound only, then the telephone, and always on", async () => {
  const call = await inTheRoom(withHost({ ice: TURN }));

  await loseAndReset(call, 2);
  assert.deepEqual([policyOf(call), cameraOf(call).active, call.view.advice], ["relay", true, null]);
  assert.deepEqual(call.connections.at(-1).configuration.iceServers[0].urls, ["turns:t", "turn:t?transport=udp"]);

  await loseAndReset(call, 3);
  assert.deepEqual([policyOf(call), cameraOf(call).active, call.view.advice], ["relay", false, "sound-only"]);

  await loseAndReset(call, 4);
  assert.deepEqual([policyOf(call), cameraOf(call).active, call.view.advice], ["all", false, "phone"]);

  await call.clock.advance(30_000);
  assert.deepEqual(call.said("link.reset").at(-1).data, { peer: "s_m_host", gen: 5, why: "nobody answered" });
});

test("a link that is made anew is told from a first one, until it has proved itself", async () => {
  const call = await inTheRoom(withHost({ ice: TURN }));
  assert.equal(call.view.others[0].link.anew, false);

  await loseAndReset(call, 2);
  assert.deepEqual([call.view.others[0].link.state, call.view.others[0].link.anew], ["connecting", true]);

  call.connections.at(-1).setIce("connected");
  await call.clock.advance(31_000);
  assert.equal(call.visit.view.others[0].link.anew, false);
});

test("when a path is found at last, the telephone is no longer asked for and the picture comes back", async () => {
  const call = await inTheRoom(withHost({ ice: TURN }));
  for (const gen of [2, 3, 4]) await loseAndReset(call, gen);

  call.connections.at(-1).setIce("connected");
  await call.clock.advance(2_000);

  assert.equal(call.view.advice, "sound-only");
});

test("a link that has been up for half a minute begins anew with every way", async () => {
  const call = await inTheRoom(withHost({ ice: TURN }));
  await loseAndReset(call, 2);
  call.connections.at(-1).setIce("connected");
  await call.clock.advance(31_000);

  await loseAndReset(call, 3);

  assert.deepEqual([policyOf(call), call.view.advice], ["relay", null]);
});

test("a link that breaks again at once has proved nothing", async () => {
  const call = await inTheRoom(withHost({ ice: TURN }));
  await loseAndReset(call, 2);
  call.connections.at(-1).setIce("connected");
  await call.clock.advance(20_000);
  call.connections.at(-1).setIce("disconnected");
  await call.clock.advance(11_000);

  await loseAndReset(call, 3);

  assert.equal(call.view.advice, "sound-only");
});

test("somebody who loads the page anew is met by every way", async () => {
  const call = await inTheRoom(withHost({ ice: TURN }));
  await loseAndReset(call, 2);

  await loseAndReset(call, 3, { why: "rejoined" });

  assert.deepEqual([policyOf(call), call.view.advice], ["all", null]);
});

test("a reset that is told twice counts once", async () => {
  const call = await inTheRoom(withHost({ ice: TURN }));
  await loseAndReset(call, 2);

  await call.serve({ type: "link.reset", data: { ...HOST_LINK, gen: 2, why: "no path was found" } });
  await call.clock.advance(4_000);

  assert.deepEqual([cameraOf(call).active, call.connections.length], [true, 2]);
});
