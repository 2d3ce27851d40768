/** A page of the request: saved as people type, stopped at once by an emergency, and never lost to a bad line. */
import { Autosave } from "../../js/autosave.js";
import { answersOf, Changes, withoutHalves } from "../../js/request/answers.js";

/** @typedef {{version: number, emergency: string[]}} Saved */
/** @typedef {import("../../js/autosave.js").Outcome<Saved>} Outcome */

const form = /** @type {HTMLFormElement} */ (document.getElementById("request"));
const version = /** @type {HTMLInputElement} */ (form.elements.namedItem("version"));
const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token"));
const quiet = /** @type {HTMLElement} */ (document.getElementById("saved"));
const otherWindow = /** @type {HTMLElement} */ (document.getElementById("other-window"));
const caseId = form.dataset.case ?? "";
const kinds = { names: words("names"), lists: words("lists"), numbers: words("numbers") };

const WORDS = new Map([
  ["changed", ""],
  ["saved", "Saved"],
  ["away", "Not saved yet: there is no connection. What you wrote stays here, and we keep trying."],
  ["refused", "Not saved. Please look at your last answer again."],
  ["conflict", "Not saved. You changed this request in another window."],
  ["not-signed-in", "Not saved: you are signed out. Please sign in again in another window, then go on here."],
]);
const NOT_NOW = 429; // and every 5xx: the same request may work in a moment

const askedOn = words("askedOn").map((pair) => /** @type {[string, string]} */ (pair.split(":")));
const changes = new Changes(answers());
const autosave = new Autosave({ send, later, tell, holds: new Set(["conflict"]) });
/** @type {string[]} - what has stopped the request before: who mends one answer is not sent away by the others */
let known = JSON.parse(form.dataset.emergency ?? "[]");
let overwrites = false;
let leaving = false;
let last = "";

form.addEventListener("input", () => autosave.changed());
form.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type === "radio") void autosave.finish();
});
form.addEventListener("submit", async (event) => {
  if (leaving || autosave.settled) return;
  event.preventDefault();
  await autosave.finish();
  if (last === "away" || last === "not-signed-in") return; // leaving now would lose what was typed
  leaving = true;
  form.requestSubmit(event.submitter);
});
document.addEventListener("visibilitychange", () => document.hidden && void autosave.finish());
window.addEventListener("online", () => void autosave.finish());
window.addEventListener("pageshow", () => (leaving = false));
window.addEventListener("beforeunload", (event) => {
  if (!leaving && !autosave.settled) event.preventDefault();
});
document.getElementById("show-theirs")?.addEventListener("click", () => {
  leaving = true;
  location.reload();
});
document.getElementById("keep-mine")?.addEventListener("click", () => {
  overwrites = true;
  changes.forget();
  otherWindow.hidden = true;
  void autosave.goOn();
});

/** @returns {Promise<Outcome>} */
async function send() {
  const patch = changes.among(answers());
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token.value, "If-Match": overwrites ? "*" : `"${version.value}"` };
  try {
    const answer = await fetch(`/api/v1/cases/${caseId}`, { method: "PATCH", headers, body: JSON.stringify({ answers: patch }), keepalive: true });
    if (answer.status === NOT_NOW || answer.status >= 500) return { kind: "away" };
    const said = await answer.json();
    if (!answer.ok) return { kind: "refused", code: said.code, words: said.title };
    changes.keep(patch);
    return { kind: "saved", saved: said };
  } catch {
    return { kind: "away" }; // no network, or an answer that is not ours
  }
}

/** @param {{kind: "changed"} | Outcome} news */
function tell(news) {
  last = news.kind === "refused" ? news.code : news.kind;
  if (news.kind === "saved") return keep(news.saved);
  const code = news.kind === "refused" && WORDS.has(news.code) ? news.code : news.kind;
  if (code === "conflict") otherWindow.hidden = false;
  if (news.kind === "refused" && news.code === "case-moved-on") return leaveFor(`/cases/${caseId}`);
  say(code);
}

/** @param {Saved} saved */
function keep(saved) {
  overwrites = false;
  version.value = String(saved.version);
  const before = known;
  known = saved.emergency;
  if (known.some((sentence) => !before.includes(sentence))) return leaveFor(`/request/${caseId}/emergency`);
  say("saved");
}

/** @param {string} code */
function say(code) {
  quiet.textContent = WORDS.get(code) ?? "";
  quiet.dataset.kind = code === "saved" || code === "changed" ? "quiet" : "care";
}

/** @param {string} address */
function leaveFor(address) {
  leaving = true;
  location.assign(address);
}

function answers() {
  return withoutHalves(answersOf(new FormData(form), kinds), askedOn);
}

/** @param {string} name */
function words(name) {
  return (form.dataset[name] ?? "").split(" ").filter(Boolean);
}

/**
 * @param {() => void} act
 * @param {number} ms
 */
function later(act, ms) {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
