import assert from "node:assert/strict";
import test from "node:test";

import { ownWords } from "../../../static/js/visit/own_words.js";

const aState = (changes = {}) => ({ microphone: {}, camera: {}, cameraOff: false, troubles: {}, ...changes });

test("who is seen and heard is told nothing", () => {
  assert.equal(ownWords(aState()), null);
});

test("while devices are being opened nothing is said yet", () => {
  assert.equal(ownWords(aState({ microphone: null, camera: null })), null);
});

for (const [what, changes, words, unheard] of [
  ["sound only", { camera: null, troubles: { camera: "missing" } }, /hear you, and see your name/, false],
  ["a camera that is off", { camera: null, cameraOff: true }, /hear you, and see your name/, false],
  ["a picture only", { microphone: null, troubles: { microphone: "busy" } }, /see you and do not hear you.*write/, true],
  [
    "nothing",
    { microphone: null, camera: null, troubles: { microphone: "missing", camera: "missing" } },
    /see your name.*do not see or hear you.*write/,
    true,
  ],
]) {
  test(`who sends ${what} is told what the others see`, () => {
    const told = ownWords(aState(changes));

    assert.match(told.words, words);
    assert.equal(told.unheard, unheard);
  });
}
