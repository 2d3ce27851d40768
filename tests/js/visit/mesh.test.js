import assert from "node:assert/strict";
import test from "node:test";

import { allowanceOf } from "../../../static/js/visit/mesh.js";

for (const [people, mine, theirs, height, base] of [
  [1, "patient", "specialist", 720, 0],
  [2, "patient", "specialist", 720, 0],
  [3, "patient", "interpreter", 540, 0],
  [4, "companion", "interpreter", 360, 1],
  [5, "patient", "specialist", 360, 1],
  [5, "specialist", "patient", 360, 1],
  [5, "specialist", "specialist", 180, 2],
  [6, "companion", "specialist", 180, 2],
  [6, "specialist", "patient", 360, 1],
  [8, "observer", "patient", 180, 2],
]) {
  test(`of ${people} people a ${mine} sends a ${theirs} at most ${height} lines`, () => {
    const allowance = allowanceOf(people, mine, theirs);

    assert.deepEqual([allowance.best.height, allowance.base], [height, base]);
  });
}

test("six people send less than two do", () => {
  const total = (people, roles) => roles.reduce((sum, role) => sum + allowanceOf(people, "specialist", role).best.bps, 0);

  const six = total(6, ["patient", "companion", "companion", "interpreter", "specialist"]);

  assert.ok(six < total(2, ["patient"]), `${six} bits a second`);
});
