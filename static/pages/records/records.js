/** The patient's records: files go up as soon as they are chosen, and go on after a lost line, a pause or a reload. */
import { wantedFiles } from "../../js/records/wanted_files.js";
import { UploadMemory } from "../../js/upload/memory.js";
import { xhrTransport } from "../../js/upload/transport.js";
import { say } from "../parts/live.js";
import { freshen } from "./fresh.js";
import { Sending } from "./sending.js";

/** @typedef {import("../../js/dropped_files.js").DroppedFile} DroppedFile */

const UPLOADS = "/api/v1/uploads";
const STAY_SIGNED_IN_MS = 5 * 60_000; // one long file is one request, and a session ends after an hour without any
const TELLING_MS = 8_000;
const card = element("send");
const kinds = /** @type {HTMLSelectElement} */ (element("kind"));
const input = /** @type {HTMLInputElement} */ (element("files"));
let telling = 0;

const clock = {
  now: () => performance.now(),
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ afterMs) => setTimeout(run, afterMs),
  clearTimeout: (/** @type {unknown} */ timer) => clearTimeout(/** @type {number} */ (timer)),
};
const sending = new Sending(
  card.dataset["case"] ?? "",
  {
    transport: xhrTransport,
    clock,
    random: Math.random,
    line: window,
    memory: new UploadMemory(localStorage, crypto.subtle, (bytes) => crypto.getRandomValues(bytes), Date.now),
    csrfToken: token(),
    uploads: UPLOADS,
  },
  {
    area: element("sending"),
    list: element("sending-files"),
    bar: /** @type {HTMLProgressElement} */ (element("all")),
    barWords: element("all-words"),
    words: element("sending-words"),
    pause: /** @type {HTMLButtonElement} */ (element("pause")),
  },
  settled,
);

card.addEventListener("files-chosen", (event) => {
  event.preventDefault();
  choose(/** @type {CustomEvent<DroppedFile[]>} */ (event).detail);
});
card.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
for (const part of card.querySelectorAll("[data-without-script]")) part.remove();
offerFolders();
goOnWithUnfinished();
takeWhatWasChosen();

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-send]") : null;
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  kinds.value = link.dataset["send"] ?? kinds.value;
  card.scrollIntoView({ block: "start" });
  input.focus();
});
setInterval(() => {
  if (sending.busy) fetch("/api/v1/me").catch(() => {});
}, STAY_SIGNED_IN_MS);
window.addEventListener("beforeunload", (event) => {
  if (sending.busy) event.preventDefault();
});

/** @param {DroppedFile[]} found */
function choose(found) {
  const { wanted, left } = wantedFiles(found);
  for (const { file } of wanted) sending.add({ file, kind: kinds.value, location: null });
  input.value = "";
  if (wanted.length === 0) tell("We found no records among these files.");
  else if (left > 0) tell(`We send ${wanted.length} files and leave ${left} out that are no records.`);
}

/** On a slow line somebody chooses files before this is here; they are listed, and nothing would send them any more. */
function takeWhatWasChosen() {
  const waiting = Array.from(input.files ?? [], (file) => ({ file, path: file.name }));
  if (waiting.length === 0) return;
  const listed = card.querySelector("[data-drop-files]");
  if (listed instanceof HTMLElement) listed.hidden = true;
  choose(waiting);
}

/** @param {string} words */
async function settled(words) {
  tell(words);
  await freshen(["standing", "lists"]);
}

/**
 * Says something that may go again: it lies over the page.
 * @param {string} words
 */
function tell(words) {
  say(words);
  clearTimeout(telling);
  telling = setTimeout(() => say(""), TELLING_MS);
}

/** A folder can be picked where the browser knows how, which phones do not. */
function offerFolders() {
  const button = document.getElementById("folder");
  const place = card.querySelector("[data-folder]");
  if (!button || !(place instanceof HTMLElement) || !("webkitdirectory" in input)) return;
  if (!matchMedia("(pointer: fine)").matches) return;
  const picker = document.createElement("input");
  picker.type = "file";
  picker.webkitdirectory = true;
  picker.addEventListener("change", () => {
    choose(Array.from(picker.files ?? [], (file) => ({ file, path: file.webkitRelativePath })));
    picker.value = "";
  });
  button.addEventListener("click", () => picker.click());
  place.hidden = false;
}

/** Each unfinished file gets a button that asks for the same file again; another one is not mixed into it. */
function goOnWithUnfinished() {
  for (const row of document.querySelectorAll("[data-unfinished]")) {
    const button = row.querySelector("[data-go-on]");
    if (row instanceof HTMLElement && button instanceof HTMLElement) offerToGoOn(row, button);
  }
}

/**
 * @param {HTMLElement} row
 * @param {HTMLElement} button
 */
function offerToGoOn(row, button) {
  const { unfinished = "", size, kind = "other" } = row.dataset;
  const name = row.querySelector(".file-name")?.textContent ?? "";
  const wrong = row.querySelector("[data-other-file]");
  const picker = document.createElement("input");
  picker.type = "file";
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    if (!file) return;
    const same = file.size === Number(size) && file.name === name;
    if (wrong instanceof HTMLElement) wrong.hidden = same;
    if (!same) return;
    row.remove();
    sending.add({ file, kind, location: `${UPLOADS}/${unfinished}` });
  });
  button.addEventListener("click", () => picker.click());
  button.hidden = false;
}

function token() {
  const field = card.querySelector('[name="csrf_token"]');
  return field instanceof HTMLInputElement ? field.value : "";
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}
