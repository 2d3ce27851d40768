/** What every page gains when JavaScript runs; none of it is needed to get on. */
import { watchForms } from "./busy.js";
import { watchDialogs } from "./dialogs.js";
import { watchDropAreas } from "./drop.js";

watchForms(document);
watchDialogs(document);
watchDropAreas(document);
