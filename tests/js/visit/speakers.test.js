import assert from "node:assert/strict";
import test from "node:test";

import { Devices } from "../../../static/js/visit/devices.js";
import { Speakers } from "../../../static/js/visit/speakers.js";
import { settled } from "./fake_clock.js";
import { FakeMediaDevices, FakeStorage } from "./fake_devices.js";

const aSpeaker = (deviceId) => ({ kind: "audiooutput", deviceId, label: `${deviceId} by name`, groupId: "g" });
const HEADSET = { id: "headset", label: "headset by name", group: "g" };

/** Something that plays sound, and whether it can be told where. */
function aSink() {
  const sink = { ids: [] };
  sink.setSinkId = async (id) => {
    if (sink.failing) throw new DOMException("", "NotFoundError");
    sink.ids.push(id);
  };
  return sink;
}

async function started(memory = new FakeStorage()) {
  const [machine, news, ending] = [new FakeMediaDevices([aSpeaker("desk"), aSpeaker("headset")]), [], new AbortController()];
  const speakers = new Speakers(new Devices(machine, memory), memory, (each) => news.push(each));
  await speakers.start(ending.signal);
  const change = async (...present) => {
    machine.devices = present;
    machine.dispatchEvent(new Event("devicechange"));
    await settled();
  };
  return { speakers, news, change, memory, ending };
}

test("everything that plays sound plays it where somebody chose, also what comes later", async () => {
  const { speakers } = await started();
  const [first, later] = [aSink(), aSink()];
  await speakers.add(first);

  await speakers.choose(HEADSET);
  await speakers.add(later);

  assert.deepEqual([first.ids, later.ids, speakers.used], [["", "headset"], ["headset"], "headset"]);
});

test("the choice is remembered for the next visit", async () => {
  const { speakers, memory } = await started();
  await speakers.choose(HEADSET);

  const next = await started(memory);

  assert.equal(next.speakers.used, "headset");
  assert.deepEqual(next.news, []);
});

test("a headset that is pulled out gives way to the browser's own choice and comes back, and both are said", async () => {
  const { speakers, news, change } = await started();
  const sink = aSink();
  await speakers.add(sink);
  await speakers.choose(HEADSET);

  await change(aSpeaker("desk"));
  assert.equal(sink.ids.at(-1), "");
  await change(aSpeaker("desk"), aSpeaker("headset"));

  assert.equal(sink.ids.at(-1), "headset");
  assert.deepEqual(news.map(({ what, device }) => [what, device]), [["switched", "speaker"], ["returned", "speaker"]]);
});

test("where nothing was chosen, what is plugged in changes nothing", async () => {
  const { speakers, news, change } = await started();

  await change(aSpeaker("desk"));

  assert.deepEqual([speakers.used, news], ["", []]);
});

test("a browser that leaves no choice offers none and breaks nothing", async () => {
  const { speakers } = await started();
  await speakers.add({});

  await speakers.choose(HEADSET);

  assert.deepEqual(await speakers.list(), []);
});

test("where there is a choice it is listed by name", async () => {
  const { speakers } = await started();
  await speakers.add(aSink());

  assert.deepEqual((await speakers.list()).map(({ label }) => label), ["desk by name", "headset by name"]);
});

test("something that cannot play there plays where it did, and the others follow", async () => {
  const { speakers } = await started();
  const [broken, well] = [Object.assign(aSink(), { failing: true }), aSink()];
  await speakers.add(broken);
  await speakers.add(well);

  await speakers.choose(HEADSET);

  assert.equal(well.ids.at(-1), "headset");
});

test("what plays no more is told nothing", async () => {
  const { speakers } = await started();
  const sink = aSink();
  await speakers.add(sink);
  speakers.remove(sink);

  await speakers.choose(HEADSET);

  assert.deepEqual(sink.ids, [""]);
});

test("after the end nothing is followed", async () => {
  const { speakers, ending, change } = await started();
  await speakers.choose(HEADSET);
  ending.abort();

  await change(aSpeaker("desk"));

  assert.equal(speakers.used, "headset");
});
