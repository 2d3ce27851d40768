/** What the preview has found out about this device, reported for the day's check. */

/**
 * @param {import("./data.js").VisitData} data
 * @param {import("../../js/visit/media.js").MediaState} state
 */
export function reportCheck({ checks_url: url, csrf_token: csrfToken }, { microphone, camera, troubles }) {
  if (!url) return;
  const found = {
    camera: camera !== null || !troubles.camera,
    microphone: microphone !== null || !troubles.microphone,
    browser: typeof RTCPeerConnection === "function",
  };
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken };
  // Going in does not wait for it, and its failure keeps nobody out.
  fetch(url, { method: "POST", headers, body: JSON.stringify(found), keepalive: true }).catch(() => {});
}
