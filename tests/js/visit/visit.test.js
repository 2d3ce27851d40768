import assert from "node:assert/strict";
import test from "node:test";

import { VisitCall } from "../../../static/js/visit/visit.js";
import { FakeClock, settled } from "./fake_clock.js";
import { FakeConnection } from "./fake_connection.js";
import { FakeTrack } from "./fake_devices.js";
import { FakeSocket, a_welcome } from "./fake_socket.js";
import { a_member, a_snapshot } from "./messages.js";

const ME = a_member("m_me", { session: "s_me" });
const HOST = a_member("m_host", { role: "specialist", host: true });
const HOST_LINK = { peer: "s_m_host", gen: 1, polite: true, initiator: true };
const withHost = (changes = {}) => a_snapshot({ members: [ME, HOST], links: [HOST_LINK], ...changes });
const media = (changes = {}) => ({
  microphone: new FakeTrack("audio", "m"),
  camera: new FakeTrack("video", "c"),
  muted: false,
  cameraOff: false,
  troubles: {},
  ...changes,
});

/** A call whose server is the test. */
function aCall() {
  const call = { clock: new FakeClock(), sockets: [], connections: [], news: [], troubles: [], ids: 0, view: null };
  call.visit = new VisitCall(
    {
      getGrant: async () => ({ ticket: "t", signal_url: "ws://x" }),
      openSocket: (url, protocol) => {
        call.sockets.push(Object.assign(new FakeSocket(url, protocol), { lively: true }));
        return call.sockets.at(-1);
      },
      createConnection: (configuration) => {
        call.connections.push(new FakeConnection(configuration));
        return call.connections.at(-1);
      },
      stream: { id: "mine" },
      clock: call.clock,
      random: () => 0,
      newId: () => `c-${(call.ids += 1)}`,
      tabId: "tab-00000001",
      device: { ua: "", net: "" },
    },
    {
      onChange: (view) => (call.view = view),
      onNews: (news) => call.news.push(news),
      onTrouble: (what) => call.troubles.push(what),
    },
  );
  Object.defineProperty(call, "socket", { get: () => call.sockets.at(-1) });
  call.said = (type) => call.socket.heard.filter((frame) => frame.type === type);
  let seq = 0;
  call.serve = async (...frames) => {
    for (const frame of frames) {
      if (frame.type === "welcome") seq = 0;
      const numbered = !["welcome", "resumed", "resume.denied", "error"].includes(frame.type);
      call.socket.say(numbered ? { ...frame, seq: (seq += 1) } : frame);
    }
    await settled();
  };
  return call;
}

async function connected(...frames) {
  const call = aCall();
  call.visit.start();
  await settled();
  call.socket.open();
  await call.serve(a_welcome(), ...frames);
  return call;
}

async function inTheRoom() {
  const call = await connected(withHost());
  call.visit.setMedia(media());
  await call.clock.advance(20);
  call.connections[0].setIce("connected");
  return call;
}

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
