/** People as lines of a list. */

import { fromTemplate, inside, write } from "./elements.js";

/**
 * @param {string} name
 * @param {string} role
 */
export function personItem(name, role) {
  const item = fromTemplate("person-template");
  write(inside(item, "bdi", HTMLElement), name);
  write(inside(item, ".person-role", HTMLElement), role);
  return item;
}
