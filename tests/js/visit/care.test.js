import assert from "node:assert/strict";
import test from "node:test";

import { HOST_LINK, ME, inTheRoom, withHost } from "./a_call.js";
import { settled } from "./fake_clock.js";
import { SafetyExchange, fingerprintIn } from "../../../static/js/visit/safety.js";
import { a_member } from "./messages.js";

const HOST = a_member("m_host", { role: "specialist", host: true, media: { audio: true, video: true, share: false, level: 0 } });

/** A call that has stood for a while, whose peer has answered the first offer. */
async function aCall(snapshot = withHost({ members: [ME, HOST] })) {
  const call = await inTheRoom(snapshot);
  call.connection = call.connections[0];
  await answer(call, 1);
  call.connection.setIce("connected");
  call.hear = (message) => call.connection.channel.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  call.told = (type) => call.connection.channel.sent.map((text) => JSON.parse(text)).filter((message) => message.type === type);
  call.sender = (index) => call.connection.getTransceivers()[index].sender;
  /** Let so many seconds pass, on a line of which the peer says this. */
  call.during = async (seconds, received, stats) => {
    for (const end = call.clock.now() + 1000 * seconds; call.clock.now() < end; ) {
      if (stats) call.connection.stats = stats(call.clock.now());
      if (received) call.hear({ type: "quality", ...received });
      await call.clock.advance(2_000);
    }
  };
  await call.during(10, { sound: 95, frames: 20, frozen: 0 });
  return call;
}

async function answer(call, neg) {
  const [line] = call.connection.localDescription.sdp.split("\r\n").slice(-1);
  const sdp = ["v=0", `a=fingerprint:sha-256 ${"BE:".repeat(31)}EF`, "a=ice-ufrag:theirs", "m=audio 9", "m=video 9", line].join("\r\n");
  await call.serve({ type: "rtc.answer", from: "s_m_host", data: { gen: 1, neg, sdp } });
}

const lossy = (percent) => (atMs) => [
  { type: "outbound-rtp", id: "A", kind: "audio", mid: "0" },
  { type: "remote-inbound-rtp", localId: "A", timestamp: atMs, fractionLost: percent / 100 },
];
const TORN = { sound: 50, frames: 20, frozen: 0 };
const FINE = { sound: 95, frames: 20, frozen: 0 };

test("on a good line two people send 720 lines", async () => {
  const call = await aCall();

  assert.equal(call.sender(1).encoding.maxBitrate, 1_700_000);
  assert.deepEqual([call.view.advice, call.view.others[0].link.level], [null, 0]);
});

test("every two seconds the other side is told what arrives from it", async () => {
  const call = await aCall();

  assert.ok(call.told("quality").length >= 4);
});

test("a line that tears the sound sends a small picture, then none, and says so to everybody", async () => {
  const call = await aCall();

  await call.during(6, TORN);
  assert.equal(call.sender(1).encoding.maxBitrate, 160_000);
  await call.during(8, TORN);
  assert.equal(call.sender(1).encoding.active, true, "the full buffers of a moment ago are no evidence");
  await call.during(2, TORN);

  assert.equal(call.sender(1).encoding.active, false);
  assert.deepEqual(call.told("level").map(({ level }) => level), [2, 3]);
  assert.equal(call.said("media.set").at(-1).data.level, 3);
  assert.equal(call.said("link.state").at(-1).data.level, 3);
  assert.equal(call.view.advice, "sound-only");
  assert.equal(call.said("rtc.offer").length, 1);
});

test("the picture comes back by itself", async () => {
  const call = await aCall();
  await call.during(18, TORN);

  await call.during(28, FINE);
  assert.equal(call.sender(1).encoding.active, true);
  await call.during(44, FINE);

  assert.equal(call.sender(1).encoding.maxBitrate, 1_700_000);
  assert.equal(call.view.advice, null);
  assert.equal(call.said("media.set").at(-1).data.level, 0);
});

test("somebody who would rather be seen keeps a small picture", async () => {
  const call = await aCall();
  await call.during(18, TORN);

  call.visit.keepPicture(true);
  await call.during(2, TORN);

  assert.deepEqual([call.sender(1).encoding.active, call.sender(1).encoding.maxBitrate], [true, 160_000]);
});

test("sound that is hopeless leads to the telephone", async () => {
  const call = await aCall();

  await call.during(90, { sound: 5 });

  assert.equal(call.view.advice, "phone");
  assert.equal(call.sender(0).encoding.maxBitrate, 24_000);
});

test("who sends only sound because of a weak line gets a small picture, or none, and no blame for its own", async () => {
  const call = await aCall();

  call.hear({ type: "level", level: 3 });
  await call.during(2, FINE);
  assert.equal(call.sender(1).encoding.maxBitrate, 160_000);
  assert.equal(call.view.others[0].link.theirLevel, 3);

  call.hear({ type: "level", level: 4 });
  await call.during(2, FINE);
  assert.equal(call.sender(1).encoding.active, false);
  assert.deepEqual(call.told("level"), []);
});

test("nonsense from a peer changes nothing", async () => {
  const call = await aCall();

  for (const level of [-1, 6, 2.5, "3", null, undefined, {}]) call.hear({ type: "level", level });
  for (const sound of ["5", null, {}]) await call.during(10, { sound });
  call.hear({ type: "quality", frozen: [100] });

  assert.deepEqual([call.view.others[0].link.theirLevel, call.view.others[0].link.level], [0, 0]);
});

test("sound that is lost is sent twice, agreed upon once, and before anything is given up", async () => {
  const call = await aCall();

  await call.during(4, FINE, lossy(5));
  assert.equal(call.said("rtc.offer").length, 2);
  await answer(call, 2);
  await call.during(30, FINE, lossy(12));

  assert.equal(call.sender(0).getParameters().codecs[0].mimeType, "audio/red");
  assert.equal(call.view.others[0].link.level, 0);
  assert.equal(call.said("rtc.offer").length, 2);
});

test("while a path is looked for nothing is agreed upon anew", async () => {
  const call = await aCall();
  call.connection.setIce("disconnected");

  await call.during(2, FINE, lossy(5));

  assert.equal(call.said("rtc.offer").length, 1);
});

test("an interruption takes no step and the picture is whole after it", async () => {
  const call = await aCall();

  await call.during(8, null);
  call.connection.setIce("disconnected");
  await call.during(2, null);
  call.connection.setIce("connected");
  await call.during(4, { sound: 0, frozen: 100, frames: 1 });
  await call.during(8, FINE);

  assert.equal(call.view.others[0].link.level, 0);
  assert.deepEqual(call.told("level"), []);
});

test("the page and its peer come to the same four words, and to none with another certificate", async () => {
  const call = await aCall();
  const { localDescription, remoteDescription } = call.connection;
  const views = [];
  const host = new SafetyExchange(
    { gen: 1, initiator: false, me: "s_m_host", peer: "s_me" },
    {
      send: (message) => call.hear(message) ?? true,
      fingerprints: () => ({ own: fingerprintIn(remoteDescription.sdp), theirs: fingerprintIn(localDescription.sdp) }),
      onChange: (view) => views.push(view),
    },
  );

  /** Hashes are made beside the clock. */
  const said = async (type) => {
    while (call.told(type).length === 0) await settled();
    return call.told(type)[0];
  };
  await host.receive(await said("safety.commit"));
  await host.receive(await said("safety.reveal"));
  while (call.view.others[0].link.safety === null) await settled();

  assert.deepEqual(call.view.others[0].link.safety, views[0]);
  assert.equal(views[0].words.length, 4);
  call.connection.remoteDescription = { ...remoteDescription, sdp: localDescription.sdp };
  await call.during(2, FINE);
  while (call.view.others[0].link.safety.state === "ready") await settled();
  assert.equal(call.view.others[0].link.safety.state, "failed");
});

test("the more people there are, the less each pair sends", async () => {
  const others = ["m_a", "m_b", "m_c"].map((member) => a_member(member, { role: "companion" }));
  const call = await aCall(withHost({ members: [ME, HOST, ...others], links: [HOST_LINK] }));

  assert.deepEqual([call.sender(1).encoding.maxBitrate, call.view.others[0].link.level], [450_000, 1]);
});

test("a browser that refuses to be told how to send is noted, and told again", async () => {
  const call = await aCall();
  let refused = 0;
  call.sender(1).setParameters = async () => {
    refused += 1;
    throw new DOMException("", "InvalidModificationError");
  };

  await call.during(10, TORN);

  assert.ok(refused > 1);
  assert.ok(call.troubles.includes("care: InvalidModificationError"));
});
