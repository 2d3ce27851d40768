/** After the visit, or when one cannot be in it: what has happened and the next step. */

import { endWords } from "../../js/visit/wording.js";
import { part, write } from "./elements.js";

/** After these the visit may be at the clinic now, and its own page says where to come. */
const MAY_BE_ELSEWHERE = new Set(["left", "ended", "denied", "no_access"]);

export class Over {
  /**
   * @param {object} act
   * @param {() => void} act.again
   * @param {() => void} act.move
   */
  constructor({ again, move }) {
    part("over-again", HTMLButtonElement).addEventListener("click", again);
    part("over-move", HTMLButtonElement).addEventListener("click", move);
    part("over-reload", HTMLButtonElement).addEventListener("click", () => window.location.reload());
  }

  /**
   * @param {import("../../js/visit/protocol.js").EndReason} reason
   * @param {string} message
   * @param {string} specialist
   */
  render(reason, message, specialist) {
    const { title, text, action } = endWords(reason, message, specialist);
    write(part("over-title", HTMLElement), title);
    write(part("over-text", HTMLElement), text);
    for (const each of ["again", "move", "reload"]) part(`over-${each}`, HTMLElement).hidden = each !== action;
    if (MAY_BE_ELSEWHERE.has(reason)) void showWhere();
  }
}

/** Load the page again if the visit is in person by now; where nobody can tell, these words stay. */
async function showWhere() {
  const mode = await fetch(`/api/v1${window.location.pathname}`, { headers: { Accept: "application/json" } })
    .then(async (response) => (response.ok ? (await response.json()).mode : ""))
    .catch(() => "");
  if (mode === "in-person") window.location.reload();
}
