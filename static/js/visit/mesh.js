/**
 * How much picture each pair of people may exchange when everybody sends to everybody: an encoder and a share of the line for
 * each other person. Pure.
 */

/** @typedef {{height: number, framesPerSecond: number, bps: number, needBps: number}} Picture */
/** @typedef {{base: number, needBps: number, best: Picture}} PairAllowance - `base`: the step above which the pair does not go */

/** @type {Picture} */
const P720 = { height: 720, framesPerSecond: 30, bps: 1_700_000, needBps: 2_000_000 };
/** @type {Picture} */
const P540 = { height: 540, framesPerSecond: 30, bps: 1_000_000, needBps: 1_200_000 };
/** @type {Picture} */
const P360 = { height: 360, framesPerSecond: 20, bps: 450_000, needBps: 600_000 };
/** @type {Picture} */
const P180 = { height: 180, framesPerSecond: 15, bps: 160_000, needBps: 250_000 };

/** The best picture of steps 1 and 2. */
export const SMALLER = [P360, P180];

const CLINICAL = new Set(["specialist", "patient"]);

/**
 * Say what a pair may exchange.
 * @param {number} people - in the room, oneself too
 * @param {string} mine - role
 * @param {string} theirs - role
 * @returns {PairAllowance}
 */
export function allowanceOf(people, mine, theirs) {
  const examined = mine !== theirs && CLINICAL.has(mine) && CLINICAL.has(theirs);
  if (people <= 2) return allow(0, P720);
  if (people === 3) return allow(0, P540);
  return people === 4 || examined ? allow(1, P360) : allow(2, P180);
}

/**
 * @param {number} base
 * @param {Picture} best
 * @returns {PairAllowance}
 */
const allow = (base, best) => ({ base, best, needBps: best.needBps });
