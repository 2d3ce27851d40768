/** What was typed into the specialist's review is not lost by leaving the page: the browser asks first. */

const form = document.querySelector("form[data-asks-before-leaving]");
if (form instanceof HTMLFormElement) watch(form);

/** @param {HTMLFormElement} form */
function watch(form) {
  let typed = form.dataset["asksBeforeLeaving"] === "now"; // what came back with a mistake in it is not saved
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", () => (typed = false));
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}
