/** A button says what it is doing while its form is on the way, and is not pressed twice. */

/**
 * Makes a button say that it works.
 * @param {HTMLButtonElement} button
 * @param {string} words - "Sending your request"
 */
export function busy(button, words) {
  const label = button.querySelector("span") ?? button;
  button.dataset.rest ??= label.textContent ?? "";
  label.textContent = words;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
}

/**
 * Gives a button its own words back.
 * @param {HTMLButtonElement} button
 */
export function rest(button) {
  const label = button.querySelector("span") ?? button;
  if (button.dataset.rest !== undefined) label.textContent = button.dataset.rest;
  delete button.dataset.rest;
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
}

/** @param {Document} page */
export function watchForms(page) {
  page.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !(button instanceof HTMLButtonElement)) return;
    if (button.getAttribute("aria-busy") === "true") event.preventDefault();
    else if (button.dataset.busy) busy(button, button.dataset.busy);
  });
  // A page that comes back from the browser's own store would still say "Sending".
  page.defaultView?.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const button of page.querySelectorAll("button[data-rest]")) rest(/** @type {HTMLButtonElement} */ (button));
  });
}
