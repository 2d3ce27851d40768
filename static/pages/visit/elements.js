/** Finding and filling parts of the page. Whatever people wrote goes in as text. */

import { roleWord } from "../../js/visit/wording.js";

/**
 * Find a part of the page by its id.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function part(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${id}`);
}

/**
 * Find a part inside another one.
 * @template {Element} T
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function inside(parent, selector, kind) {
  const found = parent.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${selector}`);
}

/**
 * Make what a template holds.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function fromTemplate(id) {
  const { content } = part(id, HTMLTemplateElement);
  const copy = document.importNode(content, true).firstElementChild;
  if (copy instanceof HTMLElement) return copy;
  throw new Error(`the template ${id} is empty`);
}

/**
 * Write words, and leave the element alone if they stand there already: a screen reader would say them again.
 * @param {Element} element
 * @param {string} words
 */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * Say what is wrong, or nothing any more; it is read aloud at once.
 * @param {string} id
 * @param {string} words - empty: nothing is wrong
 */
export function complain(id, words) {
  const line = part(id, HTMLElement);
  write(line, words);
  line.hidden = words === "";
}

/**
 * Show another sign of the same set.
 * @param {Element} button
 * @param {string} name - an id in signs.svg
 */
export function showSign(button, name) {
  const use = button.querySelector("use");
  const address = use?.getAttribute("href")?.replace(/#.*$/, `#${name}`);
  if (use && address && use.getAttribute("href") !== address) use.setAttribute("href", address);
}

/** @typedef {{label: string, role: string}} Person */

export class PeopleList {
  #list;
  #shown = "";

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {Person[]} people */
  render(people) {
    const wanted = JSON.stringify(people);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#list.replaceChildren(...people.map(item));
  }
}

/** @param {Person} person */
function item({ label, role }) {
  const line = fromTemplate("person-template");
  write(inside(line, "bdi", HTMLElement), label);
  write(inside(line, ".person-role", HTMLElement), roleWord(role));
  return line;
}
