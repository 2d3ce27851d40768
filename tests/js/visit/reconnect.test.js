import assert from "node:assert/strict";
import test from "node:test";

import { aClient, live, resumed } from "./a_client.js";
import { settled } from "./fake_clock.js";

const afterAnOutage = async () => {
  const client = await live();
  client.socket.break();
  await client.clock.advance(90_000);
  const count = client.sockets.length;
  while (client.sockets.length === count) await client.clock.advance(10);
  client.socket.open();
  client.socket.say(resumed());
  assert.equal(client.signal.state, "live");
  return client;
};
const aPong = ({ clock }, roundTripMs = 0) => ({ type: "pong", data: { ts: clock.now() - roundTripMs } });

test("a line that cannot be had is tried at 0, 0.3 and 1 s, every 1.5 s for a minute, then every 7 s, without end", async () => {
  const client = await live();
  const attempts = [];
  const lostAt = client.clock.now();
  client.socket.break();
  for (let turn = 0; turn < 60; turn += 1) {
    const before = client.sockets.length;
    while (client.sockets.length === before) await client.clock.advance(10);
    attempts.push(client.clock.now() - lostAt);
    client.socket.break();
  }

  const gaps = attempts.map((at, turn) => Math.round((at - (attempts[turn - 1] ?? 0)) / 100) * 100);
  assert.deepEqual(gaps.slice(0, 5), [0, 300, 1000, 1500, 1500]);
  assert.equal(gaps[attempts.findIndex((at) => at > 62_000) + 1], 7000);
  assert.equal(gaps.at(-1), 7000);
});

test("jitter moves the attempts apart", async () => {
  const client = await live({ random: () => 1 });
  client.socket.break();
  await client.clock.advance(99);
  assert.equal(client.sockets.length, 1);

  await client.clock.advance(1);

  assert.equal(client.sockets.length, 2);
});

test("a line that breaks as soon as it is up is not tried in a tight loop", async () => {
  const client = await live();
  for (let turn = 0; turn < 5; turn += 1) {
    client.socket.break(1012);
    await client.clock.advance(2_000);
    client.socket.open();
    client.socket.say(resumed());
  }
  const count = client.sockets.length;

  client.socket.break(1012);
  await client.clock.advance(1_000);

  assert.equal(client.sockets.length, count);
});

test("a handshake that hangs is begun anew, and in an outage there is no pause between them", async () => {
  const client = await live();
  client.socket.break();
  await client.clock.advance(0);
  assert.equal(client.sockets.length, 2);

  await client.clock.advance(40_000);

  assert.equal(client.sockets.length, 12);
  assert.equal(client.sockets[1].readyState, 3);
});

test("on a line that was measured a hanging handshake is begun anew before its second repetition is waited for", async () => {
  const client = await live();
  client.socket.say(aPong(client, 50));
  client.socket.break();
  await client.clock.advance(0);

  await client.clock.advance(9_000);

  assert.equal(client.sockets.length, 2 + 5);
});

test("a handshake gets the time that a long line needs, and no more than on an unknown one", async () => {
  for (const roundTripMs of [400, 5_000]) {
    const client = await live();
    client.socket.say(aPong(client, roundTripMs));
    client.socket.break();
    await client.clock.advance(0);

    await client.clock.advance(3_800);
    assert.equal(client.sockets.length, 2);
    await client.clock.advance(300);
    assert.equal(client.sockets.length, 3);
  }
});

test("on another network, and after a minute, a handshake gets the time of an unknown line", async () => {
  const elsewhere = await live();
  elsewhere.socket.say(aPong(elsewhere, 50));
  elsewhere.signal.hurry(true);
  elsewhere.socket.break();
  await elsewhere.clock.advance(3_900);
  assert.equal(elsewhere.sockets.length, 2);

  const later = await live();
  later.socket.say(aPong(later, 50));
  later.socket.break();
  await later.clock.advance(64_000);
  const count = later.sockets.length;
  await later.clock.advance(8_000);
  assert.ok(later.sockets.length <= count + 2);
});

test("a ticket that hangs is asked for again, and the old answer is not used", async () => {
  const answers = [];
  const client = aClient({ grant: () => new Promise((resolve) => answers.push(resolve)) });
  client.signal.start();
  await client.clock.advance(8_100);
  assert.equal(client.tickets, 2);

  answers[0]({ ticket: "old", signal_url: "ws://old" });
  answers[1]({ ticket: "new", signal_url: "ws://new" });
  await settled();

  assert.deepEqual(client.sockets.map(({ url }) => url), ["ws://new"]);
});

test("coming online tries at once", async () => {
  const client = await live();
  for (let turn = 0; turn < 50; turn += 1) {
    client.socket.break();
    await client.clock.advance(7_100);
  }
  client.socket.break();
  await client.clock.advance(3_000);
  const count = client.sockets.length;

  client.signal.hurry();
  await client.clock.advance(0);

  assert.equal(client.sockets.length, count + 1);
});

test("a line that is lost again soon after a long outage is tried again at once", async () => {
  const client = await afterAnOutage();
  await client.clock.advance(2_100);
  const count = client.sockets.length;

  client.socket.break();
  await client.clock.advance(400);

  assert.equal(client.sockets.length, count + 1);
});

test("a line that a changed network has taken is tried again at once, however short it was up", async () => {
  const client = await afterAnOutage();
  const count = client.sockets.length;

  client.signal.hurry();
  client.socket.break();
  await client.clock.advance(100);

  assert.equal(client.sockets.length, count + 1);
});

test("a line that is up is tested when the network has changed, and given up after two silent seconds", async () => {
  const client = await live();

  client.signal.hurry();
  assert.equal(client.socket.types().at(-1), "ping");
  await client.clock.advance(2_000);

  assert.equal(client.signal.state, "reconnecting");
});

test("a line that answers the test is kept", async () => {
  const client = await live();

  client.signal.hurry();
  client.socket.say({ type: "pong", data: { ts: 0 } });
  await client.clock.advance(2_500);

  assert.equal(client.signal.state, "live");
});

test("a ping goes out every five seconds, and after 15 s of silence the line is lost", async () => {
  const client = await live();

  await client.clock.advance(14_900);
  assert.deepEqual(client.socket.types().filter((type) => type === "ping").length, 2);
  assert.equal(client.signal.state, "live");
  await client.clock.advance(200);

  assert.equal(client.signal.state, "reconnecting");
});

test("while a link is not well the page pings every second, and two silent seconds end the line", async () => {
  const client = await live();

  client.signal.watchClosely(true);
  for (let second = 0; second < 3; second += 1) {
    client.socket.say(aPong(client));
    await client.clock.advance(1_000);
  }
  assert.equal(client.socket.types().filter((type) => type === "ping").length, 4);
  assert.equal(client.signal.state, "live");

  await client.clock.advance(1_000);
  assert.equal(client.signal.state, "reconnecting");
});

test("a line with long round trips has four of them before it is called dead", async () => {
  const client = await live();
  await client.clock.advance(6_000);
  client.socket.say(aPong(client, 1_500));

  client.signal.watchClosely(true);
  await client.clock.advance(5_900);
  assert.equal(client.signal.state, "live");

  await client.clock.advance(1_100);
  assert.equal(client.signal.state, "reconnecting");
});

test("a close watch that begins after a quiet spell does not call the line dead", async () => {
  const client = await live();
  await client.clock.advance(4_900);

  client.signal.watchClosely(true);
  await client.clock.advance(1_100);

  assert.equal(client.signal.state, "live");
});

test("4429 is answered after five seconds with a resume", async () => {
  const client = await live();
  client.socket.break(4429);
  await client.clock.advance(4_900);
  assert.equal(client.sockets.length, 1);

  await client.clock.advance(100);
  client.socket.open();

  assert.deepEqual(client.socket.types(), ["resume"]);
});

test("a server that goes away says when to come back", async () => {
  const client = await live({ random: () => 0.5 });
  client.socket.say({ type: "going_away", data: { in_ms: 0, retry_ms: [0, 3000], resume: true } });
  client.socket.break(1012);
  await client.clock.advance(1_490);
  assert.equal(client.sockets.length, 1);

  await client.clock.advance(10);

  assert.equal(client.sockets.length, 2);
});
