/** How long something has been wrong, without figures, and from when on the telephone is the better way: pure. */

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

/**
 * @param {{advice: import("./view.js").LineAdvice | null, mending: boolean, ms: number}} trouble
 * @returns {boolean} whether the hospital's number is to be shown
 */
export const telephoneHelps = ({ advice, mending, ms }) => advice === "phone" || (mending && ms >= TELEPHONE_MS);
