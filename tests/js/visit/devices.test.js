import assert from "node:assert/strict";
import test from "node:test";

import { Devices, troubleOf } from "../../../static/js/visit/devices.js";
import { FakeMediaDevices, FakeStorage, a_device } from "./fake_devices.js";

const devicesOn = (machine, memory = new FakeStorage()) => new Devices(machine, memory);

test("both devices are opened with one question", async () => {
  const machine = new FakeMediaDevices();

  const opened = await devicesOn(machine).open();

  assert.equal(opened.microphone.deviceId, "mic-1");
  assert.equal(opened.camera.deviceId, "cam-1");
  assert.deepEqual(opened.troubles, {});
  assert.equal(machine.asked.length, 1);
});

for (const [errorName, trouble] of [
  ["NotAllowedError", "refused"],
  ["NotFoundError", "missing"],
  ["NotReadableError", "busy"],
  ["AbortError", "busy"],
]) {
  test(`a camera that fails with ${errorName} leaves the microphone and is called ${trouble}`, async () => {
    const machine = new FakeMediaDevices();
    machine.failures.video = errorName;

    const opened = await devicesOn(machine).open();

    assert.equal(opened.microphone.deviceId, "mic-1");
    assert.equal(opened.camera, null);
    assert.deepEqual(opened.troubles, { camera: trouble });
  });
}

test("a microphone that fails leaves the camera", async () => {
  const machine = new FakeMediaDevices();
  machine.failures.audio = "NotReadableError";

  const opened = await devicesOn(machine).open();

  assert.equal(opened.camera.deviceId, "cam-1");
  assert.deepEqual(opened.troubles, { microphone: "busy" });
});

test("with nothing at all opening still answers", async () => {
  const opened = await devicesOn(new FakeMediaDevices([])).open();

  assert.deepEqual(opened, { microphone: null, camera: null, troubles: { microphone: "missing", camera: "missing" } });
});

test("a page that may not use devices is told so", async () => {
  const opened = await devicesOn(undefined).open();

  assert.deepEqual(opened.troubles, { microphone: "blocked", camera: "blocked" });
  assert.deepEqual(await devicesOn(undefined).list(), { microphone: [], camera: [], speaker: [] });
  assert.equal(devicesOn(undefined).canShare, false);
});

test("an error nobody has heard of is unknown, not a crash", () => {
  assert.equal(troubleOf(new DOMException("", "SomethingNew")), "unknown");
  assert.equal(troubleOf("text"), "unknown");
});

test("a chosen device is used the next time", async () => {
  const machine = new FakeMediaDevices([a_device("video", "cam-1"), a_device("video", "cam-2"), a_device("audio", "m")]);
  const memory = new FakeStorage();
  const [, second] = (await devicesOn(machine, memory).list()).camera;
  devicesOn(machine, memory).choose("camera", second);

  const opened = await devicesOn(machine, memory).open();

  assert.equal(opened.camera.deviceId, "cam-2");
});

test("a chosen device is known by its name when the browser has given it a new id", async () => {
  const memory = new FakeStorage();
  const before = new FakeMediaDevices([a_device("video", "cam-1"), a_device("video", "old", "Desk camera")]);
  devicesOn(before, memory).choose("camera", (await devicesOn(before).list()).camera[1]);
  const after = new FakeMediaDevices([a_device("video", "cam-1"), a_device("video", "new", "Desk camera")]);

  const track = await devicesOn(after, memory).openOne("camera");

  assert.equal(track.deviceId, "new");
});

test("a chosen device that is gone gives way to the browser's own choice", async () => {
  const memory = new FakeStorage();
  const machine = new FakeMediaDevices();
  devicesOn(machine, memory).choose("camera", { id: "gone", label: "Gone", group: "x" });

  assert.equal((await devicesOn(machine, memory).open()).camera.deviceId, "cam-1");
});

test("before permission, when names are empty, a chosen id that is gone gives way too", async () => {
  const memory = new FakeStorage();
  const machine = new FakeMediaDevices([a_device("audio", "mic-1", ""), a_device("video", "cam-1", "")]);
  devicesOn(machine, memory).choose("microphone", { id: "gone", label: "Gone", group: "x" });

  assert.equal((await devicesOn(machine, memory).open()).microphone.deviceId, "mic-1");
});

test("a memory that holds nonsense is no choice", async () => {
  const memory = new FakeStorage();
  memory.setItem("visit.camera", "{nonsense");

  assert.equal((await devicesOn(new FakeMediaDevices(), memory).open()).camera.deviceId, "cam-1");
});

test("a watch tells of changes until it is ended", () => {
  const machine = new FakeMediaDevices();
  const ending = new AbortController();
  let changes = 0;
  devicesOn(machine).watch(() => (changes += 1), ending.signal);

  machine.dispatchEvent(new Event("devicechange"));
  ending.abort();
  machine.dispatchEvent(new Event("devicechange"));

  assert.equal(changes, 1);
});
