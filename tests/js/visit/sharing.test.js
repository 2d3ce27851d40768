import assert from "node:assert/strict";
import test from "node:test";

import { Devices } from "../../../static/js/visit/devices.js";
import { LocalMedia } from "../../../static/js/visit/media.js";
import { ME, inTheRoom, media as someMedia, withHost } from "./a_call.js";
import { settled } from "./fake_clock.js";
import { FakeMediaDevices, FakeStorage, FakeTrack } from "./fake_devices.js";

const mayShare = () => withHost({ me: { caps: ["publish_audio", "publish_video", "share"] } });

async function started() {
  const [machine, news] = [new FakeMediaDevices(), []];
  const devices = new Devices(machine, new FakeStorage());
  const media = new LocalMedia(devices, () => {}, { onNews: (each) => news.push(each) });
  await media.start();
  return { machine, devices, media, news };
}

test("a screen is shown sharp and beside the camera, until its person ends it", async () => {
  const { devices, media, news } = await started();
  assert.equal(devices.canShare, true);

  await media.startSharing();
  const { share } = media.state;
  assert.deepEqual([share.contentHint, share.readyState, media.state.camera.readyState], ["detail", "live", "live"]);
  await media.stopSharing();

  assert.deepEqual([media.state.share, share.readyState, news], [null, "ended", []]);
});

test("the browser's own button ends it too, and that is said", async () => {
  const { media, news } = await started();
  await media.startSharing();

  media.state.share.lose();
  await settled();

  assert.deepEqual([media.state.share, news], [null, [{ what: "sharing-ended" }]]);
});

test("somebody who thinks better of it hears nothing, and of a failure they do", async () => {
  const { machine, media, news } = await started();
  machine.failures.screen = "NotAllowedError";
  await media.startSharing();
  assert.deepEqual([media.state.share, news], [null, []]);

  machine.failures.screen = "NotReadableError";
  await media.startSharing();

  assert.deepEqual(news, [{ what: "sharing-failed" }]);
});

test("another screen takes the place of the first", async () => {
  const { media, news } = await started();
  await media.startSharing();
  const first = media.state.share;

  await media.startSharing();
  first.lose();

  assert.deepEqual([first.readyState, media.state.share.readyState, news], ["ended", "live", []]);
});

test("who leaves shows nothing any more", async () => {
  const { media } = await started();
  await media.startSharing();
  const { share } = media.state;

  await media.release();

  assert.deepEqual([share.readyState, media.state.share], ["ended", null]);
});

test("a screen goes out on its own line without an offer, and everybody is told", async () => {
  const call = await inTheRoom(mayShare());
  const share = new FakeTrack("video", "screen");

  call.visit.setMedia(someMedia({ share }));
  await settled();

  assert.equal(call.connections[0].getTransceivers()[2].sender.track, share);
  assert.equal(call.said("media.set").at(-1).data.share, true);
  assert.equal(JSON.parse(call.connections[0].channel.sent.at(-1)).share, true);
  assert.equal(call.said("rtc.offer").length, 1);
});

test("while a screen is shown the face becomes small", async () => {
  const call = await inTheRoom(mayShare());
  call.visit.setMedia(someMedia({ share: new FakeTrack("video", "screen") }));

  await call.clock.advance(6_000);

  const [, camera, share] = call.connections[0].getTransceivers().map(({ sender }) => sender.encoding);
  assert.deepEqual([camera.maxBitrate, share.maxBitrate], [160_000, 1_500_000]);
});

test("who may not share sends no screen", async () => {
  const call = await inTheRoom(withHost({ members: [ME] }));

  call.visit.setMedia(someMedia({ share: new FakeTrack("video", "screen") }));
  await settled();

  assert.equal(call.connections[0].getTransceivers()[2].sender.track, null);
  assert.equal(call.said("media.set").at(-1).data.share, false);
});
