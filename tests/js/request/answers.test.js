import assert from "node:assert/strict";
import test from "node:test";

import { answersOf, Changes, withoutHalves } from "../../../static/js/request/answers.js";

const KINDS = {
  names: ["name", "age_years", "amber_symptom_count", "reasons", "questions", "rf_cord"],
  lists: ["reasons", "questions"],
  numbers: ["age_years", "amber_symptom_count"],
};

function aForm(entries) {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

test("a page is read as the service takes it", () => {
  const form = aForm([["name", " Maria "], ["age_years", "58"], ["reasons", "rare"], ["questions", "Why?"], ["questions", " "], ["csrf_token", "x"]]);

  assert.deepEqual(answersOf(form, KINDS), {
    name: "Maria",
    age_years: 58,
    amber_symptom_count: null,
    reasons: ["rare"],
    questions: ["Why?"],
    rf_cord: null,
  });
});

test("what is no number is sent as it is written, so that the service can say so", () => {
  assert.equal(answersOf(aForm([["age_years", "sixty"]]), KINDS).age_years, "sixty");
  assert.equal(answersOf(aForm([["amber_symptom_count", "unknown"]]), KINDS).amber_symptom_count, "unknown");
});

test("only what changed is sent", () => {
  const before = answersOf(aForm([["name", "Maria"], ["reasons", "rare"]]), KINDS);
  const changes = new Changes(before);

  assert.deepEqual(changes.among({ ...before, name: "Maria K", reasons: ["rare", "trials"] }), { name: "Maria K", reasons: ["rare", "trials"] });
});

test("an answer that is taken back is sent as none", () => {
  const before = answersOf(aForm([["name", "Maria"]]), KINDS);

  assert.deepEqual(new Changes(before).among({ ...before, name: null }), { name: null });
});

test("what was saved is not sent again, until it is forgotten", () => {
  const changes = new Changes({ name: null });
  changes.keep({ name: "Maria" });

  assert.deepEqual(changes.among({ name: "Maria" }), {});
  changes.forget();
  assert.deepEqual(changes.among({ name: "Maria" }), { name: "Maria" });
});

test("a yes that leads to another question is held back until that one is answered", () => {
  const askedOn = [["fever_38", "immunosuppressed"]];

  assert.deepEqual(withoutHalves({ fever_38: "yes", immunosuppressed: null, rf_cord: "no" }, askedOn), {
    fever_38: null,
    immunosuppressed: null,
    rf_cord: "no",
  });
  for (const whole of [{ fever_38: "yes", immunosuppressed: "no" }, { fever_38: "unknown", immunosuppressed: null }]) {
    assert.deepEqual(withoutHalves(whole, askedOn), whole);
  }
});
