/**
 * Opens the dialog that a pressed `data-opens` names, and closes the one around a `data-closes`.
 * @param {Document} page
 */
export function watchDialogs(page) {
  page.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest("[data-opens]");
    if (opener instanceof HTMLElement) open(page, opener.dataset.opens ?? "");
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  });
}

/**
 * @param {Document} page
 * @param {string} id
 */
function open(page, id) {
  const dialog = page.getElementById(id);
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}
