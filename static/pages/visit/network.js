/** Signs that the line may have changed: back online, awake again, another network. */

/**
 * @param {Window} page
 * @param {() => void} onChange
 */
export function watchNetwork(page, onChange) {
  const { connection } = /** @type {{connection?: EventTarget}} */ (page.navigator);
  page.addEventListener("online", onChange);
  page.addEventListener("pageshow", (event) => event.persisted && onChange());
  connection?.addEventListener("change", onChange);
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.visibilityState === "visible") onChange();
  });
}
