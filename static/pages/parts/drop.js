/**
 * Makes every drop area take what is dropped on it.
 *
 * Each choice, by hand or by drop, is announced on the area as a `files-chosen` event with the files in `detail`;
 * unless a page's own module prevents it, the files are listed by name and size.
 */
import { droppedFiles } from "../../js/dropped_files.js";
import { filesize } from "../../js/filesize.js";

/** @typedef {import("../../js/dropped_files.js").DroppedFile} DroppedFile */

/** @param {Document} page */
export function watchDropAreas(page) {
  for (const area of page.querySelectorAll("[data-drop]")) {
    const input = area.querySelector("input");
    if (area instanceof HTMLElement && input) watch(area, input);
  }
}

/**
 * @param {HTMLElement} area
 * @param {HTMLInputElement} input
 */
function watch(area, input) {
  area.dataset.ready = "";
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.dataset.over = "";
  });
  area.addEventListener("dragleave", () => delete area.dataset.over);
  area.addEventListener("drop", async (event) => {
    event.preventDefault();
    delete area.dataset.over;
    if (event.dataTransfer) choose(area, input, await droppedFiles(event.dataTransfer));
  });
  input.addEventListener("change", () => {
    announce(area, Array.from(input.files ?? [], (file) => ({ file, path: file.webkitRelativePath || file.name })));
  });
}

/**
 * Puts dropped files into the input too, so that the form sends them as if they had been picked.
 * @param {HTMLElement} area
 * @param {HTMLInputElement} input
 * @param {DroppedFile[]} found
 */
function choose(area, input, found) {
  const taken = input.multiple ? found : found.slice(0, 1);
  const transfer = new DataTransfer();
  for (const { file } of taken) transfer.items.add(file);
  input.files = transfer.files;
  announce(area, taken);
}

/**
 * @param {HTMLElement} area
 * @param {DroppedFile[]} found
 */
function announce(area, found) {
  const event = new CustomEvent("files-chosen", { detail: found, bubbles: true, cancelable: true });
  if (area.dispatchEvent(event)) list(area, found);
}

/**
 * @param {HTMLElement} area
 * @param {DroppedFile[]} found
 */
function list(area, found) {
  const place = area.parentElement?.querySelector("[data-drop-files]");
  if (!(place instanceof HTMLElement)) return;
  place.replaceChildren(...found.map(line));
  place.hidden = found.length === 0;
}

/** @param {DroppedFile} chosen */
function line({ file, path }) {
  const item = document.createElement("li");
  const size = document.createElement("small");
  size.textContent = filesize(file.size);
  item.append(path, size);
  return item;
}
