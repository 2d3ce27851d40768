import assert from "node:assert/strict";
import test from "node:test";

import { adviceOn, browserOf } from "../../../static/js/visit/advice.js";

const AGENTS = {
  chrome: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  edge: "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
  firefox: "Mozilla/5.0 (Windows NT 10.0; rv:153.0) Gecko/20100101 Firefox/153.0",
  safari: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
  "safari-ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148",
  "chrome-android": "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
  other: "Something/1.0",
};

for (const [browser, agent] of Object.entries(AGENTS)) {
  test(`${browser} is told by its own name and gets its own steps`, () => {
    assert.equal(browserOf(agent), browser);
    assert.ok(adviceOn({ camera: "refused" }, browser).steps.length >= 2);
  });
}

test("nothing wrong needs no advice", () => {
  assert.equal(adviceOn({}, "chrome"), null);
});

test("both devices with one trouble are named together", () => {
  const { title, steps } = adviceOn({ camera: "refused", microphone: "refused" }, "chrome");

  assert.equal(title, "This page may not use your camera and microphone yet");
  assert.ok(steps.includes("Switch on the camera and the microphone."));
});

test("of two different troubles the microphone's comes first, because a visit can go on by sound", () => {
  assert.match(adviceOn({ camera: "missing", microphone: "busy" }, "chrome").title, /microphone/);
});

test("every trouble has words, steps and no jargon", () => {
  for (const trouble of ["refused", "missing", "busy", "unsuitable", "blocked", "unknown"]) {
    const { title, steps } = adviceOn({ camera: trouble }, "firefox");
    const words = [title, ...steps].join(" ");
    assert.ok(steps.length >= 2, trouble);
    assert.doesNotMatch(words, /Error|permission denied|getUserMedia|[!{}]|undefined/i, trouble);
  }
});
