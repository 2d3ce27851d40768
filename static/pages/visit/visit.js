/** The way into the page of a visit. */

import { headStart } from "./head_start.js";
import { VisitPage } from "./page.js";

void new VisitPage(headStart).open();
