/** What the page starts with: from the server, and from its own earlier life. */

/**
 * @typedef {object} VisitData
 * @property {string} visit_id
 * @property {{name: string, role: string}} me
 * @property {string} join_url
 * @property {string} reports_url
 * @property {string} csrf_token
 * @property {string} phone
 * @property {string} hospital
 * @property {string} specialist
 * @property {string} starts_at - RFC 3339
 * @property {string} starts - the same in words, in the zone of the person's own account
 * @property {string | null} checks_url
 * @property {string | null} check_in_url - the page of the check-in, for the patient
 * @property {string} home_url
 * @property {Care | null} care - for the patient and the visit's own specialist
 * @property {import("../../js/visit/devices.js").Capture} [capture]
 */

/**
 * @typedef {object} Care
 * @property {{name: string, text: string, hint: string}[]} [signs] - the warning signs, for the patient
 * @property {string} [case_id] - from here on for the visit's own specialist
 * @property {string} [patient] - the name
 * @property {string} [phone] - the patient's own
 * @property {[string, string]} [zones] - the patient's, and the clinic's
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

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Memory */

/**
 * The browser's own storage, opened when it is first used because that takes a while; or a memory that lasts as long as the
 * page where storage is closed to us.
 * @param {() => Storage} open
 * @returns {Memory}
 */
export function lazyStorage(open) {
  /** @type {Memory | null} */
  let memory = null;
  const opened = () => (memory ??= openOrForget(open));
  return {
    getItem: (key) => opened().getItem(key),
    setItem: (key, value) => opened().setItem(key, value),
    removeItem: (key) => opened().removeItem(key),
  };
}

/**
 * @param {() => Storage} open
 * @returns {Memory}
 */
function openOrForget(open) {
  try {
    return open();
  } catch {
    return forgetfulMemory();
  }
}

/** @returns {Memory} */
function forgetfulMemory() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
