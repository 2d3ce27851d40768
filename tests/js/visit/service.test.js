import assert from "node:assert/strict";
import test from "node:test";

import { asksService } from "../../../static/js/visit/service.js";

const patience = () => new AbortController().signal;
const answering = (status, body) => async () => new Response(JSON.stringify(body), { status });

test("what is asked goes to the interface, with the page's token", async () => {
  const asked = [];
  const request = async (...given) => {
    asked.push(given);
    return new Response('{"id":"x"}', { status: 201 });
  };

  const answer = await asksService(request, "a-token", patience)("POST", "/visits/v/events", { event: "e" });

  assert.deepEqual(answer, { ok: true, status: 201, body: { id: "x" }, words: "" });
  const [address, { method, headers, body }] = asked[0];
  assert.deepEqual([address, method, headers["X-CSRF-Token"], body], ["/api/v1/visits/v/events", "POST", "a-token", '{"event":"e"}']);
});

test("a refusal comes back in the service's own words, the field's first", async () => {
  const field = { title: "Some values cannot be accepted.", errors: [{ field: "reason", message: "Please choose why." }] };
  const ask = (body) => asksService(answering(422, body), "t", patience)("GET", "/x");

  assert.equal((await ask(field)).words, "Please choose why.");
  assert.equal((await ask({ title: "This time is gone." })).words, "This time is gone.");
});

test("no answer, and one that says nothing, become words with a next step", async () => {
  const broken = asksService(async () => new Response("<html>", { status: 502 }), "t", patience);
  const away = asksService(() => Promise.reject(new TypeError("away")), "t", patience);

  for (const ask of [broken, away]) {
    const { ok, status, words } = await ask("GET", "/x");
    assert.deepEqual([ok, status], [false, 0]);
    assert.match(words, /Your visit goes on. Please try again/);
  }
});
