/** Asks the service for something while a visit goes on; what went wrong comes back as words, never as an error. */

const NOT_REACHED = "We could not reach the hospital's service just now. Your visit goes on. Please try again.";

/** @typedef {{ok: boolean, status: number, body: any, words: string}} Answer - status 0: none came; words: what went wrong */
/** @typedef {(method: "GET" | "POST" | "DELETE", path: string, body?: object) => Promise<Answer>} Ask */

/**
 * @param {typeof fetch} request
 * @param {string} csrfToken
 * @param {() => AbortSignal} patience - how long somebody waits for an answer
 * @returns {Ask}
 */
export function asksService(request, csrfToken, patience) {
  return async (method, path, body) => {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken };
    if (body) headers["Content-Type"] = "application/json";
    try {
      const sent = body ? JSON.stringify(body) : undefined;
      const answer = await request(`/api/v1${path}`, { method, credentials: "same-origin", headers, body: sent, signal: patience() });
      return answered(answer.status, await answer.json());
    } catch {
      return { ok: false, status: 0, body: null, words: NOT_REACHED };
    }
  };
}

/**
 * @param {number} status
 * @param {any} body
 * @returns {Answer}
 */
function answered(status, body) {
  const ok = status >= 200 && status < 300;
  return { ok, status, body, words: ok ? "" : (body.errors?.[0]?.message ?? body.title ?? NOT_REACHED) };
}
