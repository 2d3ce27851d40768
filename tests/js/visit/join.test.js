import assert from "node:assert/strict";
import test from "node:test";

import { JoinRefusedError, grantsFrom } from "../../../static/js/visit/join.js";

function answering(status, body) {
  const asked = [];
  const request = async (url, init) => {
    asked.push({ url, ...init });
    return new Response(JSON.stringify(body), { status });
  };
  const getGrant = grantsFrom(request, { url: "/api/v1/visits/v/join", csrfToken: "token" });
  return { asked, getGrant: () => getGrant(new AbortController().signal) };
}

test("a ticket is asked for by POST with the page's token", async () => {
  const { asked, getGrant } = answering(200, { ticket: "t", signal_url: "/s", ice_servers: [], expires_at: "" });

  assert.equal((await getGrant()).ticket, "t");
  assert.equal(asked[0].method, "POST");
  assert.equal(asked[0].headers["X-CSRF-Token"], "token");
  assert.equal(asked[0].url, "/api/v1/visits/v/join");
});

for (const status of [401, 403, 404, 409, 410]) {
  test(`${status} is a refusal in the server's words`, async () => {
    const { getGrant } = answering(status, { code: "visit-over", title: "The visit is over." });

    await assert.rejects(getGrant, (error) => {
      assert.ok(error instanceof JoinRefusedError);
      assert.deepEqual([error.status, error.code, error.message], [status, "visit-over", "The visit is over."]);
      return true;
    });
  });
}

for (const status of [429, 500, 502, 503]) {
  test(`${status} is worth another try`, async () => {
    await assert.rejects(answering(status, {}).getGrant, (error) => !(error instanceof JoinRefusedError));
  });
}
