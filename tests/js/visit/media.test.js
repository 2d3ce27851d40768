import assert from "node:assert/strict";
import test from "node:test";

import { Devices } from "../../../static/js/visit/devices.js";
import { LocalMedia } from "../../../static/js/visit/media.js";
import { FakeClock, settled } from "./fake_clock.js";
import { FakeMediaDevices, FakeStorage, a_device } from "./fake_devices.js";

async function started(machine = new FakeMediaDevices()) {
  const [told, news, clock] = [[], [], new FakeClock()];
  const more = { onNews: (each) => news.push(each), clock };
  const media = new LocalMedia(new Devices(machine, new FakeStorage()), (state) => told.push(state), more);
  await media.start();
  return { machine, media, told, news, clock };
}

test("muting keeps the microphone and sends silence", async () => {
  const { media } = await started();
  const { microphone } = media.state;

  media.setMuted(true);

  assert.equal(media.state.microphone, microphone);
  assert.equal(microphone.enabled, false);
  assert.equal(microphone.readyState, "live");
});

test("a camera that is switched off is let go, and opened again when it is switched on", async () => {
  const { media } = await started();
  const { camera } = media.state;

  await media.setCameraOn(false);
  assert.equal(media.state.camera, null);
  assert.equal(camera.readyState, "ended");

  await media.setCameraOn(true);
  assert.equal(media.state.camera.readyState, "live");
});

test("the last of several fast presses on the camera button wins", async () => {
  const { media } = await started();

  await Promise.all([media.setCameraOn(false), media.setCameraOn(true), media.setCameraOn(false)]);

  assert.equal(media.state.camera, null);
});

test("a device that is pulled out is replaced by another one", async () => {
  const { machine, media } = await started(
    new FakeMediaDevices([a_device("audio", "m"), a_device("video", "cam-1"), a_device("video", "cam-2")]),
  );
  machine.devices.splice(1, 1);

  media.state.camera.lose();
  await settled();

  assert.equal(media.state.camera.deviceId, "cam-2");
});

test("a device that is pulled out with no other is missing, and used again when it is back", async () => {
  const { machine, media } = await started();
  const [microphone] = machine.devices.splice(0, 1);

  media.state.microphone.lose();
  await settled();
  assert.equal(media.state.troubles.microphone, "missing");

  machine.devices.push(microphone);
  machine.dispatchEvent(new Event("devicechange"));
  await settled();
  assert.equal(media.state.microphone.deviceId, "mic-1");
  assert.deepEqual(media.state.troubles, {});
});

test("a refusal is not asked again because something was plugged in", async () => {
  const machine = new FakeMediaDevices();
  machine.failures.video = "NotAllowedError";
  await started(machine);
  const questions = machine.asked.length;

  machine.dispatchEvent(new Event("devicechange"));
  await settled();

  assert.equal(machine.asked.length, questions);
});

test("trying again opens what was refused before", async () => {
  const machine = new FakeMediaDevices();
  machine.failures.video = "NotAllowedError";
  const { media } = await started(machine);
  machine.failures = {};

  await media.retry();

  assert.equal(media.state.camera.deviceId, "cam-1");
  assert.deepEqual(media.state.troubles, {});
});

test("a microphone chosen while muted stays silent", async () => {
  const { media } = await started(
    new FakeMediaDevices([a_device("audio", "m-1"), a_device("audio", "m-2"), a_device("video", "c")]),
  );
  media.setMuted(true);

  await media.choose("microphone", { id: "m-2", label: "m-2 by name", group: "g" });

  assert.equal(media.state.microphone.deviceId, "m-2");
  assert.equal(media.state.microphone.enabled, false);
});

test("unmuting without a microphone asks for one", async () => {
  const machine = new FakeMediaDevices([a_device("video", "c")]);
  const { media } = await started(machine);
  media.setMuted(true);
  machine.devices.push(a_device("audio", "late"));

  await media.setMuted(false);

  assert.equal(media.state.microphone.deviceId, "late");
});

test("after the end nothing is held and nothing is told", async () => {
  const { media, told, machine } = await started();
  const { camera } = media.state;
  media.stop();
  const count = told.length;

  machine.dispatchEvent(new Event("devicechange"));
  camera.lose();
  await settled();

  assert.equal(camera.readyState, "ended");
  assert.equal(told.length, count);
  assert.equal(media.state.camera, null);
});
