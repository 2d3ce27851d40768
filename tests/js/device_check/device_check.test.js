import assert from "node:assert/strict";
import test from "node:test";

import { adviceForStep } from "../../../static/js/device_advice.js";
import { DeviceCheck, canHoldAVisit } from "../../../static/js/device_check.js";
import { Devices } from "../../../static/js/visit/devices.js";
import { FakeMediaDevices, FakeStorage } from "../visit/fake_devices.js";

const GOOD_BROWSER = {
  isSecureContext: true,
  navigator: { mediaDevices: { getUserMedia: () => {} } },
  RTCPeerConnection: 1,
  MediaStream: 1,
  WebSocket: 1,
  AudioContext: 1,
};

/** A check on a machine of its own; `views` holds everything it has told. */
function a_check({ machine = new FakeMediaDevices(), supported = true, voice = 0.5 } = {}) {
  const views = [];
  const heard = { listening: null, sounds: 0, voice };
  const check = new DeviceCheck(
    {
      supported: () => supported,
      devices: new Devices(machine, new FakeStorage()),
      meter: { listen: (track) => (heard.listening = track), level: () => heard.voice },
      play: () => (heard.sounds += 1),
    },
    (view) => views.push(view),
  );
  check.start();
  return { check, heard, machine, views, last: () => views.at(-1) };
}

async function through_the_camera(at) {
  await at.check.go();
  at.check.confirm();
}

async function through_the_microphone(at) {
  await at.check.go();
  for (let times = 0; times < 3; times += 1) at.check.listen();
}

test("everything that works is good, one after the other", async () => {
  const at = a_check();
  assert.equal(at.last().steps.browser, "good");
  assert.equal(at.last().now, "camera");

  await at.check.go();
  assert.equal(at.last().steps.camera, "trying");
  assert.equal(at.last().camera.deviceId, "cam-1");
  at.check.confirm();
  await through_the_microphone(at);
  assert.equal(at.last().now, "speaker");
  await at.check.go();
  assert.equal(at.heard.sounds, 1);
  at.check.confirm();

  assert.deepEqual(at.last().result, { browser: true, camera: true, microphone: true });
  assert.deepEqual(at.last().steps, { browser: "good", camera: "good", microphone: "good", speaker: "good" });
});

test("a tick is earned: nothing is good before somebody saw, spoke and heard", async () => {
  const at = a_check({ voice: 0.01 });
  at.check.confirm();
  assert.equal(at.last().steps.camera, "now");

  await through_the_camera(at);
  await at.check.go();
  at.check.confirm();
  for (let times = 0; times < 50; times += 1) at.check.listen();

  assert.equal(at.last().steps.microphone, "trying");
  assert.equal(at.last().result, null);
});

test("one loud moment is not a voice", async () => {
  const at = a_check();
  await through_the_camera(at);
  await at.check.go();
  at.check.listen();
  at.heard.voice = 0;
  at.check.listen();

  assert.equal(at.last().steps.microphone, "trying");
  assert.equal(at.last().level, 0);
});

test("a camera that is refused says so, and is tried again", async () => {
  const at = a_check();
  at.machine.failures.video = "NotAllowedError";
  await at.check.go();
  assert.equal(at.last().steps.camera, "trouble");
  assert.equal(at.last().trouble, "refused");

  delete at.machine.failures.video;
  await at.check.go();

  assert.equal(at.last().steps.camera, "trying");
  assert.equal(at.last().trouble, null);
});

test("what is left out is not good, and the rest goes on", async () => {
  const at = a_check({ machine: new FakeMediaDevices([]) });
  await at.check.go();
  at.check.skip();
  await at.check.go();
  at.check.skip();
  await at.check.go();
  at.check.deny();
  assert.equal(at.last().trouble, "unheard");
  at.check.skip();

  assert.deepEqual(at.last().result, { browser: true, camera: false, microphone: false });
});

test("a person who sees nothing is helped and can look again", async () => {
  const at = a_check();
  await at.check.go();
  at.check.deny();
  assert.equal(at.last().trouble, "unseen");
  await through_the_camera(at);

  assert.equal(at.last().steps.camera, "good");
});

test("a browser that cannot hold a visit ends the check", () => {
  const at = a_check({ supported: false });
  assert.equal(at.last().now, "browser");
  at.check.skip();

  assert.deepEqual(at.last().result, { browser: false, camera: false, microphone: false });
});

test("camera and microphone are let go as soon as they are not needed", async () => {
  const at = a_check();
  await at.check.go();
  const camera = at.last().camera;
  at.check.confirm();
  assert.equal(camera.readyState, "ended");
  await at.check.go();
  const microphone = at.heard.listening;
  at.check.close();

  assert.equal(microphone.readyState, "ended");
  assert.equal(at.heard.listening, null);
});

test("the check can be begun anew", async () => {
  const at = a_check();
  await through_the_camera(at);
  at.check.start();

  assert.deepEqual(at.last().steps, { browser: "good", camera: "now", microphone: "waiting", speaker: "waiting" });
});

test("a browser needs a secure page, devices, and what a call is made of", () => {
  assert.equal(canHoldAVisit(GOOD_BROWSER), true);
  assert.equal(canHoldAVisit({ ...GOOD_BROWSER, isSecureContext: false }), false);
  assert.equal(canHoldAVisit({ ...GOOD_BROWSER, navigator: {} }), false);
  const { RTCPeerConnection: _, ...without } = GOOD_BROWSER;
  assert.equal(canHoldAVisit(without), false);
});

test("help is in the browser's own steps where the browser refuses, and ours where it does not", () => {
  assert.match(adviceForStep("camera", "refused", "firefox").steps.join(" "), /next to the address/);
  assert.equal(adviceForStep("camera", "unseen", "firefox").title, "You do not see yourself");
  assert.equal(adviceForStep("microphone", "unheard", "chrome").title, "The meter does not move");
  assert.equal(adviceForStep("browser", "blocked", "other").title, "This browser cannot hold a video visit");
  assert.equal(adviceForStep("speaker", "unheard", "safari").title, "You did not hear the sound");
});
