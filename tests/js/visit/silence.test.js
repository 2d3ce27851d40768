import assert from "node:assert/strict";
import test from "node:test";

import { inTheRoom, withHost } from "./a_call.js";
import { aPair, carry } from "./a_link.js";
import { a_member } from "./messages.js";

/** A pair whose path stands, with sound coming in at both ends. */
async function aPairThatTalks() {
  const pair = aPair();
  await carry(pair);
  for (const end of [pair.newcomer, pair.resident]) end.connection.setIce("connected");
  await listen(pair, 1_000);
  return pair;
}

/** Let time pass in which sound comes in at these ends. */
async function listen({ clock, ...ends }, ms) {
  for (let past = 0; past < ms; past += 250) {
    await clock.advance(250);
    for (const { connection } of Object.values(ends)) hear(connection, clock);
  }
}

const hear = (connection, clock) => (connection.getTransceivers()[0].sources = [{ audioLevel: 0, timestamp: 1 + clock.now() }]);

test("a link is in trouble when nothing has come in for a second, long before the path says so", async () => {
  const { resident, clock } = await aPairThatTalks();
  assert.equal(resident.link.troubled, false);

  await clock.advance(1_500);

  assert.deepEqual([resident.link.troubled, resident.link.state, resident.silences], [true, "up", 1]);
});

test("while sound comes in, the lines of the pictures are not asked after", async () => {
  const pair = await aPairThatTalks();
  const [, ...pictures] = pair.resident.connection.getTransceivers();
  let asked = 0;
  for (const { receiver } of pictures) receiver.getSynchronizationSources = () => ((asked += 1), []);

  await listen(pair, 2_000);

  assert.equal(asked, 0);
});

test("a link over which only pictures come in is not in trouble", async () => {
  const { resident, clock } = await aPairThatTalks();

  for (let past = 0; past < 3_000; past += 250) {
    await clock.advance(250);
    resident.connection.getTransceivers()[1].sources = [{ timestamp: 1 + clock.now() }];
  }

  assert.equal(resident.link.troubled, false);
});

test("a link over which nothing has ever come in is not in trouble", async () => {
  const pair = aPair();
  await carry(pair);
  pair.resident.connection.setIce("connected");

  await pair.clock.advance(60_000);

  assert.equal(pair.resident.link.troubled, false);
});

test("silence that lasts is worth one look for another path, by the impolite side first", async () => {
  const { newcomer, resident, clock } = await aPairThatTalks();

  await clock.advance(4_900);
  assert.deepEqual([resident.connection.offersMade, newcomer.connection.offersMade], [1, 1]);
  await clock.advance(2_000);
  assert.deepEqual([resident.connection.offersMade, newcomer.connection.offersMade], [1, 2]);
  await clock.advance(60_000);
  assert.deepEqual([resident.connection.offersMade, newcomer.connection.offersMade], [1, 2]);
  assert.equal(resident.link.state, "up");
});

test("a short silence starts nothing, and afterwards the next picture needs none that was missed", async () => {
  const pair = await aPairThatTalks();
  const { sender } = pair.resident.connection.getTransceivers()[1];
  await pair.clock.advance(3_000);
  assert.equal(sender.wholePictures, 0);

  await listen(pair, 1_000);

  assert.deepEqual([pair.resident.link.troubled, pair.resident.connection.offersMade, sender.wholePictures], [false, 0, 1]);
});

test("a browser that cannot be asked for a whole picture is switched off and on", async () => {
  const pair = await aPairThatTalks();
  const { sender } = pair.resident.connection.getTransceivers()[1];
  sender.knowsOptions = false;

  await pair.clock.advance(2_000);
  await listen(pair, 1_000);

  assert.deepEqual(sender.activity, [true, false, true]);
});

test("a picture that is not sent just now is left alone", async () => {
  const pair = await aPairThatTalks();
  const { sender } = pair.resident.connection.getTransceivers()[1];
  await sender.setParameters({ encodings: [{ active: false }] });

  await pair.clock.advance(2_000);
  await listen(pair, 1_000);

  assert.deepEqual([sender.wholePictures, sender.encoding.active], [0, false]);
});

test("while a link is silent the line to the server is watched, and renewed if it is silent, too", async () => {
  const call = await inTheRoom();
  const [connection] = call.connections;
  for (let turn = 0; turn < 4; turn += 1) {
    hear(connection, call.clock);
    await call.clock.advance(250);
  }
  call.socket.lively = false;

  await call.clock.advance(3_400);

  assert.equal(call.sockets.length, 2);
});

test("what comes in over a link is told apart from a server that is away", async () => {
  const call = await inTheRoom();
  call.socket.break();
  const heard = [];
  for (let turn = 0; turn < 4; turn += 1) {
    hear(call.connections[0], call.clock);
    await call.clock.advance(250);
    heard.push(call.view.others[0].link.carries);
  }
  assert.deepEqual([call.view.reconnecting, new Set(heard)], [true, new Set([true])]);

  await call.clock.advance(1_500);

  assert.equal(call.view.others[0].link.carries, false);
});

test("whose line was lost looks for a path as soon as it has another one", async () => {
  const call = await inTheRoom();
  const [connection] = call.connections;
  await call.serve({ type: "rtc.answer", from: "s_m_host", data: { gen: 1, neg: 1, sdp: "v=0" } });
  hear(connection, call.clock);
  await call.clock.advance(1_500);
  const offers = connection.offersMade;

  call.socket.break();
  await call.clock.advance(0);
  call.socket.open();
  await call.serve({ type: "resumed", data: { session_id: "s_me", from_s: 9, to_s: 8, epoch: 1, resend_from_c: 1, ice: null } });
  await call.clock.advance(300);
  const { seq } = call.said("ice.get").at(-1);
  await call.serve({ type: "ice.config", re: seq, ok: true, data: { iceServers: [], iceTransportPolicy: "all", ttl_s: 600 } });
  await call.clock.advance(0);

  assert.equal(connection.offersMade, offers + 1);
});

test("for somebody who is away no restart is spent, and who is back has two seconds to mend the link", async () => {
  const away = a_member("m_host", { role: "specialist", host: true, conn: "away" });
  const call = await inTheRoom();
  await call.serve({ type: "member.changed", data: away });
  call.connections[0].setIce("failed");
  await call.clock.advance(60_000);
  assert.equal(call.said("ice.get").length, 0);

  await call.serve({ type: "member.changed", data: { ...away, conn: "ok" } });
  await call.clock.advance(1_900);
  assert.equal(call.said("ice.get").length, 0);
  await call.clock.advance(200);

  assert.equal(call.said("ice.get").length, 1);
  assert.equal(call.said("link.reset").length, 0);
});
