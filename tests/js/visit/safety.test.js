import assert from "node:assert/strict";
import test from "node:test";

import { SafetyExchange, fingerprintIn } from "../../../static/js/visit/safety.js";
import { SAFETY_WORDS } from "../../../static/js/visit/safety_words.js";

const PRINTS = { s_a: "AA:01", s_b: "BB:02" };

/** One end, whose words wait in `sent` until somebody carries them. */
function anEnd(me, peer, { initiator = me === "s_a", gen = 1, prints = PRINTS } = {}) {
  const end = { sent: [], views: [], prints: { own: prints[me], theirs: prints[peer] }, open: true };
  end.safety = new SafetyExchange(
    { gen, initiator, me, peer },
    {
      send: (message) => end.open && end.sent.push(message) > 0,
      fingerprints: () => end.prints,
      onChange: (view) => end.views.push(view),
    },
  );
  return end;
}

async function carry(...ends) {
  for (let turn = 0; turn < 4; turn += 1) {
    for (const [from, to] of [ends, [...ends].reverse()]) {
      for (const message of from.sent.splice(0)) await to.safety.receive(message);
    }
  }
}

async function aPair(options = {}) {
  const [a, b] = [anEnd("s_a", "s_b", options), anEnd("s_b", "s_a", options)];
  await a.safety.tend();
  await b.safety.tend();
  return [a, b];
}

const wordsOf = ({ views }) => views.at(-1)?.words;
const stateOf = ({ views }) => views.at(-1)?.state;

test("both sides see the same four words", async () => {
  const [a, b] = await aPair();

  await carry(a, b);

  assert.deepEqual([stateOf(a), stateOf(b)], ["ready", "ready"]);
  assert.deepEqual(wordsOf(a), wordsOf(b));
  assert.equal(wordsOf(a).length, 4);
  assert.ok(wordsOf(a).every((word) => SAFETY_WORDS.includes(word)));
});

test("every making brings other words", async () => {
  const seen = new Set();
  for (let turn = 0; turn < 50; turn += 1) {
    const [a, b] = await aPair();
    await carry(a, b);
    seen.add(wordsOf(a).join(" "));
  }

  assert.equal(seen.size, 50);
});

test("somebody in the middle, with certificates of their own, makes the words differ", async () => {
  const [a, withA] = [anEnd("s_a", "s_b", { prints: { ...PRINTS, s_b: "EE:09" } }), anEnd("s_b", "s_a", { prints: { ...PRINTS, s_b: "EE:09" } })];
  const [withB, b] = [anEnd("s_a", "s_b", { prints: { ...PRINTS, s_a: "EE:09" } }), anEnd("s_b", "s_a", { prints: { ...PRINTS, s_a: "EE:09" } })];
  for (const end of [a, withB]) await end.safety.tend();

  await carry(a, withA);
  await carry(withB, b);

  assert.deepEqual([stateOf(a), stateOf(b)], ["ready", "ready"]);
  assert.notDeepEqual(wordsOf(a), wordsOf(b));
});

test("somebody in the middle who passes the messages on makes no words at all", async () => {
  const a = anEnd("s_a", "s_b", { prints: { ...PRINTS, s_b: "EE:09" } });
  const b = anEnd("s_b", "s_a", { prints: { ...PRINTS, s_a: "EE:09" } });
  await a.safety.tend();

  await carry(a, b);

  assert.equal(stateOf(b), "failed");
  assert.equal(wordsOf(b).length, 0);
});

test("a number that was not the one committed to is found out", async () => {
  const [a, b] = await aPair();
  await b.safety.receive(a.sent.shift());
  await a.safety.receive(b.sent.shift());
  const [reveal] = a.sent;

  await b.safety.receive({ ...reveal, number: "0".repeat(64) });

  assert.equal(stateOf(b), "failed");
});

test("the number is told only after the other side has committed itself, and opened only after that", async () => {
  const [a, b] = await aPair();

  assert.deepEqual([a.sent.map(({ type }) => type), b.sent], [["safety.commit"], []]);
  await b.safety.receive(a.sent.shift());
  assert.deepEqual([a.sent, b.sent.map(({ type }) => type)], [[], ["safety.number"]]);
  await a.safety.receive(b.sent.shift());
  assert.deepEqual(a.sent.map(({ type }) => type), ["safety.reveal"]);
});

const NUMBER = "ab".repeat(32);
for (const [what, who, message] of [
  ["a reveal before its time", "b", { type: "safety.reveal", number: NUMBER }],
  ["a number before a commitment", "b", { type: "safety.number", number: NUMBER }],
  ["a commitment to somebody who commits", "a", { type: "safety.commit", commitment: NUMBER }],
  ["a number that is none", "a", { type: "safety.number", number: "xyz" }],
  ["a number in capitals", "a", { type: "safety.number", number: NUMBER.toUpperCase() }],
  ["no number", "a", { type: "safety.number" }],
  ["a commitment that is none", "b", { type: "safety.commit", commitment: 7 }],
]) {
  test(`${what} ends the making, for good`, async () => {
    const [a, b] = await aPair();
    const end = { a, b }[who];

    await end.safety.receive({ gen: 1, ...message });
    await carry(a, b);

    assert.equal(stateOf(end), "failed");
    assert.equal(end.views.length, 1);
  });
}

test("a second commitment after the words are made takes them away", async () => {
  const [a, b] = await aPair();
  await carry(a, b);

  await b.safety.receive({ type: "safety.commit", gen: 1, commitment: NUMBER });

  assert.equal(stateOf(b), "failed");
});

test("messages of another generation change nothing", async () => {
  const [a, b] = await aPair();

  await b.safety.receive({ type: "safety.reveal", gen: 2, number: NUMBER });
  await carry(a, b);

  assert.equal(stateOf(b), "ready");
});

test("words are for one generation: the same numbers in another one are not taken", async () => {
  const [a] = await aPair({ gen: 1 });
  const b = anEnd("s_b", "s_a", { gen: 2 });

  await b.safety.receive({ ...a.sent[0], gen: 2 });
  await a.safety.receive({ ...b.sent[0], gen: 1 });
  await b.safety.receive({ ...a.sent[1], gen: 2 });

  assert.equal(stateOf(b), "failed");
});

test("words end with the certificate that they are for", async () => {
  const [a, b] = await aPair();
  await carry(a, b);

  a.prints = { ...a.prints, theirs: "EE:09" };
  await a.safety.tend();

  assert.deepEqual(a.views.at(-1), { state: "failed", words: [] });
});

test("what cannot be sent yet is begun later, with another number", async () => {
  const [a, b] = [anEnd("s_a", "s_b"), anEnd("s_b", "s_a")];
  a.open = false;
  await a.safety.tend();
  a.open = true;
  await a.safety.tend();
  await a.safety.tend();

  await carry(a, b);

  assert.equal(stateOf(b), "ready");
});

test("without fingerprints nothing is begun", async () => {
  const a = anEnd("s_a", "s_b");
  a.prints = null;

  await a.safety.tend();

  assert.deepEqual([a.sent, a.views], [[], []]);
});

test("a description has one fingerprint or none that counts", () => {
  assert.equal(fingerprintIn("v=0\r\na=fingerprint:sha-256 ab:cd\r\nm=audio\r\na=fingerprint:sha-256 AB:CD\r\n"), "AB:CD");
  assert.equal(fingerprintIn("a=fingerprint:sha-256 AB:CD\r\na=fingerprint:sha-256 AB:CE\r\n"), null);
  assert.equal(fingerprintIn("a=fingerprint:sha-1 AB:CD\r\n"), null);
  assert.equal(fingerprintIn(undefined), null);
});

test("there is a word for each byte, plain to say and unlike every other", () => {
  assert.equal(new Set(SAFETY_WORDS).size, 256);
  for (const word of SAFETY_WORDS) assert.match(word, /^[a-z]{4,8}$/);
  assert.equal(new Set(SAFETY_WORDS.map((word) => word.slice(0, 4))).size, 256);
  for (const [index, word] of SAFETY_WORDS.entries()) {
    for (const other of SAFETY_WORDS.slice(index + 1)) assert.ok(distance(word, other) >= 3, `${word} and ${other}`);
  }
});

/** How many letters have to be changed, added or left out to make one of the other. */
function distance(some, other) {
  let row = [...other, ""].map((_, index) => index);
  for (const [index, letter] of [...some].entries()) {
    const next = [index + 1];
    for (const [column, each] of [...other].entries()) {
      next.push(Math.min(row[column + 1] + 1, next[column] + 1, row[column] + (letter === each ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1);
}
