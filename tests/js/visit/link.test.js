import assert from "node:assert/strict";
import test from "node:test";

import { LINES } from "../../../static/js/visit/lines.js";
import { aPair, carry, taken, types } from "./a_link.js";
import { settled } from "./fake_clock.js";
import { FakeTrack } from "./fake_devices.js";

test("one offer and one answer lay out sound, camera, screen and the control channel for both", async () => {
  const pair = aPair();

  await carry(pair);

  for (const end of [pair.newcomer, pair.resident]) {
    const lines = end.connection.getTransceivers();
    assert.deepEqual(lines.map(({ kind }) => kind), ["audio", "video", "video"]);
    assert.deepEqual(lines.map(({ direction }) => direction), ["sendrecv", "sendrecv", "sendrecv"]);
    assert.deepEqual(lines.map(({ sender }) => sender.track?.kind), ["audio", "video", undefined]);
    assert.deepEqual({ negotiated: end.connection.channel.negotiated, id: end.connection.channel.id }, { negotiated: true, id: 0 });
    assert.equal(end.connection.signalingState, "stable");
  }
  assert.deepEqual([pair.newcomer.connection.offersMade, pair.resident.connection.offersMade], [1, 0]);
  assert.deepEqual(pair.resident.lines, LINES);
});

test("a camera that is changed, stopped or added later needs no new offer", async () => {
  const pair = aPair();
  await carry(pair);
  const other = new FakeTrack("video", "other");

  await pair.newcomer.link.setTrack("camera", other);
  await pair.resident.link.setTrack("camera", null);
  await pair.resident.link.setTrack("share", other);
  await carry(pair);

  assert.equal(pair.newcomer.connection.getTransceivers()[1].sender.track, other);
  assert.equal(pair.resident.connection.getTransceivers()[1].sender.track, null);
  assert.equal(pair.resident.connection.getTransceivers()[2].sender.track, other);
  assert.deepEqual([pair.newcomer.connection.offersMade, pair.resident.connection.offersMade], [1, 0]);
});

test("a track that is chosen before the first offer arrives is in the first answer", async () => {
  const pair = aPair();
  const late = new FakeTrack("video", "late");

  await pair.resident.link.setTrack("camera", late);
  await carry(pair);

  assert.equal(pair.resident.connection.getTransceivers()[1].sender.track, late);
});

test("candidates of one moment travel in one message, and the first ones soon", async () => {
  const { newcomer, clock } = aPair();

  await clock.advance(15);

  assert.deepEqual(types(newcomer), ["rtc.offer", "rtc.ice"]);
  const { cands, eoc, ufrag } = newcomer.sent[1].data;
  assert.deepEqual([cands.length, eoc, cands[0].usernameFragment], [1, true, ufrag]);
});

test("when two offers cross, the polite side gives way and both end up stable", async () => {
  const pair = aPair();
  await carry(pair);
  pair.newcomer.connection.restartIce();
  pair.resident.connection.restartIce();

  await carry(pair);

  for (const end of [pair.newcomer, pair.resident]) {
    assert.equal(end.connection.signalingState, "stable");
    assert.deepEqual(end.troubles, []);
    const fragment = /ufrag:(\w+)/.exec(end.connection.remoteDescription.sdp)[1];
    assert.equal(end.connection.addedCandidates.at(-1).usernameFragment, fragment);
  }
});

test("200 crossing offers leave both sides stable", async () => {
  const pair = aPair();
  await carry(pair);

  for (let turn = 0; turn < 200; turn += 1) {
    pair.newcomer.connection.restartIce();
    pair.resident.connection.restartIce();
    if (turn % 3 === 0) await carry(pair);
  }
  await carry(pair);

  assert.deepEqual([pair.newcomer.troubles, pair.resident.troubles], [[], []]);
  assert.equal(pair.newcomer.connection.signalingState, "stable");
  assert.equal(pair.resident.connection.signalingState, "stable");
});

test("messages of another generation change nothing", async () => {
  const { resident, newcomer, clock } = aPair();
  await clock.advance(15);
  const offer = taken(newcomer, "rtc.offer");

  await resident.link.receive("rtc.offer", { ...offer, gen: 2 });
  await resident.link.receive("rtc.ice", { gen: 2, cands: [{ candidate: "x" }] });

  assert.equal(resident.connection.remoteDescription, null);
  assert.deepEqual(resident.sent, []);
});

test("an answer to an older offer changes nothing", async () => {
  const pair = aPair();
  await carry(pair);
  pair.newcomer.connection.restartIce();
  await pair.clock.advance(15);
  const { neg } = taken(pair.newcomer, "rtc.offer");

  await pair.newcomer.link.receive("rtc.answer", { gen: 1, neg: neg - 1, sdp: "v=0" });

  assert.equal(pair.newcomer.connection.signalingState, "have-local-offer");
});

test("a candidate that comes before its description waits for it", async () => {
  const { newcomer, resident, clock } = aPair();
  await clock.advance(15);
  const offer = taken(newcomer, "rtc.offer");
  const candidates = taken(newcomer, "rtc.ice");

  await resident.link.receive("rtc.ice", candidates);
  assert.deepEqual(resident.connection.addedCandidates, []);
  await resident.link.receive("rtc.offer", offer);

  assert.equal(resident.connection.addedCandidates.length, 1);
});

test("a candidate of a description that was replaced is dropped", async () => {
  const pair = aPair();
  await carry(pair);
  const before = pair.resident.connection.addedCandidates.length;

  await pair.resident.link.receive("rtc.ice", { gen: 1, ufrag: "old", cands: [{ candidate: "c", usernameFragment: "old" }] });

  assert.equal(pair.resident.connection.addedCandidates.length, before);
});

test("a description that the browser refuses is noted, and the next one still works", async () => {
  const pair = aPair();

  await pair.resident.link.receive("rtc.offer", { gen: 1, neg: 1, sdp: "nonsense" });
  await carry(pair);

  assert.deepEqual(pair.resident.troubles, ["rtc.offer: InvalidAccessError"]);
  assert.equal(pair.resident.connection.signalingState, "stable");
  assert.notEqual(pair.resident.connection.remoteDescription, null);
});

test("what is said on the control channel reaches the other side's ear, and nonsense does not", async () => {
  const pair = aPair();
  await carry(pair);
  pair.newcomer.connection.setIce("connected");
  pair.newcomer.link.control({ type: "media" });
  const [text] = pair.newcomer.connection.channel.sent;

  pair.resident.connection.channel.dispatchEvent(new MessageEvent("message", { data: text }));
  pair.resident.connection.channel.dispatchEvent(new MessageEvent("message", { data: "{nonsense" }));
  pair.resident.connection.channel.dispatchEvent(new MessageEvent("message", { data: "7" }));

  assert.deepEqual(pair.resident.heard, [{ type: "media" }]);
});

test("a link that is closed says nothing more and leaves no timer", async () => {
  const { newcomer, clock } = aPair();
  await settled();
  newcomer.link.close();
  const sent = newcomer.sent.length;

  await clock.advance(10_000);
  await newcomer.link.receive("rtc.offer", { gen: 1, neg: 9, sdp: "v=0" });

  assert.equal(newcomer.sent.length, sent);
  assert.equal(newcomer.connection.closed, true);
  assert.equal(clock.pending, 0);
  assert.deepEqual(newcomer.states, ["closed"]);
});

test("a link whose description cannot be had is made anew, if it was up", async () => {
  const pair = aPair();
  await carry(pair);
  pair.newcomer.connection.setIce("connected");

  await pair.newcomer.link.receive("rtc.offer", { gen: 1, neg: 1, sdp: "nonsense" });
  await pair.resident.link.receive("rtc.offer", { gen: 1, neg: 7, sdp: "nonsense" });

  assert.equal(pair.newcomer.link.state, "exhausted");
  assert.equal(pair.resident.link.state, "connecting");
});
