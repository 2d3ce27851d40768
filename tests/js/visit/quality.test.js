import assert from "node:assert/strict";
import test from "node:test";

import { SAMPLE_EVERY_MS, judge, receivedIn, sampleOf } from "../../../static/js/visit/quality.js";

const BOTH = { audioExpected: true, videoExpected: true };
const PER_SAMPLE = SAMPLE_EVERY_MS / 1000;

/** Ten seconds on a line that does the same thing all the time. */
function line({ concealed = 0, lost = 0, frames = 20, frozen = 0, roundTripMs = 40, packets = 50 } = {}) {
  return Array.from({ length: 6 }, (_, turn) => ({
    atMs: turn * SAMPLE_EVERY_MS,
    roundTripMs,
    relayed: false,
    audio: {
      jitterMs: 2,
      bufferSeconds: turn * PER_SAMPLE * 48_000 * 0.04,
      bufferEmitted: turn * PER_SAMPLE * 48_000,
      concealed: turn * PER_SAMPLE * 48_000 * concealed,
      samples: turn * PER_SAMPLE * 48_000,
      packets: turn * PER_SAMPLE * packets,
    },
    video: {
      packets: turn * PER_SAMPLE * 100 * (1 - lost),
      lost: turn * PER_SAMPLE * 100 * lost,
      framesDecoded: turn * PER_SAMPLE * frames,
      freezeSeconds: turn * PER_SAMPLE * frozen,
    },
  }));
}

for (const [what, samples, quality] of [
  ["a clean line", line(), "good"],
  ["sound with 1 % concealed", line({ concealed: 0.01 }), "good"],
  ["sound with 6 % concealed", line({ concealed: 0.06 }), "unsteady"],
  ["sound with 20 % concealed", line({ concealed: 0.2 }), "poor"],
  ["pictures with 4 % lost", line({ lost: 0.04 }), "unsteady"],
  ["pictures with 10 % lost", line({ lost: 0.1 }), "poor"],
  ["six pictures a second", line({ frames: 6 }), "unsteady"],
  ["a picture that stands still half of the time", line({ frozen: 0.5 }), "poor"],
  ["a round trip of 900 ms", line({ roundTripMs: 900 }), "unsteady"],
  ["silence where a voice should be", line({ packets: 0 }), "poor"],
]) {
  test(`${what} is ${quality}`, () => {
    assert.equal(judge(samples, BOTH).quality, quality);
  });
}

test("a camera that is off is not a bad picture", () => {
  assert.equal(judge(line({ frames: 0 }), { audioExpected: true, videoExpected: false }).quality, "good");
});

test("a microphone that is off is not a bad sound", () => {
  assert.equal(judge(line({ packets: 0 }), { audioExpected: false, videoExpected: true }).quality, "good");
});

test("a stream that begins anew is no bad one", () => {
  const samples = line();
  const anew = { ...samples[5], audio: { ...samples[1].audio, packets: 1 }, video: { ...samples[0].video, packets: 1 } };

  assert.equal(judge([...samples.slice(0, 5), anew], BOTH).quality, "good");
  assert.deepEqual(receivedIn([...samples.slice(0, 5), anew], BOTH), {});
});

test("with nothing to judge the line is good", () => {
  assert.equal(judge([], BOTH).quality, "good");
  assert.equal(judge(line().slice(0, 1), BOTH).quality, "good");
});

test("one bad sample shows at once and recovers slowly", () => {
  const samples = line();
  const broken = samples.map((sample, turn) => (turn < 5 ? sample : { ...sample, video: samples[4].video }));

  assert.equal(judge(broken, BOTH).quality, "poor");
});

test("whoever sends is told how sound and picture arrive", () => {
  assert.deepEqual(receivedIn(line(), BOTH), { sound: 98, frames: 20, frozen: 0 });
  assert.deepEqual(receivedIn(line({ concealed: 0.1, frozen: 0.2, frames: 8 }), BOTH), { sound: 45, frames: 8, frozen: 20 });
});

test("what is not expected is not told", () => {
  assert.deepEqual(receivedIn(line(), { audioExpected: true, videoExpected: false }), { sound: 98 });
  assert.deepEqual(receivedIn(line(), { audioExpected: false, videoExpected: false }), {});
});

test("an interruption, and the interval after it, tell nothing", () => {
  const samples = line();
  const silent = { ...samples[3], atMs: samples[3].atMs + SAMPLE_EVERY_MS };
  const back = { ...samples[5], atMs: silent.atMs + SAMPLE_EVERY_MS };

  assert.deepEqual(receivedIn([...samples.slice(0, 4), silent], BOTH), {});
  assert.deepEqual(receivedIn([...samples.slice(0, 4), silent, back], BOTH), {});
  assert.deepEqual(receivedIn(samples.slice(0, 2), BOTH), {});
});

test("where lines are named, a shared screen is not taken for the camera", () => {
  const stats = [
    { type: "inbound-rtp", kind: "video", mid: "1", framesDecoded: 40 },
    { type: "inbound-rtp", kind: "video", mid: "2", framesDecoded: 400 },
  ];

  assert.equal(sampleOf(stats, 0, "1").video.framesDecoded, 40);
});

test("a sample takes the path in use and the stream that carries frames", () => {
  const sample = sampleOf(
    [
      { type: "candidate-pair", nominated: false, state: "failed", currentRoundTripTime: 9 },
      { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.05, localCandidateId: "L" },
      { type: "local-candidate", id: "L", candidateType: "relay" },
      { type: "inbound-rtp", kind: "video", framesDecoded: 0, packetsReceived: 0 },
      { type: "inbound-rtp", kind: "video", framesDecoded: 40, packetsReceived: 400, packetsLost: 4 },
    ],
    1000,
  );

  assert.deepEqual(sample, {
    atMs: 1000,
    roundTripMs: 50,
    relayed: true,
    audio: null,
    video: { packets: 400, lost: 4, framesDecoded: 40, freezeSeconds: 0 },
  });
});
