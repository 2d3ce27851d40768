/** The way in: one ticket, good for one hello. */

/**
 * @typedef {object} Grant
 * @property {string} ticket
 * @property {string} signal_url - absolute, or relative to the page
 * @property {RTCIceServer[]} ice_servers
 * @property {string} expires_at
 */

/** @typedef {(ending: AbortSignal) => Promise<Grant>} GetGrant */

/** The server does not let this person in, and asking again will not change that. */
export class JoinRefusedError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message - for people
   */
  constructor(status, code, message) {
    super(message);
    this.name = "JoinRefusedError";
    this.status = status;
    this.code = code;
  }
}

const WORTH_ANOTHER_TRY = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Make the function that fetches a fresh ticket.
 * @param {typeof fetch} request
 * @param {{url: string, csrfToken: string}} to
 * @returns {GetGrant} rejects with `JoinRefusedError`, or with anything else if another try may work
 */
export function grantsFrom(request, { url, csrfToken }) {
  return async (ending) => {
    const response = await request(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken, Accept: "application/json" },
      body: "{}",
      signal: ending,
    });
    if (response.ok) return response.json();
    if (WORTH_ANOTHER_TRY.has(response.status)) throw new Error(`join answered ${response.status}`);
    throw await refusalOf(response);
  };
}

/**
 * Ask for the first ticket now, for somebody who is sure to go in.
 * @param {GetGrant} getGrant
 * @returns {GetGrant}
 */
export function aheadOfTime(getGrant) {
  /** @type {Promise<Grant> | null} */
  let first = getGrant(new AbortController().signal);
  first.catch(() => {}); // whoever asks hears of it
  return (ending) => {
    const grant = first ?? getGrant(ending);
    first = null;
    return grant;
  };
}

/** @param {Response} response - application/problem+json, RFC 9457 */
async function refusalOf(response) {
  const problem = await response.json().catch(() => ({}));
  return new JoinRefusedError(response.status, String(problem.code ?? ""), String(problem.detail ?? problem.title ?? ""));
}
