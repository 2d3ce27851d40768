/** Says an agreed time as people read it, in the zones of those who come. */

/**
 * @param {string} instant - RFC 3339
 * @param {string} zone - an IANA name
 * @returns {string} "Tuesday, November 24, 10:00 AM (Detroit time)"
 */
export function timeWords(instant, zone) {
  const at = new Date(instant);
  const day = at.toLocaleDateString("en-US", { timeZone: zone, weekday: "long", month: "long", day: "numeric" });
  const hour = at.toLocaleTimeString("en-US", { timeZone: zone, hour: "numeric", minute: "2-digit" });
  const place = zone.split("/").at(-1)?.replaceAll("_", " ");
  return `${day}, ${hour} (${place} time)`;
}

/**
 * Say a time for the patient first, and for the clinic where its clocks show another hour.
 * @param {string} instant
 * @param {readonly [string, string]} zones - the patient's, and the clinic's
 * @returns {{own: string, clinic: string}} clinic: empty where both read the same
 */
export function bothWords(instant, [patient, clinic]) {
  const own = timeWords(instant, patient);
  const there = timeWords(instant, clinic);
  const same = own.replace(/ \(.*$/, "") === there.replace(/ \(.*$/, "");
  return { own, clinic: same ? "" : `At the clinic: ${there}` };
}

/**
 * How long ago something was said.
 * @param {string} instant
 * @param {number} nowMs
 */
export function agoWords(instant, nowMs) {
  const minutes = Math.max(0, Math.round((nowMs - Date.parse(instant)) / 60_000));
  if (minutes < 1) return "Said less than a minute ago.";
  if (minutes < 60) return `Said ${minutes} ${minutes === 1 ? "minute" : "minutes"} ago.`;
  const hours = Math.floor(minutes / 60);
  return `Said ${hours} ${hours === 1 ? "hour" : "hours"} ago. Ask again.`;
}
