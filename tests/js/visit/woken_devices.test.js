import assert from "node:assert/strict";
import test from "node:test";

import { deviceNewsWords } from "../../../static/js/visit/device_news.js";
import { Devices } from "../../../static/js/visit/devices.js";
import { LocalMedia } from "../../../static/js/visit/media.js";
import { inTheRoom } from "./a_call.js";
import { CAMERA, HEADSET, MIC, started } from "./a_machine.js";
import { FakeMediaDevices, FakeStorage } from "./fake_devices.js";
import { settled } from "./fake_clock.js";

test("a track that ended while the page was frozen is opened anew at the front, without an event", async () => {
  const { media, news } = await started(MIC, CAMERA);
  media.state.camera.die();
  media.state.microphone.die();

  await media.toFront();

  assert.deepEqual([media.state.camera.readyState, media.state.microphone.readyState], ["live", "live"]);
  assert.deepEqual(news.map(deviceNewsWords), ["Your microphone works again.", "Your camera works again."]);
});

test("after sleep both are opened anew once the page is in front, though they say that they are well", async () => {
  const { media, news, machine } = await started(MIC, CAMERA);
  const [microphone, camera] = [media.state.microphone, media.state.camera];
  media.woke();
  assert.deepEqual([media.state.microphone, media.state.camera], [microphone, camera]);

  await media.toFront();

  assert.deepEqual([microphone.readyState, camera.readyState], ["ended", "ended"]);
  assert.deepEqual([media.state.microphone.readyState, media.state.camera.readyState], ["live", "live"]);
  assert.deepEqual(news, []); // nobody has noticed anything
  const questions = machine.asked.length;
  await media.toFront();
  assert.equal(machine.asked.length, questions);
});

test("after sleep a camera that its person had switched off stays off, and who was muted stays muted", async () => {
  const { media, machine } = await started(MIC, CAMERA);
  await media.setCameraOn(false);
  await media.setMuted(true);
  const questions = machine.asked.length;

  media.woke();
  await media.toFront();

  assert.deepEqual([media.state.camera, media.state.microphone.enabled], [null, false]);
  assert.deepEqual(machine.asked.slice(questions).map(({ video }) => Boolean(video)), [false]);
});

test("a camera that is switched off while it is being opened anew is never used again", async () => {
  const { media, news, states, machine } = await started(MIC, CAMERA);
  const [used, questions] = [media.state.camera, machine.asked.length];
  used.silence();

  const mended = media.toFront();
  while (!machine.asked.slice(questions).some(({ video }) => video)) await Promise.resolve();
  await Promise.all([media.setCameraOn(false), mended]);

  const cameras = new Set(states.map(({ camera }) => camera));
  assert.deepEqual([media.state.camera, news, cameras], [null, [], new Set([null, used])]);
});

test("a dead microphone is opened anew when its person wants to be heard", async () => {
  const { media } = await started(MIC, CAMERA);
  await media.setMuted(true);
  media.state.microphone.die();

  await media.setMuted(false);

  assert.deepEqual([media.state.microphone.readyState, media.state.microphone.enabled], ["live", true]);
});

test("a camera that is busy after sleep is said to be taken, tried again, and used when it is free", async () => {
  const { media, machine, clock, news } = await started(MIC, CAMERA);
  machine.failures.video = "NotReadableError";
  media.woke();
  await media.toFront();
  assert.deepEqual([media.state.camera, news], [null, [{ what: "taken", device: "camera" }]]);

  await clock.advance(20_000);
  assert.equal(media.state.camera, null);
  machine.failures = {};
  await clock.advance(7_000);

  assert.equal(media.state.camera.readyState, "live");
  assert.deepEqual(news.at(-1), { what: "given-back", device: "camera" });
  const questions = machine.asked.length;
  await clock.advance(60_000);
  assert.equal(machine.asked.length, questions);
});

test("a busy camera that is switched off meanwhile is not tried again", async () => {
  const { media, machine, clock } = await started(MIC, CAMERA);
  machine.failures.video = "NotReadableError";
  media.woke();
  await media.toFront();
  await media.setCameraOn(false);
  const questions = machine.asked.length;
  machine.failures = {};

  await clock.advance(60_000);

  assert.deepEqual([media.state.camera, machine.asked.length], [null, questions]);
});

test("what takes the place of a device that is gone after sleep is named", async () => {
  const { media, machine, news } = await started(HEADSET, MIC, CAMERA);
  machine.devices = [MIC, CAMERA];

  media.woke();
  await media.toFront();

  assert.deepEqual(news, [{ what: "switched", device: "microphone", label: "mic by name" }]);
});

test("a camera that is opened anew goes out in place of the dead one without an offer, and nobody is told of a change", async () => {
  const call = await inTheRoom();
  const media = new LocalMedia(new Devices(new FakeMediaDevices([MIC, CAMERA]), new FakeStorage()), (state) => call.visit.setMedia(state));
  await media.start();
  const [microphone, camera] = call.connections[0].getTransceivers().map(({ sender }) => sender);
  const [dead, offers] = [camera.track, call.connections[0].offersMade];
  const flags = call.said("media.set").length;

  media.woke();
  await media.toFront();
  await settled();

  assert.equal(dead.readyState, "ended");
  assert.deepEqual([camera.track, microphone.track], [media.state.camera, media.state.microphone]);
  assert.deepEqual([call.connections.length, call.connections[0].offersMade], [1, offers]);
  for (const { data } of call.said("media.set").slice(flags)) assert.deepEqual([data.audio, data.video], [true, true]);
});
