import assert from "node:assert/strict";
import test from "node:test";

import { reportsTo } from "../../../static/js/visit/reporting.js";

const REPORT = { code: "7K4M-QX2B", age_ms: 5, lines: [{ at_ms: 0, peer: null, what: "signal live" }] };
const TO = { url: "/api/v1/visits/v/reports", csrfToken: "t" };
const forever = () => new AbortController().signal;

/** @param {(url: string, how: any) => Promise<any>} answer */
const sending = (answer, patience = forever) => reportsTo(/** @type {any} */ (answer), TO, patience)(REPORT);

test("a report is sent as JSON, with the form's token", async () => {
  /** @type {any[]} */
  const asked = [];
  const sent = await sending(async (url, how) => {
    asked.push(url, how);
    return { ok: true };
  });

  assert.equal(sent, true);
  assert.equal(asked[0], TO.url);
  assert.deepEqual([asked[1].method, asked[1].headers["X-CSRF-Token"], asked[1].credentials], ["POST", "t", "same-origin"]);
  assert.deepEqual(JSON.parse(asked[1].body), REPORT);
});

for (const status of [404, 422, 429, 503]) {
  test(`what the hospital refuses with ${status} is not sent`, async () => {
    assert.equal(await sending(async () => ({ ok: false, status })), false);
  });
}

test("where the line is away it is not sent", async () => {
  assert.equal(await sending(async () => { throw new TypeError("Failed to fetch"); }), false);
});

test("nobody waits longer than their patience", async () => {
  const ending = new AbortController();
  const slow = (/** @type {string} */ _url, /** @type {any} */ { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const sent = sending(slow, () => ending.signal);
  ending.abort();

  assert.equal(await sent, false);
});
