/** Puts the token of a link's fragment into the form, and takes it out of the address. */
const form = /** @type {HTMLFormElement} */ (document.getElementById("follow"));
const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("token"));
field.value = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
