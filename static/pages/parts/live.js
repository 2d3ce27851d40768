/**
 * Writes into a page's live region, where it is seen and read aloud; the same words twice are said twice.
 * @param {string} words
 * @param {string} [id]
 */
export function say(words, id = "live") {
  const region = document.getElementById(id);
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = words;
  });
}
