/** Somebody's machine with what they have opened on it. */

import { Devices } from "../../../static/js/visit/devices.js";
import { LocalMedia } from "../../../static/js/visit/media.js";
import { FakeClock, settled } from "./fake_clock.js";
import { FakeMediaDevices, FakeStorage, a_device } from "./fake_devices.js";

export const [MIC, HEADSET, CAMERA, OTHER_CAMERA] = [
  a_device("audio", "mic"),
  a_device("audio", "headset"),
  a_device("video", "cam"),
  a_device("video", "other"),
];

export async function started(...devices) {
  const [machine, clock, news, states] = [new FakeMediaDevices(devices), new FakeClock(), [], []];
  const more = { clock, onNews: (each) => news.push(each) };
  const media = new LocalMedia(new Devices(machine, new FakeStorage()), (state) => states.push(state), more);
  await media.start();
  const change = async (...present) => {
    machine.devices = present;
    machine.dispatchEvent(new Event("devicechange"));
    await settled();
  };
  return { machine, clock, media, news, states, change };
}
