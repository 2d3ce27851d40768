/**
 * What somebody who comes back needs first and what takes longest: the answer to their joining, and a browser's first
 * connection. It imports nothing, so that it runs while everything else is still being loaded.
 */

/** As `LinkSet` puts it together where there is no relay. @type {RTCConfiguration} */
export const USUAL_CONFIGURATION = { iceServers: [], iceTransportPolicy: "all", bundlePolicy: "max-bundle" };

/** @param {string} visit */
export const insideKey = (visit) => `visit.inside.${visit}`;

/** Both are taken once. @typedef {{answer: Promise<Response> | null, connection: RTCPeerConnection | null}} HeadStart */

/** @type {HeadStart} */
export const headStart = begin(JSON.parse(document.getElementById("visit-data")?.textContent ?? "null"));

/**
 * @param {Pick<import("./data.js").VisitData, "visit_id" | "join_url" | "csrf_token">} data
 * @returns {HeadStart}
 */
function begin({ visit_id: visit, join_url: url, csrf_token: csrfToken }) {
  if (!wasInside(visit)) return { answer: null, connection: null };
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken, Accept: "application/json" };
  const answer = fetch(url, { method: "POST", credentials: "same-origin", headers, body: "{}" });
  answer.catch(() => {}); // whoever takes it hears of it
  return { answer, connection: new RTCPeerConnection(USUAL_CONFIGURATION) };
}

/** @param {string} visit */
function wasInside(visit) {
  try {
    return window.sessionStorage.getItem(insideKey(visit)) !== null;
  } catch {
    return false; // storage is closed to us
  }
}
