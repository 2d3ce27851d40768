/** What the server gives the page to start with. */

/**
 * @typedef {object} VisitData
 * @property {string} visit_id
 * @property {{name: string, role: string}} me
 * @property {string} join_url
 * @property {string} csrf_token
 * @property {string} phone
 * @property {string} hospital
 * @property {string} specialist
 * @property {string} starts_at - RFC 3339
 * @property {string | null} checks_url
 * @property {string} home_url
 * @property {import("../../js/visit/devices.js").Capture} [capture]
 */

/** @returns {VisitData} */
export function readData() {
  return JSON.parse(document.getElementById("visit-data")?.textContent ?? "null");
}

/**
 * Say an hour in the reader's own zone.
 * @param {Date} at
 */
export const hourWords = (at) => at.toLocaleTimeString("en", { hour: "numeric", minute: "2-digit" });

/**
 * Say when the visit is, in the reader's own zone.
 * @param {string} startsAt
 * @param {Date} now
 */
export function whenWords(startsAt, now) {
  const start = new Date(startsAt);
  const today = start.toDateString() === now.toDateString();
  const day = today ? "today" : new Intl.DateTimeFormat("en", { weekday: "long", month: "long", day: "numeric" }).format(start);
  const time = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", timeZoneName: "short" }).format(start);
  return `${day} at ${time}`;
}
