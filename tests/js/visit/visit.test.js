import assert from "node:assert/strict";
import test from "node:test";

import { HOST_LINK, connected, inTheRoom, media, withHost } from "./a_call.js";
import { settled } from "./fake_clock.js";
import { FakeTrack } from "./fake_devices.js";
import { a_welcome } from "./fake_socket.js";
import { a_member, a_snapshot } from "./messages.js";

test("somebody who waits sees the waiting room and links to nobody", async () => {
  const room = { state: "waiting", position: 1, host_present: true, admissible: true, message: "", in_room: [] };
  const call = await connected(a_snapshot({ me: { state: "waiting" } }), { type: "lobby.state", data: room });

  assert.equal(call.view.phase, "waiting");
  assert.equal(call.view.roster.waiting.host_present, true);
  assert.deepEqual(call.connections, []);
  assert.deepEqual(call.said("media.set"), []);
});

test("a newcomer who is let in makes the first offer and says what it sends", async () => {
  const call = await inTheRoom();

  const [offer] = call.said("rtc.offer");
  assert.deepEqual([offer.to, offer.data.gen, offer.data.neg], ["s_m_host", 1, 1]);
  assert.deepEqual(call.said("media.set")[0].data, { audio: true, video: true, share: false, level: 0 });
  assert.equal(call.view.phase, "in");
  assert.deepEqual(call.view.others.map(({ label, link }) => [label, link.state]), [["m_host by name", "up"]]);
});

test("an offer does not wait for the camera", async () => {
  const call = await connected(withHost());

  assert.equal(call.said("rtc.offer").length, 1);
});

test("a change of camera is sent without an offer, and said through the server and past it", async () => {
  const call = await inTheRoom();
  const microphone = new FakeTrack("audio", "m");

  call.visit.setMedia(media({ microphone, camera: null, cameraOff: true, muted: true }));
  await settled();

  const [sound, picture] = call.connections[0].getTransceivers();
  assert.deepEqual([sound.sender.track, picture.sender.track], [microphone, null]);
  assert.equal(call.said("rtc.offer").length, 1);
  assert.deepEqual(call.said("media.set").at(-1).data, { audio: false, video: false, share: false, level: 0 });
  assert.deepEqual(JSON.parse(call.connections[0].channel.sent.at(-1)), {
    type: "media",
    audio: false,
    video: false,
    share: false,
  });
});

test("somebody who comes with nothing is heard and seen later without an offer", async () => {
  const call = await connected(withHost());
  call.visit.setMedia(media({ microphone: null, camera: null, troubles: { microphone: "missing", camera: "missing" } }));
  await call.clock.advance(20);
  assert.deepEqual(call.said("media.set").at(-1).data, { audio: false, video: false, share: false, level: 0 });

  const microphone = new FakeTrack("audio", "late");
  call.visit.setMedia(media({ microphone, camera: null }));
  await settled();

  assert.deepEqual(call.connections[0].getTransceivers().map(({ sender }) => sender.track), [microphone, null, null]);
  assert.deepEqual(call.said("media.set").at(-1).data, { audio: true, video: false, share: false, level: 0 });
  assert.equal(call.said("rtc.offer").length, 1);
});

test("somebody who may not publish sends nothing", async () => {
  const call = await connected(withHost({ me: { caps: ["chat"] } }));
  call.visit.setMedia(media());
  await settled();

  assert.deepEqual(call.connections[0].getTransceivers().map(({ sender }) => sender.track), [null, null, null]);
  assert.deepEqual(call.said("media.set").at(-1).data, { audio: false, video: false, share: false, level: 0 });
});

test("what was said too fast is said again", async () => {
  const call = await inTheRoom();
  const { seq } = call.said("media.set").at(-1);

  await call.serve({ type: "reply", re: seq, error: { code: "slow_down", message: "", retry_ms: 400 } });
  await call.clock.advance(1_000);

  assert.equal(call.said("media.set").length, 2);
});

test("a peer's own word about its microphone counts while the server is away", async () => {
  const call = await inTheRoom();
  call.socket.break();

  const text = JSON.stringify({ type: "media", audio: true, video: "yes", share: false });
  call.connections[0].channel.dispatchEvent(new MessageEvent("message", { data: text }));

  assert.deepEqual(call.view.others[0].media, { audio: true, video: false, share: false, level: 0 });
});

test("the state of every link is reported, as evidence that a silent member is there", async () => {
  const call = await inTheRoom();

  await call.clock.advance(5_000);

  const { data } = call.said("link.state").at(-1);
  assert.deepEqual([data.peer, data.gen, data.pc, data.ice, data.quality], ["s_m_host", 1, "connected", "connected", "good"]);
});

test("chat goes out with an id of its own and its refusal comes back", async () => {
  const call = await inTheRoom();
  const refused = assert.rejects(call.visit.say("Hello"), { code: "too_big", message: "Please write less." });
  const [{ seq, data }] = call.said("chat.send");

  await call.serve({ type: "reply", re: seq, error: { code: "too_big", message: "Please write less." } });

  assert.deepEqual(data, { id: "c-1", text: "Hello" });
  await refused;
});

for (const [what, act, type, data] of [
  ["letting somebody in", (visit) => visit.admit("m_a"), "lobby.admit", { member: "m_a" }],
  ["sending somebody away", (visit) => visit.deny("m_a", "Later."), "lobby.deny", { member: "m_a", reason: "Later." }],
  ["locking the visit", (visit) => visit.lock(), "visit.lock", undefined],
  ["unlocking it", (visit) => visit.unlock(), "visit.unlock", undefined],
  ["sending somebody out", (visit) => visit.remove("m_a"), "member.kick", { member: "m_a" }],
  ["asking somebody to mute", (visit) => visit.askToMute("m_a", "audio"), "member.mute", { member: "m_a", kind: "audio" }],
  ["ending for everybody", (visit) => visit.endForAll(), "visit.end", { confirm: true }],
]) {
  test(`${what} is a command that waits for its answer`, async () => {
    const call = await inTheRoom();
    const answer = act(call.visit);
    const [{ seq, data: sent }] = call.said(type);

    await call.serve({ type: "reply", re: seq, ok: true });

    assert.deepEqual(sent, data);
    await answer;
  });
}

for (const code of [4440, 4441, 4403, 4410]) {
  test(`after ${code} every connection is closed and no timer is left`, async () => {
    const call = await inTheRoom();

    call.socket.break(code);
    await settled();

    assert.equal(call.connections[0].closed, true);
    assert.equal(call.view.phase, "ended");
    assert.equal(call.clock.pending, 0);
  });
}

test("somebody who is sent away reads why", async () => {
  const call = await connected(a_snapshot({ me: { state: "waiting" } }));
  await call.serve({ type: "lobby.state", data: { state: "denied", message: "We start in ten minutes.", in_room: [] } });

  call.socket.break(4403);

  assert.deepEqual([call.view.ended, call.view.message], ["denied", "We start in ten minutes."]);
});

test("a call that was moved away can be moved back, with new connections", async () => {
  const call = await inTheRoom();
  call.socket.break(4410);

  call.visit.moveHere();
  await settled();
  call.socket.open();
  await call.serve(a_welcome({ session_id: "s_back" }), withHost({ links: [{ ...HOST_LINK, gen: 2 }] }));

  assert.equal(call.view.phase, "in");
  assert.deepEqual(call.connections.map(({ closed }) => closed), [true, false]);
});

test("being let in, arrivals and chat are told as news", async () => {
  const call = await connected(a_snapshot({ me: { state: "waiting" } }));

  await call.serve(withHost(), { type: "member.joined", data: a_member("m_a") });

  assert.deepEqual(call.news.map(({ kind }) => kind), ["admitted", "joined"]);
});

test("stopping leaves no timer and says nothing", async () => {
  const call = await inTheRoom();
  const count = call.socket.heard.length;

  call.visit.stop();
  await call.clock.advance(10_000);

  assert.equal(call.socket.heard.length, count);
  assert.equal(call.clock.pending, 0);
});
