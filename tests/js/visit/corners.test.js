import assert from "node:assert/strict";
import test from "node:test";

import { cornerAt, cornerTowards, cornerWords, nextCorner } from "../../../static/js/visit/corners.js";

const STAGE = { left: 100, top: 0, width: 800, height: 600 };

test("four presses lead once around", () => {
  const walk = ["bottom-end"];
  for (let press = 0; press < 4; press += 1) walk.push(nextCorner(walk.at(-1)));

  assert.deepEqual(walk, ["bottom-end", "bottom-start", "top-start", "top-end", "bottom-end"]);
});

test("arrows lead where they point, in both directions of writing", () => {
  assert.equal(cornerTowards("bottom-end", "ArrowUp", false), "top-end");
  assert.equal(cornerTowards("bottom-end", "ArrowLeft", false), "bottom-start");
  assert.equal(cornerTowards("bottom-end", "ArrowRight", false), "bottom-end");
  assert.equal(cornerTowards("bottom-end", "ArrowRight", true), "bottom-start");
  assert.equal(cornerTowards("bottom-end", "a", false), null);
});

test("what is dropped goes to the nearest corner", () => {
  assert.equal(cornerAt({ x: 200, y: 50 }, STAGE, false), "top-start");
  assert.equal(cornerAt({ x: 800, y: 500 }, STAGE, false), "bottom-end");
  assert.equal(cornerAt({ x: 800, y: 500 }, STAGE, true), "bottom-start");
});

test("a corner is named as people see it", () => {
  assert.equal(cornerWords("bottom-end", false), "bottom right");
  assert.equal(cornerWords("bottom-end", true), "bottom left");
  assert.equal(cornerWords("top-start", false), "top left");
});
