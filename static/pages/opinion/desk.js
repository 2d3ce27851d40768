/** The specialist's desk: saves as they type, says so quietly, and keeps the list of what is still open true. */
import { Autosave } from "../../js/autosave.js";
import { writing } from "../../js/opinion/writing.js";
import { clearTrouble, showTrouble } from "./trouble.js";

/** @typedef {{version: number, gaps: {field: string, message: string}[]}} Saved */
/** @typedef {import("../../js/autosave.js").Outcome<Saved>} Outcome */

const form = /** @type {HTMLFormElement} */ (document.getElementById("opinion"));
const version = /** @type {HTMLInputElement} */ (form.elements.namedItem("version"));
const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token"));
const quiet = /** @type {HTMLElement} */ (document.getElementById("saved"));

const NOT_NOW = 429; // and every 5xx: the same request may work in a moment
/** Refusals after which saving again would not help, or would undo what somebody else has written. */
const HOLDS = new Set(["conflict", "opinion-signed"]);
const TOKEN = /name="csrf_token" value="([^"]+)"/;

const autosave = new Autosave({ send, later, tell, holds: HOLDS });
let overwrites = false;
let leaving = false;
let last = "";

form.addEventListener("input", () => autosave.changed());
form.addEventListener("submit", async (event) => {
  if (leaving || autosave.settled) {
    leaving = true;
    return;
  }
  event.preventDefault();
  await autosave.finish();
  if (last === "away") return; // leaving now would show the browser's own page, and lose what was typed
  leaving = true;
  form.requestSubmit(event.submitter);
});
document.addEventListener("visibilitychange", () => document.hidden && void autosave.finish());
window.addEventListener("online", () => void autosave.finish());
window.addEventListener("pageshow", () => (leaving = false));
window.addEventListener("beforeunload", (event) => {
  if (!leaving && !autosave.settled) event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-keep]")) return;
  overwrites = true;
  void autosave.goOn();
});

/** @returns {Promise<Outcome>} */
async function send() {
  try {
    const outcome = await put();
    return outcome.kind === "refused" && outcome.code === "cross-site" && (await renewToken()) ? await put() : outcome;
  } catch {
    return { kind: "away" }; // no network, or an answer that is not ours
  }
}

/** @returns {Promise<Outcome>} */
async function put() {
  const body = JSON.stringify(writing(new FormData(form)));
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token.value, "If-Match": seen() };
  const answer = await fetch(form.dataset.save ?? "", { method: "PUT", headers, body });
  if (answer.status === NOT_NOW || answer.status >= 500) return { kind: "away" };
  const said = await answer.json();
  if (answer.ok) return { kind: "saved", saved: said };
  return { kind: "refused", code: said.code, words: said.errors?.[0]?.message ?? said.title };
}

/** Takes the token of a new sign-in, so that what was typed under the old one is not lost. */
async function renewToken() {
  const fresh = TOKEN.exec(await (await fetch(location.pathname)).text())?.[1];
  token.value = fresh ?? token.value;
  return fresh !== undefined;
}

/** The version that may be written over: the one that was seen, or, when somebody said so, any. */
function seen() {
  return overwrites ? "*" : `"${version.value}"`;
}

/**
 * @param {() => void} act
 * @param {number} ms
 */
function later(act, ms) {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** @param {{kind: "changed"} | Outcome} news */
function tell(news) {
  last = news.kind;
  quiet.textContent = { changed: "Saving", saved: "Saved", refused: "Not saved", away: "Not saved yet" }[news.kind];
  if (news.kind === "refused") showTrouble(news.code, news.words);
  if (news.kind === "away") showTrouble("away", "");
  if (news.kind === "saved") keep(news.saved);
}

/** @param {Saved} saved */
function keep(saved) {
  overwrites = false;
  version.value = String(saved.version);
  clearTrouble();
  listGaps(saved.gaps);
}

/** @param {Saved["gaps"]} gaps */
function listGaps(gaps) {
  document.getElementById("gap-list")?.replaceChildren(...gaps.map(gapLine));
  document.getElementById("gaps")?.toggleAttribute("hidden", gaps.length === 0);
  document.getElementById("finished")?.toggleAttribute("hidden", gaps.length > 0);
}

/** @param {Saved["gaps"][number]} gap */
function gapLine({ field, message }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${field.replace(".", "-")}`;
  link.textContent = message;
  item.append(link);
  return item;
}
