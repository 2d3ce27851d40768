/** Sends what happened to this page's connections to the hospital. */

/** @typedef {import("./logbook.js").Report} Report */

/**
 * Make the function that sends a report.
 * @param {typeof fetch} request
 * @param {{url: string, csrfToken: string}} to
 * @param {() => AbortSignal} patience - how long somebody waits for it
 * @returns {(report: Report) => Promise<boolean>} whether the hospital has it; never rejects
 */
export function reportsTo(request, { url, csrfToken }, patience) {
  return async (report) => {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken, Accept: "application/json" };
    const body = JSON.stringify(report);
    try {
      const answer = await request(url, { method: "POST", credentials: "same-origin", headers, body, signal: patience() });
      return answer.ok;
    } catch {
      return false; // the line is away, or too slow
    }
  };
}
