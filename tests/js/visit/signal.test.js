import assert from "node:assert/strict";
import test from "node:test";

import { JoinRefusedError } from "../../../static/js/visit/join.js";
import { aClient, live, reopened, resumed, stateNames } from "./a_client.js";
import { settled } from "./fake_clock.js";
import { a_welcome } from "./fake_socket.js";

test("hello carries a fresh ticket in the message and never in the address", async () => {
  const client = aClient();
  client.pcs = [{ peer: "s_1", gen: 2, state: "connected" }];
  client.signal.start();
  await settled();
  client.socket.open();

  assert.equal(client.socket.url, "ws://x/signal");
  assert.equal(client.socket.protocol, "consilium.visit.v1");
  assert.deepEqual(client.socket.heard, [
    {
      type: "hello",
      data: {
        versions: ["1"],
        ticket: "t1",
        tab_id: "tab-00000001",
        device: { ua: "Chrome on Linux", net: "" },
        features: [],
        pcs: [{ peer: "s_1", gen: 2, state: "connected" }],
      },
    },
  ]);
});

test("what is said before the line is up is said after the welcome", async () => {
  const client = aClient();
  client.signal.tell("rtc.ice", { gen: 1 }, "s_1");
  client.signal.start();
  await settled();
  client.socket.open();
  client.socket.say(a_welcome());

  assert.deepEqual(client.socket.heard.slice(1), [{ type: "rtc.ice", seq: 1, to: "s_1", data: { gen: 1 } }]);
});

test("a lost line is resumed with the key and the last number, without a ticket", async () => {
  const client = await live();
  client.socket.say({ type: "snapshot", seq: 1, data: {} });
  client.socket.say({ type: "member.joined", seq: 2, data: {} });

  await reopened(client);

  assert.deepEqual(client.socket.heard, [{ type: "resume", data: { session_id: "s_me", resume_key: "k", last_s: 2 } }]);
  assert.equal(client.tickets, 1);
  assert.deepEqual(stateNames(client), ["connecting", "live", "reconnecting"]);
});

test("a replay brings each message once", async () => {
  const client = await live();
  client.socket.say({ type: "member.joined", seq: 1, data: {} });
  await reopened(client);

  client.socket.say(resumed({ from_s: 1, to_s: 2 }));
  client.socket.say({ type: "member.joined", seq: 1, data: {} });
  client.socket.say({ type: "member.left", seq: 2, data: {} });
  client.socket.say({ type: "member.left", seq: 2, data: {} });

  const ordered = client.messages.filter(({ seq }) => seq).map(({ seq }) => seq);
  assert.deepEqual(ordered, [1, 2]);
});

test("after a resume the client sends again what did not arrive, then what came up meanwhile", async () => {
  const client = await live();
  for (const turn of [1, 2, 3]) client.signal.tell("rtc.ice", { turn }, "s_1");
  client.socket.break();
  client.signal.tell("rtc.ice", { turn: 4 }, "s_1");
  await client.clock.advance(0);
  client.socket.open();

  client.socket.say(resumed({ resend_from_c: 3 }));

  assert.deepEqual(client.socket.heard.slice(1).map(({ seq, data }) => [seq, data.turn]), [[3, 3], [4, 4]]);
});

test("messages carry the number of the last one that was processed", async () => {
  const client = await live();
  client.socket.say({ type: "snapshot", seq: 1, data: {} });

  client.signal.mention("link.state", { pc: "connected" });

  assert.deepEqual(client.socket.heard.at(-1), { type: "link.state", data: { pc: "connected" }, ack: 1 });
});

test("a bare ack goes out a second after something came and nothing else was said", async () => {
  const client = await live();
  client.socket.say({ type: "snapshot", seq: 1, data: {} });
  await client.clock.advance(999);
  assert.equal(client.socket.types().includes("ack"), false);

  await client.clock.advance(1);

  assert.deepEqual(client.socket.heard.at(-1), { type: "ack", ack: 1 });
});

test("no bare ack follows when something else carried it", async () => {
  const client = await live();
  client.socket.say({ type: "snapshot", seq: 1, data: {} });
  client.signal.tell("rtc.ice", {}, "s_1");

  await client.clock.advance(4_000);

  assert.equal(client.socket.types().includes("ack"), false);
});

for (const code of ["expired", "unknown", "epoch_changed"]) {
  test(`a resume that is denied because it is ${code} is followed by a hello with a new ticket`, async () => {
    const client = await live();
    client.pcs = [{ peer: "s_1", gen: 1, state: "connected" }];
    await reopened(client);

    client.socket.say({ type: "resume.denied", data: { code } });
    await client.clock.advance(0);
    client.socket.open();

    const [{ type, data }] = client.socket.heard;
    assert.deepEqual([type, data.ticket, data.tab_id], ["hello", "t2", "tab-00000001"]);
    assert.deepEqual(data.pcs, client.pcs);
    assert.equal(client.signal.state, "reconnecting");
  });
}

test("a new session starts both numberings again", async () => {
  const client = await live();
  client.socket.say({ type: "snapshot", seq: 1, data: {} });
  client.signal.tell("bye", {});
  await reopened(client, 4409);
  client.socket.say(a_welcome({ session_id: "s_new", resume_key: "new" }));
  client.socket.say({ type: "snapshot", seq: 1, data: { again: true } });

  client.signal.tell("rtc.ice", {}, "s_1");

  assert.deepEqual(client.messages.at(-1).data, { again: true });
  assert.deepEqual(client.socket.heard.at(-1), { type: "rtc.ice", seq: 1, ack: 1, to: "s_1", data: {} });
});

for (const [code, reason] of [
  [4401, "no_access"],
  [4403, "denied"],
  [4404, "no_visit"],
  [4410, "moved"],
  [4440, "ended"],
  [4441, "removed"],
]) {
  test(`${code} ends the line as ${reason}, and it is not tried again`, async () => {
    const client = await live();

    client.socket.break(code);
    await client.clock.advance(120_000);

    assert.deepEqual(client.states.at(-1), ["ended", { reason, message: "" }]);
    assert.equal(client.sockets.length, 1);
    assert.equal(client.clock.pending, 0);
  });
}

test("4400 is answered once with a hello without what was queued, and the second time is the end", async () => {
  const client = await live();
  client.signal.tell("rtc.offer", { sdp: "bad" }, "s_1");

  await reopened(client, 4400);
  client.socket.say(a_welcome());
  assert.deepEqual(client.socket.types(), ["hello"]);

  client.socket.break(4400);
  assert.deepEqual(client.states.at(-1), ["ended", { reason: "broken", message: "" }]);
});

test("somebody who is here in another tab is asked, and nothing is tried meanwhile", async () => {
  const client = aClient();
  client.signal.start();
  await settled();
  client.socket.open();
  client.socket.say({ type: "error", data: { code: "already_here", message: "You are here.", device: "Firefox", since: "t" } });

  await client.clock.advance(30_000);

  assert.deepEqual(client.states.at(-1), ["asking", { message: "You are here.", device: "Firefox", since: "t" }]);
  assert.equal(client.sockets.length, 1);
});

test("moving the call here says hello again on the same socket, without a ticket", async () => {
  const client = aClient();
  client.signal.start();
  await settled();
  client.socket.open();
  client.socket.say({ type: "error", data: { code: "already_here", message: "", device: "", since: "" } });

  client.signal.takeOver();
  client.socket.say(a_welcome());

  const { data } = client.socket.heard[1];
  assert.deepEqual([data.take_over, data.ticket], [true, undefined]);
  assert.equal(client.signal.state, "live");
});

test("moving the call here after the socket has gone takes a new ticket", async () => {
  const client = aClient();
  client.signal.start();
  await settled();
  client.socket.open();
  client.socket.say({ type: "error", data: { code: "already_here", message: "", device: "", since: "" } });
  client.socket.break(4408);
  await client.clock.advance(60_000);
  assert.equal(client.signal.state, "asking");

  client.signal.takeOver();
  await settled();
  client.socket.open();

  const { data } = client.socket.heard[0];
  assert.deepEqual([data.take_over, data.ticket], [true, "t2"]);
});

test("a call that was moved away can be moved back", async () => {
  const client = await live();
  client.socket.break(4410);

  client.signal.takeOver();
  await settled();
  client.socket.open();

  assert.equal(client.socket.heard[0].data.take_over, true);
});

test("a refused ticket ends with the server's words, and a server that is down does not", async () => {
  const refused = aClient({ grant: async () => Promise.reject(new JoinRefusedError(410, "visit-ended", "The visit is over.")) });
  refused.signal.start();
  await refused.clock.advance(0);
  assert.deepEqual(refused.states.at(-1), ["ended", { reason: "no_access", message: "The visit is over." }]);

  const down = aClient({ grant: async () => Promise.reject(new TypeError("network")) });
  down.signal.start();
  await down.clock.advance(60_000);
  assert.equal(down.signal.state, "connecting");
  assert.ok(down.tickets > 20);
});

test("leaving says goodbye, closes and leaves no timer", async () => {
  const client = await live();

  client.signal.leave();

  assert.deepEqual(client.socket.heard.at(-1), { type: "bye", seq: 1, data: { reason: "left" } });
  assert.equal(client.socket.readyState, 3);
  assert.deepEqual(client.states.at(-1), ["ended", { reason: "left", message: "" }]);
  assert.equal(client.clock.pending, 0);
});

test("what is asked after the end is refused", async () => {
  const client = await live();
  client.signal.leave();

  await assert.rejects(client.signal.ask("chat.send", { id: "1", text: "x" }), { code: "lost" });
});

test("messages of a type that nobody knows are handed on and do no harm", async () => {
  const client = await live();

  client.socket.say({ type: "from.the.future", seq: 1, data: {}, more: 1 });
  client.socket.say({ type: "whisper.of.the.future", data: {} });

  assert.equal(client.signal.state, "live");
  assert.equal(client.messages.at(-1).type, "from.the.future");
});
