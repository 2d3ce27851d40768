/**
 * Puts the newest state of parts of this page in their place, as the server draws them; the rest stays as it is.
 *
 * The page is asked for as a document (XMLHttpRequest), because text may not become markup here (Trusted Types).
 * @param {string[]} ids
 * @returns {Promise<boolean>} whether the newest state was there to be had
 */
export async function freshen(ids) {
  const newest = await load(location.pathname + location.search);
  if (newest === null || !ids.every((id) => newest.getElementById(id))) return false; // none: it is another page, a door
  for (const id of ids) replace(document.getElementById(id), newest.getElementById(id));
  return true;
}

/**
 * @param {HTMLElement | null} old
 * @param {HTMLElement | null} fresh
 */
function replace(old, fresh) {
  if (old === null || fresh === null || old.contains(document.activeElement)) return;
  const open = new Set(Array.from(old.querySelectorAll("[data-item]:has(details[open])"), key));
  old.replaceWith(document.adoptNode(fresh));
  for (const item of fresh.querySelectorAll("[data-item]")) {
    const details = item.querySelector("details");
    if (details && open.has(key(item))) details.open = true;
  }
}

/** @param {Element} item */
function key(item) {
  return item instanceof HTMLElement ? (item.dataset.item ?? "") : "";
}

/**
 * @param {string} address
 * @returns {Promise<Document | null>}
 */
function load(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 ? request.responseXML : null);
    request.onerror = () => resolve(null);
    request.send();
  });
}
