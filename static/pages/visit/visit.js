/**
 * The way into the page of a visit. Somebody who comes back after a reload is connected first; what draws the page comes
 * while the others answer.
 */

import { Attendance } from "./attendance.js";

const attendance = new Attendance();
attendance.begin();
await attendance.underWay;

/** Named here one by one, so that the browser fetches them all at once. */
const [{ VisitPage }] = await Promise.all([
  import("./page.js"),
  import("./arrival.js"),
  import("./awake.js"),
  import("./chat.js"),
  import("./check_in.js"),
  import("./elements.js"),
  import("./lobby.js"),
  import("./notices.js"),
  import("./over.js"),
  import("./own_line.js"),
  import("./own_media.js"),
  import("./own_picture.js"),
  import("./panels.js"),
  import("./room.js"),
  import("./stage.js"),
  import("./tile.js"),
  import("./waiting.js"),
  import("../parts/busy.js"),
  import("../../js/visit/corners.js"),
  import("../../js/visit/faces.js"),
  import("../../js/visit/own_words.js"),
  import("../../js/visit/patience.js"),
  import("../../js/visit/speakers.js"),
  import("../../js/visit/wake.js"),
  import("../../js/visit/wording.js"),
  attendance.goesStraightIn ? null : import("./preview.js"),
  whenParsed(),
]);
void new VisitPage(attendance).open();

/** @returns {Promise<unknown>} */
function whenParsed() {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("readystatechange", resolve, { once: true }));
}
