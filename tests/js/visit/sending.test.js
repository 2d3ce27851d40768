import assert from "node:assert/strict";
import test from "node:test";

import { Sending, outboundOf } from "../../../static/js/visit/sending.js";

/** What a browser counts after so many seconds on a line that does the same all the time. */
function counted(seconds, { bps = 3_000_000, reason = "none", lost = 0, rtt = 0.05, slow = 0, reported = seconds } = {}) {
  return [
    { type: "candidate-pair", nominated: true, state: "succeeded", availableOutgoingBitrate: bps, currentRoundTripTime: rtt },
    { type: "outbound-rtp", id: "A", kind: "audio", mid: "0" },
    {
      type: "outbound-rtp",
      id: "V",
      kind: "video",
      mid: "1",
      framesSent: 20 * seconds,
      qualityLimitationReason: reason,
      qualityLimitationDurations: { cpu: slow * seconds },
    },
    { type: "outbound-rtp", id: "S", kind: "video", mid: "2", framesSent: 5 * seconds, qualityLimitationReason: "bandwidth" },
    { type: "remote-inbound-rtp", localId: "A", timestamp: reported, fractionLost: lost },
    { type: "remote-inbound-rtp", localId: "V", timestamp: reported, fractionLost: lost },
  ];
}

/** A line of which one interval after the other is told. */
function aLine() {
  const sending = new Sending(0);
  let seconds = 0;
  const next = (changes, received) => {
    seconds += 2;
    if (received) sending.hear(received, 1000 * seconds - 500);
    const sent = { redundant: false, mayTakeBps: changes?.mayTakeBps ?? 1_700_000 };
    return sending.take(outboundOf(counted(seconds, changes), 1000 * seconds, "1"), sent);
  };
  return { sending, next, during: (count, changes) => Array.from({ length: count }, () => next(changes)).at(-1) };
}

test("the camera is told from a shared screen by its line", () => {
  const { camera, sound } = outboundOf(counted(10), 10_000, "1");

  assert.deepEqual([camera.frames, camera.reduced, sound.loss], [200, false, { stamp: 10, percent: 0 }]);
});

test("a picture that is paused is not counted", () => {
  const stats = counted(10).map((stat) => (stat.id === "V" ? { ...stat, active: false } : stat));

  assert.equal(outboundOf(stats, 10_000, "1").camera, null);
});

test("the first seconds are no evidence", () => {
  const { next } = aLine();

  assert.deepEqual([next({ lost: 0.5 }), next({ lost: 0.5 })], [null, null]);
});

test("what the line gives counts only where the picture may take more", () => {
  assert.equal(aLine().during(10, { bps: 300_000, mayTakeBps: 160_000 }).availableBps, null);
  assert.equal(aLine().during(10, { bps: 300_000, mayTakeBps: 450_000 }).availableBps, 300_000);
  assert.equal(aLine().during(10, { bps: 1_000_000 }).reduced, false);
  assert.equal(aLine().during(10, { bps: 1_000_000, reason: "bandwidth" }).reduced, true);
});

test("after a change the line has ten seconds to show what it gives", () => {
  const { sending, during } = aLine();
  during(10, { reason: "bandwidth" });
  sending.settle(20_000);

  assert.equal(during(4, { bps: 300_000, reason: "bandwidth" }).availableBps, null);
  assert.equal(during(1, { bps: 300_000, reason: "bandwidth" }).availableBps, 300_000);
});

test("frames, losses and a slow machine are counted for the interval", () => {
  const { framesSent, audioLoss, videoLoss, cpuShare } = aLine().during(10, { lost: 0.03, slow: 0.75 });

  assert.deepEqual([framesSent, audioLoss, videoLoss, cpuShare], [20, 3, 3, 0.75]);
});

test("what the other side says counts once", () => {
  const { next, during } = aLine();
  during(10);

  assert.deepEqual(next({}, { sound: 50 }).received, { sound: 50 });
  assert.equal(next().received, null);
});

test("a report of loss counts until the next one is due, and not longer", () => {
  const { next, during } = aLine();
  during(10);

  const old = { lost: 0.2, reported: 21 };
  assert.equal(next(old, { sound: 90 }).audioLoss, 20);
  assert.equal(next(old, { sound: 90 }).audioLoss, 20);
  next(old, { sound: 90 });
  assert.equal(next(old, { sound: 90 }).audioLoss, 20);
  assert.equal(next(old, { sound: 90 }).audioLoss, null);
});

test("a line on which nothing comes back is interrupted, and is given time when it is back", () => {
  const { next, during } = aLine();
  during(10);
  const silent = { lost: 0.9, reported: 20 };
  next(silent);

  assert.equal(during(5, silent), null);
  assert.equal(next({ lost: 0.9 }), null);
  assert.equal(during(3, { lost: 0 }).audioLoss, 0);
});

test("a round trip is long when it has grown, and not where it always was", () => {
  assert.equal(aLine().during(10, { rtt: 0.7 }).queued, false);
  const grown = aLine();
  grown.during(10, { rtt: 0.1 });

  assert.equal(grown.next({ rtt: 0.7 }).queued, true);
});

test("a browser that counts little leaves much unknown", () => {
  const sending = new Sending(0);
  const bare = (seconds) => outboundOf([{ type: "outbound-rtp", id: "V", kind: "video" }], 1000 * seconds, null);
  for (let seconds = 2; seconds < 20; seconds += 2) {
    sending.hear({}, 1000 * seconds);
    sending.take(bare(seconds), { redundant: true, mayTakeBps: 1_700_000 });
  }
  sending.hear({ sound: 80 }, 20_000);

  assert.deepEqual(sending.take(bare(20), { redundant: true, mayTakeBps: 1_700_000 }), {
    availableBps: null,
    reduced: false,
    framesSent: 0,
    cpuShare: 0,
    audioLoss: null,
    videoLoss: null,
    received: { sound: 80 },
    queued: false,
    redundant: true,
  });
});
