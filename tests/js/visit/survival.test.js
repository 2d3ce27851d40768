import assert from "node:assert/strict";
import test from "node:test";

import { a_welcome } from "./fake_socket.js";
import { HOST_LINK, ME, connected, inTheRoom, withHost } from "./a_call.js";
import { settled } from "./fake_clock.js";
import { a_snapshot } from "./messages.js";

/** The server was away and has come back with another epoch. */
async function afterARestart(call, snapshot) {
  call.socket.break();
  await call.clock.advance(0);
  call.socket.open();
  await call.serve({ type: "resume.denied", data: { code: "epoch_changed" } });
  await call.clock.advance(0);
  call.socket.open();
  await call.serve(a_welcome({ epoch: 2 }), snapshot);
}

test("a lost socket closes no connection", async () => {
  const call = await inTheRoom();

  call.socket.break();
  await call.clock.advance(60_000);

  assert.equal(call.connections[0].closed, false);
  assert.deepEqual([call.view.phase, call.view.reconnecting], ["in", true]);
  assert.equal(call.view.others[0].link.state, "up");
});

test("after a restart of the server nothing is negotiated and nobody is lost", async () => {
  const call = await inTheRoom();
  const offers = call.connections[0].offersMade;

  await afterARestart(call, withHost());
  await call.clock.advance(10_000);

  assert.equal(call.connections.length, 1);
  assert.equal(call.connections[0].offersMade, offers);
  assert.equal(call.view.others[0].link.state, "up");
  assert.deepEqual([call.view.phase, call.view.reconnecting], ["in", false]);
});

test("hello after a restart says which connections this page still holds", async () => {
  const call = await inTheRoom();
  call.socket.break();
  await call.clock.advance(0);
  call.socket.open();
  await call.serve({ type: "resume.denied", data: { code: "epoch_changed" } });
  await call.clock.advance(0);
  call.socket.open();

  assert.deepEqual(call.said("hello")[0].data.pcs, [{ peer: "s_m_host", gen: 1, state: "connected" }]);
});

test("a snapshot with another generation replaces the connection", async () => {
  const call = await inTheRoom();

  await afterARestart(call, withHost({ links: [{ ...HOST_LINK, gen: 2 }] }));

  assert.deepEqual(call.connections.map(({ closed }) => closed), [true, false]);
});

test("a connection to somebody whom the server has lost goes on for two minutes", async () => {
  const call = await inTheRoom();

  await afterARestart(call, a_snapshot({ members: [ME] }));
  await call.clock.advance(119_000);
  assert.equal(call.connections[0].closed, false);

  await call.clock.advance(2_000);
  assert.equal(call.connections[0].closed, true);
});

test("a connection that is named again in time is kept", async () => {
  const call = await inTheRoom();
  await afterARestart(call, a_snapshot({ members: [ME] }));

  await call.serve({ type: "link.open", data: HOST_LINK });
  await call.clock.advance(300_000);

  assert.equal(call.connections[0].closed, false);
});

test("a link that is not well in a snapshot is mended with fresh relay credentials", async () => {
  const call = await inTheRoom();
  call.connections[0].setIce("disconnected");

  await afterARestart(call, withHost());
  await call.clock.advance(2_000);
  const [{ seq }] = call.said("ice.get");
  await call.serve({
    type: "ice.config",
    re: seq,
    ok: true,
    data: { iceServers: [{ urls: ["turn:new"] }], iceTransportPolicy: "all", ttl_s: 600 },
  });

  assert.deepEqual(call.connections[0].configuration.iceServers, [{ urls: ["turn:new"] }]);
  assert.equal(call.connections.length, 1);
});

test("a link that cannot be mended is asked to be made anew, in the next generation", async () => {
  const call = await inTheRoom();

  call.connections[0].setIce("failed");
  await call.clock.advance(18_000);
  assert.deepEqual(call.said("link.reset")[0].data, { peer: "s_m_host", gen: 2, why: "no path was found" });

  await call.serve({ type: "link.reset", data: { ...HOST_LINK, gen: 2, why: "no path was found" } });
  assert.deepEqual(call.connections.map(({ closed }) => closed), [true, false]);
});

test("an offer that nobody answers for 20 s leads to a new link", async () => {
  const call = await connected(withHost());

  await call.clock.advance(20_100);

  assert.equal(call.said("link.reset").length, 1);
});
