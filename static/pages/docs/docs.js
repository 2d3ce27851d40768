/** Starts the readable interface on the document that the page names. */

/** @typedef {(options: object) => unknown} SwaggerUi */

const place = document.getElementById("docs");
const start = /** @type {{SwaggerUIBundle?: SwaggerUi}} */ (/** @type {unknown} */ (window)).SwaggerUIBundle;

start?.({
  domNode: place,
  url: place?.dataset.openapi,
  validatorUrl: null, // its default sends the document to an outside service
  deepLinking: true,
  supportedSubmitMethods: [],
});
