/** The four corners of the stage and the way between them: pure. "start" is the side where a line of text begins. */

/** @typedef {"bottom-end" | "bottom-start" | "top-start" | "top-end"} Corner */

/** In the order of a walk around. @type {Corner[]} */
const CORNERS = ["bottom-end", "bottom-start", "top-start", "top-end"];

/**
 * @param {string} corner
 * @returns {Corner} the next one on the walk
 */
export function nextCorner(corner) {
  return CORNERS[(CORNERS.findIndex((each) => each === corner) + 1) % CORNERS.length] ?? "bottom-end";
}

/**
 * @param {string} corner
 * @param {string} key - of an arrow, as in `KeyboardEvent.key`
 * @param {boolean} rightToLeft
 * @returns {Corner | null} null: no arrow
 */
export function cornerTowards(corner, key, rightToLeft) {
  const [row, side] = corner.split("-");
  if (key === "ArrowUp" || key === "ArrowDown") return made(key === "ArrowUp" ? "top" : "bottom", side);
  if (key === "ArrowLeft" || key === "ArrowRight") return made(row, sideOf(key === "ArrowLeft", rightToLeft));
  return null;
}

/**
 * @param {{x: number, y: number}} point
 * @param {{left: number, top: number, width: number, height: number}} stage
 * @param {boolean} rightToLeft
 * @returns {Corner} the nearest one
 */
export function cornerAt({ x, y }, { left, top, width, height }, rightToLeft) {
  return made(y < top + height / 2 ? "top" : "bottom", sideOf(x < left + width / 2, rightToLeft));
}

/**
 * @param {string} corner
 * @param {boolean} rightToLeft
 * @returns {string} "bottom right"
 */
export function cornerWords(corner, rightToLeft) {
  const [row, side] = corner.split("-");
  return `${row} ${(side === "start") === rightToLeft ? "right" : "left"}`;
}

/**
 * @param {boolean} left
 * @param {boolean} rightToLeft
 */
const sideOf = (left, rightToLeft) => (left === rightToLeft ? "end" : "start");

/**
 * @param {string | undefined} row
 * @param {string | undefined} side
 */
const made = (row, side) => /** @type {Corner} */ (`${row}-${side}`);
