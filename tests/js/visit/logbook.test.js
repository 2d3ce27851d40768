import assert from "node:assert/strict";
import test from "node:test";

import { Logbook } from "../../../static/js/visit/logbook.js";
import { inTheRoom } from "./a_call.js";
import { FakeClock } from "./fake_clock.js";

function aLog(random = () => 0.5) {
  const clock = new FakeClock();
  return { clock, log: new Logbook(clock, random) };
}

test("each thing has a line with its second", async () => {
  const { clock, log } = aLog();
  log.note("signal connecting");
  await clock.advance(1_234);
  log.noteOf("s_4b", "gen 1 up");
  log.noteOf("s_9f", "gen 1 up");
  log.noteOf("s_4b", "gen 1 shaky");

  assert.deepEqual(log.text.split("\n").slice(1), [
    "0.000 signal connecting",
    "1.234 p1 gen 1 up",
    "1.234 p2 gen 1 up",
    "1.234 p1 gen 1 shaky",
    "",
  ]);
});

test("the last 500 things are kept", () => {
  const { log } = aLog();
  for (let turn = 1; turn <= 600; turn += 1) log.note(`thing ${turn}`);

  const lines = log.text.trimEnd().split("\n").slice(1);

  assert.deepEqual([lines.length, lines[0], lines.at(-1)], [500, "0.000 thing 101", "0.000 thing 600"]);
});

test("what is not of our own words does not get in whole", () => {
  const { log } = aLog();

  log.note('refused: "Zoë" <zoe@example.org>');
  log.note("x".repeat(5_000));

  const [, foreign, long] = log.text.split("\n");
  assert.equal(foreign, "0.000 refused: ?Zo?? ?zoe?example.org>");
  assert.ok(long.length < 100);
});

test("a report has the same lines, typed, in words that the hospital takes", async () => {
  const { clock, log } = aLog();
  log.noteOf("s_4b", "gen 1 up");
  await clock.advance(1_234.4);
  log.note("  woke   up: Zoë ");
  log.note("");
  log.note(`${"x".repeat(79)} and more`);
  await clock.advance(100);

  const { code, age_ms: ageMs, lines } = log.report;

  assert.equal(code, log.code);
  assert.equal(ageMs, 1_334);
  assert.deepEqual(lines, [
    { at_ms: 0, peer: 1, what: "gen 1 up" },
    { at_ms: 1_234, peer: null, what: "woke up: Zo?" },
    { at_ms: 1_234, peer: null, what: "?" },
    { at_ms: 1_234, peer: null, what: "x".repeat(79) },
  ]);
});

test("the code can be read aloud, and stands in the text", () => {
  let turn = 0;
  const { log } = aLog(() => (turn = (turn + 0.13) % 1));

  assert.match(log.code, /^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/);
  assert.ok(log.text.startsWith(`${log.code} 1970-01-01T00:00:00.000Z\n`));
});

test("a call keeps what happened to its line and links, and nothing of who is in it", async () => {
  const call = await inTheRoom();
  await call.serve({ type: "chat.msg", data: { id: "c", member: "m_host", label: "Dr Haddad", text: "It is benign", at: "" } });
  call.connections[0].setIce("disconnected");
  call.socket.break();
  await call.clock.advance(4_000);

  const { text } = call.visit.log;

  for (const line of ["signal connecting", "signal live", "p1 gen 1 up", "p1 gen 1 shaky", "signal reconnecting"]) {
    assert.ok(text.includes(` ${line}\n`), line);
  }
  for (const secret of ["Haddad", "benign", "m_host", "s_m", "name"]) assert.equal(text.includes(secret), false, secret);
});
