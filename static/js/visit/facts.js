/** What is so in the room and concerns everybody: a pure function from what is known to a few short sentences. */

/**
 * @typedef {object} Fact
 * @property {string} key - the same for as long as it is so
 * @property {string} sign - its sign's name
 * @property {string} words - for as long as it is so
 * @property {string} began - read aloud when it begins
 * @property {string} ended - read aloud when it ends; empty: nothing
 */

/**
 * @param {Pick<import("./view.js").CallView, "roster" | "others">} view
 * @param {{share: unknown}} own - what this person sends
 * @returns {Fact[]}
 */
export function factsOf({ roster, others }, { share }) {
  return [
    ...(roster.visit.locked ? [LOCKED] : []),
    ...(roster.visit.sound_only ? [SOUND_ONLY] : []),
    ...(share ? [SHOWN] : []),
    ...others.filter(({ media }) => media.share).map(shares),
    ...others.filter(({ role }) => role === "interpreter").map(interprets),
  ];
}

/** @type {Fact} */
const LOCKED = {
  key: "locked",
  sign: "lock",
  words: "Locked: nobody new can come in",
  began: "The room is locked. Nobody new can come in.",
  ended: "The room is open again.",
};

/** @type {Fact} */
const SOUND_ONLY = {
  key: "sound-only",
  sign: "sound",
  words: "Sound only: you hear each other, and all cameras stay off",
  began: "The visit goes on with sound only. All cameras are off.",
  ended: "Cameras may be on again. Yours stays off until you turn it on.",
};

/** @type {Fact} */
const SHOWN = {
  key: "shown",
  sign: "screen",
  words: "Everybody here sees your screen",
  began: "Everybody here sees your screen now.",
  ended: "You do not show your screen any more.",
};

/**
 * @param {import("./view.js").OtherPerson} person
 * @returns {Fact}
 */
const shares = ({ session, label }) => ({
  key: `share ${session}`,
  sign: "screen",
  words: `${label} shows a screen`,
  began: `${label} shows a screen.`,
  ended: `${label} shows no screen any more.`,
});

/**
 * @param {import("./view.js").OtherPerson} person
 * @returns {Fact}
 */
const interprets = ({ member, label }) => ({
  key: `interpreter ${member}`,
  sign: "people",
  words: `${label} interprets`,
  began: `${label} interprets.`,
  ended: "",
});
