/** What a step of the ladder means for each line, and how a browser is told: no offer is needed (W3C WebRTC, section 5.2). */

import { AUDIO_ONLY, NO_PICTURE } from "./protocol.js";
import { SMALLER } from "./mesh.js";

/** @typedef {import("./lines.js").LineName} LineName */

/**
 * What one line may send; what is left out is the browser's choice.
 * @typedef {object} Shape
 * @property {boolean} active
 * @property {number} [bps]
 * @property {number} [framesPerSecond]
 * @property {number} [height]
 * @property {RTCDegradationPreference} [keep]
 */

const NARROW_SOUND_BPS = 24_000;

/** To ask a browser holds up the page: what it was told is asked after at every so manieth call. */
const ASK_AT_CALL = 5;

/** What each sender was told last, and how often it was to be told so since. @type {WeakMap<RTCRtpSender, {words: string, calls: number}>} */
const told = new WeakMap();

/** A shared screen keeps its sharpness and gives up movement, step by step. @type {[number, number][]} */
const SCREENS = [
  [1_500_000, 15],
  [600_000, 8],
  [300_000, 5],
  [150_000, 3],
];

/**
 * Say what each line sends on a step.
 * @param {number} level
 * @param {object} situation
 * @param {import("./mesh.js").Picture} situation.best - of this pair of people
 * @param {boolean} situation.sharing - a screen, which then matters more than a face
 * @param {boolean} situation.keepPicture - the person would rather be seen than be heard clearly
 * @returns {Record<LineName, Shape>}
 */
export function shapesOf(level, { best, sharing, keepPicture }) {
  const camera = keepPicture && level === NO_PICTURE ? NO_PICTURE - 1 : level;
  return {
    microphone: level < AUDIO_ONLY ? { active: true } : { active: true, bps: NARROW_SOUND_BPS },
    camera: cameraShape(sharing && camera < 2 ? 2 : camera, best),
    share: screenShape(level),
  };
}

/**
 * @param {number} level
 * @param {import("./mesh.js").Picture} best
 * @returns {Shape}
 */
function cameraShape(level, best) {
  const picture = [best, ...SMALLER][level];
  if (!picture) return { active: false };
  const { height, framesPerSecond, bps } = picture.bps < best.bps ? picture : best;
  return { active: true, height, framesPerSecond, bps, keep: "maintain-framerate" };
}

/**
 * @param {number} level
 * @returns {Shape}
 */
function screenShape(level) {
  const [bps, framesPerSecond] = SCREENS[level] ?? [];
  return bps ? { active: true, bps, framesPerSecond, keep: "maintain-resolution" } : { active: false };
}

/**
 * Have a line send in this shape, if it does not yet.
 * @param {RTCRtpSender} sender
 * @param {Shape} shape
 * @returns {Promise<void>} rejects as `setParameters` does
 */
export async function shapeLine(sender, { active, bps, framesPerSecond, height, keep }) {
  const scale = height ? { scaleResolutionDownBy: scaleOf(sender.track, height) } : {};
  const wanted = { active, maxBitrate: bps, ...scale };
  if (isToldAgain(sender, JSON.stringify(wanted))) return;
  const parameters = sender.getParameters();
  const [encoding] = parameters.encodings;
  if (!encoding) return void told.delete(sender); // nothing has been agreed about this line
  const present = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (encoding));
  if (Object.entries(wanted).every(([name, value]) => present[name] === value)) return;
  take(present, { ...wanted, maxFramerate: framesPerSecond }); // not every browser tells this one back, or the next
  if (keep) parameters.degradationPreference = keep;
  told.delete(sender); // until the browser has taken it
  await sender.setParameters(parameters);
}

/**
 * @param {RTCRtpSender} sender
 * @param {string} words
 * @returns {boolean} whether it was told just that, not long ago
 */
function isToldAgain(sender, words) {
  const last = told.get(sender);
  const calls = last?.words === words ? last.calls + 1 : 0;
  told.set(sender, { words, calls: calls % ASK_AT_CALL });
  return calls % ASK_AT_CALL !== 0;
}

/**
 * @param {Record<string, unknown>} present - is changed
 * @param {Record<string, unknown>} wanted
 */
function take(present, wanted) {
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) delete present[name];
    else present[name] = value;
  }
}

/**
 * A telephone that is held upright has its lines along the short side.
 * @param {MediaStreamTrack | null} track
 * @param {number} height
 */
function scaleOf(track, height) {
  const { width: across, height: down } = track?.getSettings() ?? {};
  return Math.max(1, Math.min(across ?? 0, down ?? 0) / height);
}
