import assert from "node:assert/strict";
import test from "node:test";

import { endWords, initials, lineWords, newsWords, pictureWords, safetyWords, stateWords, waitWords } from "../../../static/js/visit/wording.js";
import { a_member } from "./messages.js";

const aPerson = ({ state = "up", quality = "good", ...changes } = {}) => ({
  ...a_member("m_a", { label: "Dr Haddad", ...changes }),
  link: state ? { state, carries: state === "up", anew: false, quality, tracks: {} } : null,
});
const aView = (changes = {}) => ({ phase: "in", reconnecting: false, others: [], ...changes });

test("when all is well nothing is said", () => {
  assert.equal(lineWords(aView({ others: [aPerson()] })), null);
  assert.equal(lineWords(aView()), null);
});

for (const [what, view, words] of [
  ["a lost path", aView({ others: [aPerson({ state: "shaky" })] }), /lost the connection to Dr Haddad.*getting it back/],
  ["a search for a path", aView({ others: [aPerson({ state: "restarting" })] }), /getting it back/],
  ["a person who is away", aView({ others: [aPerson({ state: "exhausted", conn: "away" })] }), /Dr Haddad/],
  ["a server that is away", aView({ reconnecting: true, others: [aPerson()] }), /You can go on talking.*keep what you write/],
  ["a server that is away from somebody alone", aView({ reconnecting: true }), /connection is lost.*place is kept/],
  ["a weak line", aView({ others: [aPerson({ quality: "poor" })] }), /weak/],
  ["a line that carries only sound", aView({ advice: "sound-only", others: [aPerson()] }), /only your voice.*comes back by itself/],
  ["a line that carries nothing", aView({ advice: "phone", others: [aPerson({ state: "exhausted" })] }), /by telephone/],
  ["an unsteady line", aView({ others: [aPerson({ quality: "unsteady" })] }), /not steady/],
]) {
  test(`${what} is said in a sentence`, () => {
    assert.match(lineWords(view).words, words);
  });
}

test("a broken path says more than a server that is away", () => {
  const view = aView({ reconnecting: true, others: [aPerson({ state: "shaky" })] });

  assert.match(lineWords(view).words, /lost the connection to Dr Haddad/);
});

test("a server that is away is said calmly while anybody is heard or seen, and nothing else is", () => {
  const silent = aPerson();
  silent.link.carries = false;

  assert.equal(lineWords(aView({ reconnecting: true, others: [silent, aPerson()] })).talking, true);
  assert.equal(lineWords(aView({ reconnecting: true, others: [silent] })).talking, false);
  assert.equal(lineWords(aView({ reconnecting: true, others: [aPerson({ state: "connecting" })] })).talking, false);
  assert.equal(lineWords(aView({ reconnecting: true, others: [aPerson(), aPerson({ state: "shaky" })] })).talking, false);
});

test("a connection that is made anew is still called lost, and a first one is not", () => {
  const anew = aPerson({ state: "connecting" });
  anew.link.anew = true;

  assert.match(lineWords(aView({ others: [anew] })).words, /lost the connection to Dr Haddad/);
  assert.equal(lineWords(aView({ others: [aPerson({ state: "connecting" })] })), null);
});

test("somebody who is away from the server and still seen is not called lost", () => {
  assert.equal(lineWords(aView({ others: [aPerson({ conn: "away" })] })), null);
});

test("in place of a picture stands why there is none", () => {
  const sending = { audio: true, video: true, share: false, level: 0 };

  assert.deepEqual(pictureWords(aPerson({ media: sending })), { picture: "on", words: "" });
  const saving = { ...aPerson({ media: sending }), link: { state: "up", quality: "good", tracks: {}, level: 0, theirLevel: 3 } };
  assert.deepEqual(pictureWords(saving), { picture: "off", words: "Only sound now, because the line is weak" });
  assert.deepEqual(pictureWords(aPerson()), { picture: "off", words: "Camera is off" });
  assert.deepEqual(pictureWords(aPerson({ state: "connecting" })), { picture: "coming", words: "The picture is on its way" });
  assert.deepEqual(pictureWords(aPerson({ state: "", conn: "away" })), { picture: "coming", words: "The connection is lost" });
});

test("one sentence says what the four words prove and what they do not", () => {
  const ready = { ...aPerson(), link: { state: "up", safety: { state: "ready", words: ["one", "two", "three", "four"] } } };

  assert.match(safetyWords(ready), /Read these words to Dr Haddad.*nobody between you.*do not tell/);
  assert.equal(safetyWords(ready).match(/\./g).length, 1);
  assert.match(safetyWords({ ...ready, link: { ...ready.link, safety: { state: "failed", words: [] } } }), /load this page again/);
  assert.equal(safetyWords(aPerson()), "");
});

for (const [minutes, words] of [
  [-25, "Your visit starts in 25 minutes. You are early, and that is fine."],
  [-1, "Your visit starts now."],
  [1, "Your visit starts now."],
  [4, "Dr Haddad is 4 minutes late. You keep your place."],
  [61, "Dr Haddad is about 1 hour late. You keep your place."],
  [140, "Dr Haddad is about 2 hours late. You keep your place."],
]) {
  test(`${minutes} minutes after the start the waiting room says: ${words}`, () => {
    assert.equal(waitWords(0, minutes * 60_000, "Dr Haddad"), words);
  });
}

test("every end has a title, a next step and no jargon", () => {
  for (const reason of ["left", "ended", "denied", "removed", "moved", "no_visit", "no_access", "broken"]) {
    const { title, text } = endWords(reason, "", "Dr Haddad");
    assert.ok(title.length > 0 && text.length > 0, reason);
    assert.doesNotMatch(`${title} ${text}`, /[!_]|error|session|socket|token|null|undefined/i, reason);
  }
});

test("somebody who is sent away reads the specialist's words, and the other ends have ours", () => {
  assert.equal(endWords("denied", "We start in ten minutes.", "").text, "We start in ten minutes.");
  assert.notEqual(endWords("ended", "visit ended", "").text, "visit ended");
});

test("news is one sentence", () => {
  assert.equal(newsWords({ kind: "joined", label: "Jan" }), "Jan is here.");
  assert.equal(newsWords({ kind: "mute-asked", label: "Dr Haddad", what: "audio" }), "Dr Haddad asks you to mute your microphone.");
  assert.equal(newsWords({ kind: "mute-asked", label: "Dr Haddad", what: "video" }), "Dr Haddad asks you to switch your camera off.");
});

for (const [name, letters] of [
  ["Dr Amira Haddad", "AH"],
  ["Anna Maria Novak", "AN"],
  ["Cher", "C"],
  ["李 小龍", "李小"],
  ["", ""],
]) {
  test(`the initials of "${name}" are "${letters}"`, () => {
    assert.equal(initials(name), letters);
  });
}

test("how somebody does is said in a few words, and nothing when all is well", () => {
  const media = { audio: true, video: true, share: false };

  assert.equal(stateWords({ conn: "ok", media }), "");
  assert.equal(stateWords({ conn: "ok", media: { ...media, audio: false, share: true } }), "Muted, Shows a screen");
  assert.equal(stateWords({ conn: "away", media: { ...media, audio: false } }), "Connection lost");
});
