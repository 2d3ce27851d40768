import assert from "node:assert/strict";
import test from "node:test";

import { facesOf } from "../../../static/js/visit/faces.js";
import { a_member } from "./messages.js";

const aPerson = (name, role, media = {}) =>
  a_member(name, { role, link: null, media: { audio: true, video: true, share: false, level: 0, ...media } });
const [patient, companion, interpreter] = ["patient", "companion", "interpreter"].map((role) => aPerson(role, role));
const specialist = aPerson("specialist", "specialist");
const keysOf = (others, ownRole, chosen = "") => facesOf(others, ownRole, chosen).map(({ key }) => key);

test("a patient sees the specialist large, a specialist the patient", () => {
  assert.equal(keysOf([interpreter, companion, specialist], "patient")[0], "s_specialist");
  assert.equal(keysOf([interpreter, aPerson("other", "specialist"), companion, patient], "specialist")[0], "s_patient");
});

test("a screen that is shown is large, and whoever shows it stays to be seen", () => {
  const shows = aPerson("specialist", "specialist", { share: true });

  assert.deepEqual(keysOf([companion, shows], "patient"), ["s_specialist screen", "s_specialist", "s_companion"]);
});

test("what somebody chose is large for as long as it is there", () => {
  assert.equal(keysOf([specialist, companion], "patient", "s_companion")[0], "s_companion");
  assert.equal(keysOf([specialist], "patient", "s_companion")[0], "s_specialist");
});
