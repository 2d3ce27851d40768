/** A list of the staff stays true while somebody works with it: it is asked for anew, and who comes to the door is said. */
import { say } from "../parts/live.js";
import { freshen } from "../records/fresh.js";

const EVERY_MS = 20_000;
const UNUSED_MS = 30 * 60_000; // then we stop asking, so that a screen that nobody uses signs itself out
const AWAY = "We cannot reach the service. This list may be old. Please load the page again.";

let usedAt = Date.now();
let away = false;
for (const sign of ["pointermove", "keydown", "touchstart"]) {
  document.addEventListener(sign, () => (usedAt = Date.now()), { passive: true });
}
document.addEventListener("visibilitychange", () => !document.hidden && void look());
window.addEventListener("online", () => void look());
setInterval(() => Date.now() - usedAt < UNUSED_MS && void look(), EVERY_MS);

async function look() {
  if (document.hidden) return;
  const before = waiting();
  const there = await freshen(["newest"]);
  if (!there && !away) say(AWAY);
  else if (there && away) say("");
  else if (waiting() > before) say("Somebody waits at the door.");
  away = !there;
}

/** @returns {number} how many wait at the door */
function waiting() {
  return Number(document.getElementById("newest")?.dataset["waiting"] ?? 0);
}
