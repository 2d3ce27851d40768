import assert from "node:assert/strict";
import test from "node:test";

import { allowanceOf } from "../../../static/js/visit/mesh.js";
import { shapeLine, shapesOf } from "../../../static/js/visit/shaping.js";
import { FakeConnection } from "./fake_connection.js";
import { FakeTrack } from "./fake_devices.js";

const TWO = { best: allowanceOf(2, "patient", "specialist").best, sharing: false, keepPicture: false };
const SIX = { ...TWO, best: allowanceOf(6, "companion", "specialist").best };

function aSender(kind = "video", settings = { width: 1280, height: 720 }) {
  const connection = new FakeConnection({});
  const track = Object.assign(new FakeTrack(kind, "d"), { getSettings: () => settings });
  connection.addTransceiver(track, { direction: "sendrecv", streams: [] });
  return connection.getTransceivers()[0].sender;
}

for (const [level, height, bps] of [
  [0, 720, 1_700_000],
  [1, 360, 450_000],
  [2, 180, 160_000],
]) {
  test(`on step ${level} two people send ${height} lines`, () => {
    const { camera } = shapesOf(level, TWO);

    assert.deepEqual([camera.active, camera.height, camera.bps, camera.keep], [true, height, bps, "maintain-framerate"]);
  });
}

test("from step 3 on no picture of oneself is sent, and from step 4 on only narrow sound", () => {
  assert.deepEqual([3, 4, 5].map((level) => shapesOf(level, TWO).camera.active), [false, false, false]);
  assert.deepEqual([3, 4, 5].map((level) => shapesOf(level, TWO).microphone.bps), [undefined, 24_000, 24_000]);
  assert.deepEqual([3, 4, 5].map((level) => shapesOf(level, TWO).share.active), [true, false, false]);
});

test("somebody who would rather be seen keeps a small picture on step 3, and not on step 4", () => {
  const { camera } = shapesOf(3, { ...TWO, keepPicture: true });

  assert.deepEqual([camera.active, camera.height], [true, 180]);
  assert.equal(shapesOf(4, { ...TWO, keepPicture: true }).camera.active, false);
});

test("no step gives a pair more than the number of people allows", () => {
  assert.deepEqual([0, 1, 2].map((level) => shapesOf(level, SIX).camera.height), [180, 180, 180]);
});

test("while a screen is shared it stays sharp, and the face becomes small", () => {
  const { camera, share } = shapesOf(0, { ...TWO, sharing: true });

  assert.deepEqual([camera.height, share.keep, share.height], [180, "maintain-resolution", undefined]);
});

test("the browser is told of rate, frames and size, and nothing is told twice", async () => {
  const sender = aSender();
  const { camera } = shapesOf(1, TWO);

  await shapeLine(sender, camera);
  await shapeLine(sender, camera);

  assert.deepEqual(sender.encoding, { active: true, maxBitrate: 450_000, maxFramerate: 20, scaleResolutionDownBy: 2 });
  assert.equal(sender.getParameters().degradationPreference, "maintain-framerate");
  assert.equal(sender.told, 1);
});

test("a browser that does not tell everything back is not told again and again", async () => {
  const sender = aSender();
  const tell = sender.setParameters.bind(sender);
  sender.setParameters = ({ degradationPreference: _, encodings: [{ maxFramerate: __, ...encoding }], ...rest }) =>
    tell({ ...rest, encodings: [encoding] });

  for (let turn = 0; turn < 3; turn += 1) await shapeLine(sender, shapesOf(1, TWO).camera);

  assert.equal(sender.told, 1);
});

test("a browser is asked seldom what it was told, and told again what it has lost", async () => {
  const sender = aSender();
  const { camera } = shapesOf(1, TWO);
  let asked = 0;
  const ask = sender.getParameters.bind(sender);
  sender.getParameters = () => ((asked += 1), ask());
  for (let turn = 0; turn < 12; turn += 1) await shapeLine(sender, camera);
  assert.deepEqual([asked, sender.told], [4, 1]); // before and after it was told, and at every fifth call

  sender.encoding.maxBitrate = 2_000_000;
  for (let turn = 0; turn < 5; turn += 1) await shapeLine(sender, camera);

  assert.deepEqual([sender.encoding.maxBitrate, sender.told], [450_000, 2]);
});

test("a telephone held upright is measured along its short side, and a small camera is not made larger", async () => {
  const [upright, small] = [aSender("video", { width: 480, height: 640 }), aSender("video", { width: 320, height: 240 })];

  await shapeLine(upright, shapesOf(2, TWO).camera);
  await shapeLine(small, shapesOf(0, TWO).camera);

  assert.equal(upright.encoding.scaleResolutionDownBy, 480 / 180);
  assert.equal(small.encoding.scaleResolutionDownBy, 1);
});

test("another camera on the line is measured anew", async () => {
  const sender = aSender();
  await shapeLine(sender, shapesOf(1, TWO).camera);

  sender.track = Object.assign(new FakeTrack("video", "other"), { getSettings: () => ({ width: 640, height: 480 }) });
  await shapeLine(sender, shapesOf(1, TWO).camera);

  assert.equal(sender.encoding.scaleResolutionDownBy, 480 / 360);
});

test("sound that was narrow is freed again", async () => {
  const sender = aSender("audio", {});

  await shapeLine(sender, shapesOf(4, TWO).microphone);
  assert.equal(sender.encoding.maxBitrate, 24_000);
  await shapeLine(sender, shapesOf(3, TWO).microphone);

  assert.deepEqual(sender.encoding, { active: true });
});

test("a picture that was paused goes on", async () => {
  const sender = aSender();

  await shapeLine(sender, shapesOf(3, TWO).camera);
  assert.equal(sender.encoding.active, false);
  await shapeLine(sender, shapesOf(2, TWO).camera);

  assert.deepEqual([sender.encoding.active, sender.encoding.maxBitrate], [true, 160_000]);
});
