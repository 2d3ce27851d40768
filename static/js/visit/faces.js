/** Who and what is to be seen in the room, and what of it large: a pure function. */

/** @typedef {import("./view.js").OtherPerson} OtherPerson */
/** One frame on the stage. @typedef {{key: string, kind: "person" | "screen", person: OtherPerson}} Face */

/** Whom one has come to see. */
const ORDER = ["specialist", "patient", "companion", "interpreter", "scheduler", "observer"];

/**
 * The first is large: what somebody chose, else a screen that is shown, else whom one has come to see.
 * @param {OtherPerson[]} others
 * @param {string} ownRole
 * @param {string} chosen - a key; one that is not here counts for nothing
 * @returns {Face[]}
 */
export function facesOf(others, ownRole, chosen) {
  const people = [...others].sort((some, other) => rank(some, ownRole) - rank(other, ownRole));
  const screens = people.filter(({ media }) => media.share);
  const faces = [...screens.map(screenOf), ...people.map(faceOf)];
  const large = faces.find(({ key }) => key === chosen);
  return large ? [large, ...faces.filter((face) => face !== large)] : faces;
}

/**
 * @param {OtherPerson} person
 * @returns {Face}
 */
const faceOf = (person) => ({ key: person.session, kind: "person", person });

/**
 * @param {OtherPerson} person
 * @returns {Face}
 */
const screenOf = (person) => ({ key: `${person.session} screen`, kind: "screen", person });

/**
 * The specialist sees the patient large; everybody else sees the specialist.
 * @param {OtherPerson} person
 * @param {string} ownRole
 */
function rank({ role }, ownRole) {
  return role === "specialist" && ownRole === "specialist" ? ORDER.length : ORDER.indexOf(role);
}
