/** Says in words why something is not saved, once: the words stand in the page's templates. */

const TEMPLATES = new Map([
  ["conflict", "trouble-conflict"],
  ["opinion-signed", "trouble-signed"],
  ["away", "trouble-away"],
  ["not-signed-in", "trouble-signed-out"],
]);

let shown = "";

/**
 * @param {string} code
 * @param {string} words - what the service said; only shown where we have no words of our own
 */
export function showTrouble(code, words) {
  if (shown === code + words) return;
  const template = document.getElementById(TEMPLATES.get(code) ?? "trouble-refused");
  if (!(template instanceof HTMLTemplateElement)) return;
  const notice = document.importNode(template.content, true);
  const place = notice.querySelector("[data-words]");
  if (place) place.textContent = words;
  document.getElementById("trouble")?.replaceChildren(notice);
  shown = code + words;
}

/** Takes the words away. */
export function clearTrouble() {
  document.getElementById("trouble")?.replaceChildren();
  shown = "";
}
