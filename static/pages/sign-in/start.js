/** Tells the form in which time zone this browser lives, so that visits are shown in it. */
const field = /** @type {HTMLInputElement} */ (document.getElementById("zone"));
field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
