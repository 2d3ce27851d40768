/** The specialist's viewer: files change in place, pages turn by keyboard, a word on a file is one click. */
import { say } from "../parts/live.js";
import { freshen } from "../records/fresh.js";
import { Sheets } from "./sheets.js";

const viewer = document.getElementById("viewer");
if (viewer) watch(viewer);

/** @param {HTMLElement} viewer */
function watch(viewer) {
  /** @type {Map<string, Sheets>} */
  const sheets = new Map();
  for (const file of viewer.querySelectorAll("[data-file]")) {
    if (file instanceof HTMLElement) sheets.set(file.dataset["file"] ?? "", new Sheets(file));
  }
  const shown = viewer.querySelector("[data-file]:not([hidden])");
  if (shown instanceof HTMLElement) sheets.get(shown.dataset["file"] ?? "")?.open();

  viewer.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-opens-file]") : null;
    if (!(link instanceof HTMLElement)) return;
    event.preventDefault();
    open(viewer, sheets, link.dataset["opensFile"] ?? "");
  });
  viewer.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-judging")) return;
    event.preventDefault();
    judge(form, event.submitter instanceof HTMLButtonElement ? event.submitter.value : "");
  });
}

/**
 * @param {HTMLElement} viewer
 * @param {Map<string, Sheets>} sheets
 * @param {string} id
 */
function open(viewer, sheets, id) {
  for (const file of viewer.querySelectorAll("[data-file]")) {
    if (file instanceof HTMLElement) file.hidden = file.dataset["file"] !== id;
  }
  for (const link of viewer.querySelectorAll("[data-opens-file]")) {
    if (link instanceof HTMLElement && link.dataset["opensFile"] === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  history.replaceState(null, "", `?document=${id}`);
  sheets.get(id)?.open();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} judgement
 */
async function judge(form, judgement) {
  const said = new FormData(form);
  const trouble = form.querySelector("[data-trouble]");
  const refused = await firstRefusal(said, judgement);
  if (trouble instanceof HTMLElement) {
    trouble.textContent = refused ?? "";
    trouble.hidden = refused === null;
  }
  if (refused !== null) return;
  const file = form.closest("[data-file]");
  const id = file instanceof HTMLElement ? (file.dataset["file"] ?? "") : "";
  say("Your word on the file is saved.");
  await freshen(["checklist", "viewer-files", "viewer-unread", `state-${id}`, `reason-${id}`]);
}

/**
 * Judges every file of a stack, one after the other.
 * @param {FormData} said
 * @param {string} judgement
 * @returns {Promise<string | null>} what the service has against it
 */
async function firstRefusal(said, judgement) {
  const words = String(said.get("words") ?? "").trim();
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": String(said.get("csrf_token")) };
  for (const id of String(said.get("documents")).split(" ")) {
    try {
      const body = JSON.stringify({ judgement, words });
      const answer = await fetch(`/api/v1/documents/${id}/judge`, { method: "POST", headers, body });
      if (!answer.ok) return wordsOf(await answer.json());
    } catch {
      return "The line is gone. Please try again.";
    }
  }
  return null;
}

/** @param {{title: string, errors?: {message: string}[]}} problem */
function wordsOf(problem) {
  return problem.errors?.[0]?.message ?? problem.title;
}
