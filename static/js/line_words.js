/**
 * What a test of the line means, in plain words. The limits are those at which the rule shipped with this service asks for
 * something else than video; what follows for a visit is told by the rule itself, these words only prepare for it.
 */

/** @typedef {import("./probe.js").LineResults} LineResults */
/** @typedef {import("./probe.js").ProbeTrouble} ProbeTrouble */
/** @typedef {"good" | "care"} LineKind */
/** @typedef {{kind: LineKind, title: string, next: string[]}} LineVerdict */

const VIDEO_KBPS = 600;
const SOUND_KBPS = 100;
const MOST_LOSS_PCT = 5;

const BETTER = [
  "Sit closer to your router, or plug in a cable.",
  "Close other pages and programs that use the internet, on this and on other devices.",
  "If you can, change between Wi-Fi and mobile data. Then test again.",
];

/**
 * Say what the line is good for, and what to do.
 * @param {LineResults} results
 * @returns {LineVerdict}
 */
export function verdictOf({ down_kbps: down, up_kbps: up, loss_pct: loss }) {
  const kbps = Math.min(down, up);
  if (kbps >= VIDEO_KBPS && loss < MOST_LOSS_PCT) {
    return { kind: "good", title: "Your line is good for video", next: ["Use the same place and the same device for the visit."] };
  }
  if (kbps >= SOUND_KBPS) return { kind: "care", title: "Your line is too weak for video. Sound works", next: BETTER };
  return { kind: "care", title: "Your line is too weak for a visit now", next: BETTER };
}

/**
 * Say what was measured, for those who want to know.
 * @param {LineResults} results
 * @returns {string[]}
 */
export function measuredWords({ rtt_ms: rtt, loss_pct: loss, down_kbps: down, up_kbps: up }) {
  return [
    `To you: ${speedWords(down)}`,
    `From you: ${speedWords(up)}`,
    `Lost on the way: ${loss === 0 ? "nothing" : `about ${roundWords(loss)} of 100 packets`}`,
    `There and back: ${timeWords(rtt)}`,
  ];
}

/** @type {Record<ProbeTrouble, {title: string, next: string[]}>} */
const TROUBLE_WORDS = {
  "never-opened": {
    title: "We could not reach your device over this line",
    next: ["A firewall or a VPN may be in the way. Switch the VPN off, or use another network, such as mobile data.", "Then test again."],
  },
  "broken-off": { title: "The line broke off during the test", next: ["Stay on this page, and test again.", ...BETTER.slice(0, 1)] },
  ours: { title: "The test did not work. It was not your line", next: ["Please test again in a minute."] },
  offline: { title: "You are not connected to the internet just now", next: ["Look at your Wi-Fi or mobile data. Then test again."] },
  running: { title: "A test of your line is still running", next: ["It may be in another window. It ends in less than half a minute. Then test again."] },
  often: { title: "You have tested your line often", next: ["Please wait two minutes. Then test again."] },
  busy: { title: "Many people test their line just now", next: ["Please test again in a minute."] },
  closed: { title: "The line can be tested from 30 minutes before the visit", next: ["Please come back then."] },
  stopped: { title: "You stopped the test", next: ["You can test again at any time."] },
};

/**
 * Say why there are no results, and what to do.
 * @param {ProbeTrouble} trouble
 */
export const troubleWords = (trouble) => TROUBLE_WORDS[trouble];

/** @param {number} ms */
const timeWords = (ms) => (ms < 10 ? "less than 0.01 seconds" : `about ${(ms / 1000).toFixed(ms < 100 ? 2 : 1)} seconds`);

/** @param {number} kbps */
const speedWords = (kbps) => (kbps >= 1000 ? `about ${(kbps / 1000).toFixed(1)} megabits a second` : `about ${kbps} kilobits a second`);

/** @param {number} count */
const roundWords = (count) => (count < 1 ? "1" : String(Math.round(count)));
