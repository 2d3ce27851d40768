/** The way in: a ticket for each hello, and a name for this tab. */

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

const TAB_KEY = "visit.tab";

/**
 * Claim a name for this tab until it is closed.
 * @param {Pick<Storage, "getItem" | "setItem">} memory - `sessionStorage`, which a duplicated tab copies
 * @param {Pick<LockManager, "request"> | undefined} locks - `navigator.locks`; without it a duplicate is not noticed
 * @param {() => string} newName
 * @param {() => AbortSignal} patience - how long a page that is being reloaded may take to let go
 * @returns {Promise<string>}
 */
export async function claimTab(memory, locks, newName, patience) {
  const known = memory.getItem(TAB_KEY);
  if (known && (await hold(known, locks, patience()))) return known;
  const name = newName();
  memory.setItem(TAB_KEY, name);
  await hold(name, locks, patience());
  return name;
}

/**
 * @param {string} name
 * @param {Pick<LockManager, "request"> | undefined} locks
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it is ours now
 */
function hold(name, locks, signal) {
  if (!locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const forever = () => {
      resolve(true);
      return new Promise(() => {});
    };
    locks.request(`visit:${name}`, { signal }, forever).catch(() => resolve(false));
  });
}
