/** What somebody can do when a camera or microphone cannot be used: plain words, in the steps of their own browser. */

/** @typedef {import("./devices.js").Trouble} Trouble */
/** @typedef {import("./devices.js").DeviceKind} DeviceKind */
/** @typedef {"chrome" | "chrome-android" | "edge" | "firefox" | "safari" | "safari-ios" | "other"} Browser */
/** @typedef {{title: string, steps: string[]}} Advice */

/** The first that fits; an iPhone has Safari's engine under every name. @type {[RegExp, Browser][]} */
const SIGNS = [
  [/iPhone|iPad|iPod/, "safari-ios"],
  [/Firefox\//, "firefox"],
  [/Edg\//, "edge"],
  [/Android.*Chrome\//, "chrome-android"],
  [/Chrome\//, "chrome"],
  [/Safari\//, "safari"],
];

/** @type {Record<Browser, string>} */
const NAMES = {
  chrome: "Chrome",
  "chrome-android": "Chrome on Android",
  edge: "Edge",
  firefox: "Firefox",
  safari: "Safari",
  "safari-ios": "iPhone or iPad",
  other: "another browser",
};

/** How to take a refusal back, to the point where the page asks again. @type {Record<Browser, string[]>} */
const ALLOW_AGAIN = {
  chrome: ["Press the sign at the left end of the address line, at the top.", "Switch on {things}."],
  "chrome-android": ["Press the sign at the left end of the address line.", "Press Permissions, then allow {things}."],
  edge: ["Press the sign at the left end of the address line, at the top.", "Set {things} to Allow."],
  firefox: ["Press the crossed-out sign next to the address, at the top.", "Press the small cross beside Blocked."],
  safari: ["Open the menu Safari, then Settings for this website.", "Set {things} to Allow."],
  "safari-ios": [
    "Press the sign at the left end of the address line.",
    "Press the three dots, then Website Settings.",
    "Set {things} to Allow.",
  ],
  other: ["Open the settings of this website in your browser.", "Allow {things}."],
};

const LAST_STEP = "Come back here and press Try again.";

/** @type {Record<DeviceKind, string>} */
const THING = { microphone: "microphone", camera: "camera" };

/**
 * Tell which browser this is, for choosing words only.
 * @param {string} userAgent
 * @returns {Browser}
 */
export function browserOf(userAgent) {
  return SIGNS.find(([sign]) => sign.test(userAgent))?.[1] ?? "other";
}

/**
 * Name the browser to the same person in another window.
 * @param {string} userAgent
 */
export const deviceName = (userAgent) => NAMES[browserOf(userAgent)];

/**
 * Say what is wrong and what to do, for everything that is wrong.
 * @param {Partial<Record<DeviceKind, Trouble>>} troubles
 * @param {Browser} browser
 * @returns {Advice | null} null: nothing is wrong
 */
export function adviceOn(troubles, browser) {
  const { camera, microphone } = troubles;
  if (camera && camera === microphone) return ADVICE[camera](["camera", "microphone"], browser);
  if (microphone) return ADVICE[microphone](["microphone"], browser);
  if (camera) return ADVICE[camera](["camera"], browser);
  return null;
}

/** @type {Record<Trouble, (kinds: DeviceKind[], browser: Browser) => Advice>} */
const ADVICE = {
  refused: (kinds, browser) => ({
    title: `This page may not use your ${both(kinds)} yet`,
    steps: [...ALLOW_AGAIN[browser].map((step) => step.replace("{things}", `the ${both(kinds, " and the ")}`)), LAST_STEP],
  }),
  missing: (kinds) => ({
    title: `We cannot find a ${both(kinds, " or a ")}`,
    steps: ["If yours has a plug, pull it out and put it in again.", "Press Try again."],
  }),
  busy: (kinds) => ({
    title: `Another program is using your ${both(kinds)}`,
    steps: ["Close other video calls and camera programs.", "Press Try again."],
  }),
  unsuitable: (kinds) => ({
    title: `Your ${both(kinds)} did not start`,
    steps: ["Choose another one in the list, if there is one.", "Press Try again."],
  }),
  blocked: (kinds) => ({
    title: `This browser does not let us use your ${both(kinds)}`,
    steps: ["Open the link from our message in Chrome, Edge, Firefox or Safari.", "If it opens inside another app, choose Open in browser there."],
  }),
  unknown: (kinds) => ({
    title: `Your ${both(kinds)} did not start`,
    steps: ["Close other programs that use it.", "Press Try again. If it does not help, reload this page."],
  }),
};

/**
 * @param {DeviceKind[]} kinds
 * @param {string} between
 */
const both = (kinds, between = " and ") => kinds.map((kind) => THING[kind]).join(between);
