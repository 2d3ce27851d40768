import assert from "node:assert/strict";
import { test } from "node:test";

import { writing } from "../../../static/js/opinion/writing.js";

function form(fields) {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

test("each question's text is an answer or a reason, by its choice", () => {
  const sent = writing(
    form([
      ["text-1", "No."],
      ["kind-1", "answer"],
      ["text-12", "We lack a report."],
      ["kind-12", "cannot"],
    ]),
  );

  assert.deepEqual(sent.replies, [
    { number: 1, answer: "No.", cannot_because: "" },
    { number: 12, answer: "", cannot_because: "We lack a report." },
  ]);
});

test("what is ticked and what is added make one list, without empty lines", () => {
  const sent = writing(
    form([
      ["read", "Pathology report"],
      ["read", "Scans"],
      ["read-added", "A letter\r\n\r\n  \nBlood tests"],
      ["missing-added", ""],
    ]),
  );

  assert.deepEqual(sent.read, ["Pathology report", "Scans", "A letter", "Blood tests"]);
  assert.deepEqual(sent.missing, []);
});

test("a stand that nobody has chosen is not sent", () => {
  assert.deepEqual(Object.keys(writing(form([["summary", "You have time."]]))), ["summary", "replies", "read", "missing"]);
  assert.equal(writing(form([["agreement", "differs"]])).agreement, "differs");
});
