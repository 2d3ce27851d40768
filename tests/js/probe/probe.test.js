import assert from "node:assert/strict";
import { test } from "node:test";

import { LineProbe } from "../../../static/js/probe.js";
import { measuredWords, troubleWords, verdictOf } from "../../../static/js/line_words.js";
import { FakeClock, settled } from "../visit/fake_clock.js";

class FakeChannel extends EventTarget {
  readyState = "open";
  bufferedAmount = 0;
  sent = [];

  send(data) {
    this.sent.push(typeof data === "string" ? data : new Uint8Array(data.slice(0)));
  }

  hear(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

class FakeConnection extends EventTarget {
  iceGatheringState = "gathering";
  localDescription = null;
  remote = null;
  closed = false;
  channels = {};

  createDataChannel(label, options) {
    this.channels[label] = Object.assign(new FakeChannel(), { options });
    return this.channels[label];
  }

  async setLocalDescription() {
    this.localDescription = { type: "offer", sdp: "v=0 offer" };
  }

  async setRemoteDescription(description) {
    this.remote = description;
  }

  gathered() {
    this.iceGatheringState = "complete";
    this.dispatchEvent(new Event("icegatheringstatechange"));
  }

  close() {
    this.closed = true;
  }
}

const RESULTS = { rtt_ms: 42, loss_pct: 0.3, down_kbps: 1400, up_kbps: 900 };
const WAYS = { ice_servers: [{ urls: ["turn:relay:3478"] }], ice_transport_policy: "relay" };
const answered = (body, status = 200) => ({ ok: status < 300, status, json: async () => body });

/** A page with its probe, and a server that says what a test lays ready for it. */
function aProbe(server = {}) {
  const clock = new FakeClock();
  const connection = new FakeConnection();
  const asked = [];
  const stages = [];
  const states = [...(server.states ?? ["connecting", "measuring", "done"])];
  const fetch = async (url, { method, body, signal, ...rest }) => {
    asked.push({ method, url, body: body && JSON.parse(body), ...rest });
    if (signal?.aborted) throw signal.reason;
    const own = server[`${method} ${url.split("/").length > 6 ? "one" : "all"}`];
    if (own) return own();
    if (method === "GET" && url.endsWith("/probe")) return answered(WAYS);
    if (method === "POST") return answered({ id: "p1", answer: "v=0 answer" }, 201);
    const state = states.length > 1 ? states.shift() : states[0];
    return answered({ id: "p1", state, results: state === "done" ? RESULTS : null, failure: state === "failed" ? "never-opened" : null });
  };
  const configurations = [];
  const createConnection = (configuration) => {
    configurations.push(configuration);
    return connection;
  };
  const probe = new LineProbe("v 1", "token", { createConnection, fetch, clock, onStage: (stage) => stages.push(stage) });
  return { probe, clock, connection, asked, stages, configurations };
}

/** A probe that is under way. */
async function underWay(server) {
  const made = aProbe(server);
  const outcome = made.probe.run();
  await settled();
  made.connection.gathered();
  await settled();
  return { ...made, outcome };
}

const message = (kind, size) => Uint8Array.from({ length: size }, (_, index) => (index === 0 ? kind : 7)).buffer;

test("it asks for the ways, sends an offer with every candidate, takes the answer, and looks until it has the results", async () => {
  const { clock, connection, asked, stages, configurations, outcome } = await underWay();
  await clock.advance(1_500);

  assert.deepEqual(await outcome, { results: RESULTS, trouble: null });
  assert.deepEqual(configurations, [{ iceServers: WAYS.ice_servers, iceTransportPolicy: "relay" }]);
  assert.deepEqual(
    asked.map(({ method, url }) => `${method} ${url}`),
    ["GET /api/v1/visits/v%201/probe", "POST /api/v1/visits/v%201/probe", ...Array(3).fill("GET /api/v1/visits/v%201/probe/p1")],
  );
  assert.deepEqual(asked[1].body, { offer: "v=0 offer" });
  assert.equal(asked[1].headers["X-CSRF-Token"], "token");
  assert.deepEqual(connection.remote, { type: "answer", sdp: "v=0 answer" });
  assert.deepEqual(stages, ["connecting", "measuring"]);
  assert.ok(connection.closed);
  assert.equal(clock.pending, 0);
});

test("ways that are long in coming are not waited for longer than three seconds", async () => {
  const { probe, clock, asked } = aProbe();
  void probe.run();
  await clock.advance(2_900);
  assert.equal(asked.length, 1);
  await clock.advance(200);
  assert.equal(asked[1].method, "POST");
});

test("both channels are agreed upon beforehand, and the line repeats nothing", async () => {
  const { connection } = await underWay();

  assert.deepEqual(connection.channels.control.options, { negotiated: true, id: 0 });
  assert.deepEqual(connection.channels.line.options, { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 });
});

test("a ping goes back, and pings and floods are reported as they came", async () => {
  const { connection, clock } = await underWay();
  const { line, control } = connection.channels;
  line.hear(message(1, 24));
  line.hear(message(1, 24));
  line.hear(message(3, 1_000));
  await clock.advance(300);
  line.hear(message(3, 1_000));
  line.hear(message(3, 1_000));
  control.hear('{"ask":"report"}');

  assert.deepEqual(line.sent.map((bytes) => [bytes[0], bytes[1], bytes.length]), [[2, 7, 24], [2, 7, 24]]);
  assert.deepEqual(control.sent.map((text) => JSON.parse(text)), [{ pings: 2, bins: [1_000, 2_000] }]);
});

test("it floods as much as it is asked to, for as long", async () => {
  const { connection, clock } = await underWay({ states: ["measuring"] });
  connection.channels.control.hear('{"ask":"flood","kbps":800,"ms":2000,"bytes":1000}');
  await clock.advance(4_000);

  const { sent } = connection.channels.line;
  assert.ok(Math.abs(sent.length - 200) <= 2, String(sent.length));
  assert.ok(sent.every((bytes) => bytes[0] === 3 && bytes.length === 1_000));
});

test("a line that takes nothing is sent nothing, and little is made good afterwards", async () => {
  const { connection, clock } = await underWay({ states: ["measuring"] });
  const { line, control } = connection.channels;
  line.bufferedAmount = 20_000;
  control.hear('{"ask":"flood","kbps":800,"ms":3000,"bytes":1000}');
  await clock.advance(2_000);
  assert.equal(line.sent.length, 0);
  line.bufferedAmount = 0;
  await clock.advance(20);

  assert.ok(line.sent.length > 0 && line.sent.length < 25, String(line.sent.length));
});

test("a server that asks for more than was agreed does not get it", async () => {
  const { connection, clock } = await underWay({ states: ["measuring"] });
  connection.channels.control.hear('{"ask":"flood","kbps":900000,"ms":900000,"bytes":900000}');
  await clock.advance(10_000);

  const bytes = connection.channels.line.sent.reduce((sum, { length }) => sum + length, 0);
  assert.ok(bytes <= (1_500 / 8) * 5_000 + 1_200, String(bytes));
});

test("a line that never opened is told as such", async () => {
  const { clock, outcome, connection } = await underWay({ states: ["connecting", "failed"] });
  await clock.advance(1_100);

  assert.deepEqual(await outcome, { results: null, trouble: "never-opened" });
  assert.ok(connection.closed);
});

for (const [code, trouble] of [
  ["probe-running", "running"],
  ["too-many-requests", "often"],
  ["probes-busy", "busy"],
  ["visit-not-open", "closed"],
  ["offer-unusable", "ours"],
]) {
  test(`a refusal with ${code} is told in other words than the others`, async () => {
    const { outcome } = await underWay({ "POST all": () => answered({ code }, 409) });

    assert.deepEqual(await outcome, { results: null, trouble });
  });
}

test("without a network it says so", async () => {
  const { probe } = aProbe({ "GET all": () => Promise.reject(new TypeError("Failed to fetch")) });

  assert.deepEqual(await probe.run(), { results: null, trouble: "offline" });
});

test("a look that gets lost is repeated", async () => {
  let lost = 0;
  const { clock, outcome } = await underWay({
    "GET one": () => {
      lost += 1;
      if (lost < 3) throw new TypeError("Failed to fetch");
      return answered({ id: "p1", state: "done", results: RESULTS, failure: null });
    },
  });
  await clock.advance(2_000);

  assert.deepEqual(await outcome, { results: RESULTS, trouble: null });
});

test("a probe that takes for ever is given up", async () => {
  const { clock, outcome } = await underWay({ states: ["measuring"] });
  await clock.advance(31_000);

  assert.deepEqual(await outcome, { results: null, trouble: "ours" });
});

test("a page that is left ends its probe on the server, too", async () => {
  const { probe, asked, outcome, connection } = await underWay({ states: ["measuring"] });
  probe.stop();
  probe.stop();

  assert.deepEqual(await outcome, { results: null, trouble: "stopped" });
  const [ended, ...more] = asked.filter(({ method }) => method === "DELETE");
  assert.equal(ended.url, "/api/v1/visits/v%201/probe/p1");
  assert.ok(ended.keepalive);
  assert.deepEqual(more, []);
  assert.ok(connection.closed);
});

test("what was measured is told in words, and what it means", () => {
  assert.equal(verdictOf(RESULTS).kind, "good");
  assert.match(verdictOf({ ...RESULTS, up_kbps: 599 }).title, /too weak for video. Sound works/);
  assert.match(verdictOf({ ...RESULTS, loss_pct: 5 }).title, /too weak for video. Sound works/);
  assert.match(verdictOf({ ...RESULTS, down_kbps: 99 }).title, /too weak for a visit/);
  assert.deepEqual(measuredWords(RESULTS), [
    "To you: about 1.4 megabits a second",
    "From you: about 900 kilobits a second",
    "Lost on the way: about 1 of 100 packets",
    "There and back: about 0.04 seconds",
  ]);
  assert.equal(measuredWords({ ...RESULTS, loss_pct: 0 })[2], "Lost on the way: nothing");
  assert.equal(measuredWords({ ...RESULTS, rtt_ms: 2 })[3], "There and back: less than 0.01 seconds");
});

test("every trouble has words and a next step", () => {
  for (const trouble of ["never-opened", "broken-off", "ours", "offline", "running", "often", "busy", "closed", "stopped"]) {
    const { title, next } = troubleWords(trouble);
    assert.ok(title && next.length > 0 && next.every(Boolean), trouble);
  }
});
