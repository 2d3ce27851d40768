/** The way into the page of a visit. */

import { readData } from "./data.js";
import { VisitPage } from "./page.js";

void new VisitPage(readData()).open();
