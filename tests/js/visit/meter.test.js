import assert from "node:assert/strict";
import test from "node:test";

import { LevelMeter } from "../../../static/js/visit/meter.js";

/** A sound system in which one voice is as loud as it is told. */
class FakeContext {
  state = "running";
  resumed = 0;
  voice = 0;

  createMediaStreamSource() {
    return { connect() {}, disconnect() {} };
  }

  createAnalyser() {
    return { fftSize: 0, getFloatTimeDomainData: (samples) => samples.fill(this.voice) };
  }

  async resume() {
    this.resumed += 1;
  }

  async close() {
    this.state = "closed";
  }
}

function listening() {
  const context = new FakeContext();
  const meter = new LevelMeter(() => context);
  meter.listen({ id: "microphone" });
  return { context, meter, resumed: context.resumed };
}

test("a loud voice fills the bar, and silence empties it", () => {
  const { context, meter } = listening();
  assert.equal(meter.level(), 0);

  context.voice = 1;
  assert.equal(meter.level(), 1);
  context.voice = 0.125;
  assert.equal(meter.level(), 0.5);
});

test("at the front again the bar moves again, after the sound system was taken away", () => {
  const { context, meter, resumed } = listening();
  meter.toFront();
  assert.equal(context.resumed, resumed);

  context.state = "interrupted";
  meter.toFront();

  assert.equal(context.resumed, resumed + 1);
});

test("a bar that nobody looks at has no sound system", () => {
  const { context, meter, resumed } = listening();
  meter.stop();
  meter.toFront();

  assert.deepEqual([context.state, context.resumed, meter.level()], ["closed", resumed, 0]);
});
