/** The parts page: makes the parts that move, move. */
import { busy, rest } from "./busy.js";
import { say } from "./live.js";

const WORKING_MS = 2000;

document.getElementById("say-it")?.addEventListener("click", () => say("Your answers are saved."));

document.getElementById("work")?.addEventListener("click", (event) => {
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  busy(button, "Sending your request");
  setTimeout(() => rest(button), WORKING_MS);
});
