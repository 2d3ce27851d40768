/** Since when something has been wrong, in words without figures, and from when on the telephone is the better way: pure. */

/** @typedef {import("./wording.js").LineWords} LineWords */

/**
 * What has been wrong without a break, in milliseconds of the caller's clock; null: not now.
 * @typedef {object} Trouble
 * @property {number | null} mendingSinceMs
 * @property {number | null} apartSinceMs - being mended, while nothing is heard or seen of who is meant
 */

const LONG_MS = 10_000;
const TELEPHONE_MS = 20_000; // by then a line that comes back by itself is back
const MINUTE_MS = 60_000;

/**
 * @param {number} ms - since it began
 * @returns {string} empty: it has just begun
 */
export function sinceWords(ms) {
  if (ms < LONG_MS) return "";
  if (ms < MINUTE_MS / 2) return "This takes a little longer than usual.";
  if (ms < 2 * MINUTE_MS) return "We have been trying for about a minute.";
  return "We have been trying for some minutes, and we go on.";
}

/** @type {Trouble} */
export const NO_TROUBLE = { mendingSinceMs: null, apartSinceMs: null };

/**
 * @param {Trouble} before
 * @param {LineWords | null} line - what is said now; other words for the same trouble do not begin it anew
 * @param {number} nowMs
 * @returns {Trouble}
 */
export function troubleAfter({ mendingSinceMs, apartSinceMs }, line, nowMs) {
  if (!line?.mending) return NO_TROUBLE;
  return { mendingSinceMs: mendingSinceMs ?? nowMs, apartSinceMs: line.talking ? null : (apartSinceMs ?? nowMs) };
}

/**
 * Say whether the hospital's number is to be shown: not while people hear or see each other and only our server is away.
 * @param {Trouble} trouble
 * @param {import("./view.js").LineAdvice | null} advice
 * @param {number} nowMs
 * @returns {boolean}
 */
export function telephoneHelps({ apartSinceMs }, advice, nowMs) {
  return advice === "phone" || (apartSinceMs !== null && nowMs - apartSinceMs >= TELEPHONE_MS);
}
