import assert from "node:assert/strict";
import test from "node:test";

import { deviceNewsWords } from "../../../static/js/visit/device_news.js";
import { Devices } from "../../../static/js/visit/devices.js";
import { LocalMedia } from "../../../static/js/visit/media.js";
import { CAMERA, HEADSET, MIC, OTHER_CAMERA, started } from "./a_machine.js";
import { settled } from "./fake_clock.js";
import { FakeMediaDevices, FakeStorage } from "./fake_devices.js";

const asDevice = ({ deviceId: id, label, groupId: group }) => ({ id, label, group });

test("a camera that is pulled out gives way to the next one, and that is said", async () => {
  const { media, machine, news } = await started(MIC, CAMERA, OTHER_CAMERA);
  machine.devices = [MIC, OTHER_CAMERA];

  media.state.camera.lose();
  await settled();

  assert.equal(media.state.camera.deviceId, "other");
  assert.deepEqual(news, [{ what: "switched", device: "camera", label: "other by name" }]);
  assert.equal(deviceNewsWords(news[0]), "Your camera is not there any more. We use other by name now.");
});

test("a browser that does not end the track of a pulled out device is not believed", async () => {
  const { media, news, change } = await started(MIC, HEADSET, CAMERA);

  await change(HEADSET, CAMERA);

  assert.equal(media.state.microphone.deviceId, "headset");
  assert.deepEqual(news, [{ what: "switched", device: "microphone", label: "headset by name" }]);
});

test("a microphone that was the only one is said to be gone, and works again when it is back", async () => {
  const { media, machine, news, change } = await started(MIC, CAMERA);
  machine.devices = [CAMERA];
  media.state.microphone.lose();
  await settled();
  assert.deepEqual(news, [{ what: "lost", device: "microphone" }]);

  await change(MIC, CAMERA);

  assert.equal(media.state.microphone.deviceId, "mic");
  assert.deepEqual(news.at(-1), { what: "given-back", device: "microphone" });
});

test("a headset that somebody chose is used again when it is back", async () => {
  const { media, news, change } = await started(MIC, HEADSET, CAMERA);
  await media.choose("microphone", asDevice(HEADSET));
  await change(MIC, CAMERA);
  assert.equal(media.state.microphone.deviceId, "mic");

  await change(MIC, HEADSET, CAMERA);

  assert.equal(media.state.microphone.deviceId, "headset");
  assert.deepEqual(news.map(({ what }) => what), ["switched", "returned"]);
});

test("a headset that somebody has chosen away from does not push itself forward", async () => {
  const { media, news, change } = await started(MIC, HEADSET, CAMERA);
  await media.choose("microphone", asDevice(HEADSET));
  await change(MIC, CAMERA);
  await media.choose("microphone", asDevice(MIC));

  await change(MIC, HEADSET, CAMERA);

  assert.equal(media.state.microphone.deviceId, "mic");
  assert.equal(news.length, 1);
});

test("something else that is plugged in changes nothing", async () => {
  const { media, news, machine, change } = await started(MIC, CAMERA);
  const questions = machine.asked.length;

  await change(MIC, HEADSET, CAMERA, OTHER_CAMERA);

  assert.deepEqual([media.state.microphone.deviceId, news, machine.asked.length], ["mic", [], questions]);
});

test("after a telephone call the microphone is opened anew, though it says that it is well", async () => {
  const { media, news } = await started(MIC, CAMERA);
  const dead = media.state.microphone;
  dead.silence();
  dead.giveBack();

  await media.toFront();

  assert.notEqual(media.state.microphone, dead);
  assert.equal(dead.readyState, "ended");
  assert.deepEqual(news, [{ what: "given-back", device: "microphone" }]);
});

test("coming to the front opens nothing anew where nothing was taken away", async () => {
  const { media, machine } = await started(MIC, CAMERA);
  const questions = machine.asked.length;

  await media.toFront();

  assert.equal(machine.asked.length, questions);
});

test("an interrupted sound system makes the microphone suspect", async () => {
  const { media } = await started(MIC, CAMERA);
  const dead = media.state.microphone;

  media.soundInterrupted();
  await media.toFront();

  assert.notEqual(media.state.microphone, dead);
});

test("a call that ends the tracks at the back is mended at the front, whatever the browser said meanwhile", async () => {
  const { media, machine } = await started(MIC, CAMERA);
  machine.failures = { audio: "NotAllowedError", video: "NotAllowedError" };
  media.state.microphone.lose();
  media.state.camera.lose();
  await settled();
  assert.deepEqual(media.state.troubles, { microphone: "refused", camera: "refused" });
  machine.failures = {};

  await media.toFront();

  assert.deepEqual([media.state.microphone.readyState, media.state.camera.readyState], ["live", "live"]);
  assert.deepEqual(media.state.troubles, {});
});

test("what its person refused is not asked for because the page comes to the front", async () => {
  const machine = new FakeMediaDevices();
  machine.failures.video = "NotAllowedError";
  const media = new LocalMedia(new Devices(machine, new FakeStorage()), () => {});
  await media.start();
  const questions = machine.asked.length;

  await media.toFront();

  assert.equal(machine.asked.length, questions);
});

test("a silence of five seconds at the front is mended, a shorter one mends itself, and one try is enough", async () => {
  const { media, clock, machine } = await started(MIC, CAMERA);
  const short = media.state.camera;
  short.silence();
  await clock.advance(4_000);
  short.giveBack();
  await clock.advance(4_000);
  assert.equal(media.state.camera, short);

  short.silence();
  await clock.advance(5_100);
  assert.notEqual(media.state.camera, short);
  const questions = machine.asked.length;
  await clock.advance(60_000);
  assert.equal(machine.asked.length, questions);
});

test("a device that something else keeps is said to be taken, and given back at the front", async () => {
  const { media, machine, clock, news } = await started(MIC, CAMERA);
  machine.failures.audio = "NotReadableError";
  media.state.microphone.silence();
  await clock.advance(5_100);
  assert.deepEqual(news, [{ what: "taken", device: "microphone" }]);
  machine.failures = {};

  await media.toFront();

  assert.equal(media.state.microphone.readyState, "live");
  assert.equal(media.state.troubles.microphone, undefined);
});

test("a microphone that is opened anew while somebody is muted stays silent", async () => {
  const { media } = await started(MIC, CAMERA);
  media.setMuted(true);
  media.state.microphone.silence();

  await media.toFront();

  assert.equal(media.state.microphone.enabled, false);
});

test("all that can happen to a device is said in plain words", () => {
  const news = [
    ...["switched", "returned"].flatMap((what) => ["camera", "microphone", "speaker"].map((device) => ({ what, device, label: "" }))),
    ...["lost", "taken", "given-back"].flatMap((what) => ["camera", "microphone"].map((device) => ({ what, device }))),
    { what: "sharing-ended" },
    { what: "sharing-failed" },
  ];

  for (const each of news) assert.match(deviceNewsWords(each), /^[A-Z][^!]*\.$/);
});
