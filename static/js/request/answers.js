/** The answers on one page of the request form, as the service takes them, and which of them changed. */

/** @typedef {string | number | string[] | null} Answer - null is no answer */
/** @typedef {Record<string, Answer>} Answers */
/** @typedef {{names: string[], lists: string[], numbers: string[]}} Kinds */

const WHOLE_NUMBER = /^\d{1,6}$/;

/**
 * Reads a page of the form.
 * @param {FormData} form
 * @param {Kinds} kinds - which answers there are; which are lists, and which are numbers
 * @returns {Answers}
 */
export function answersOf(form, { names, lists, numbers }) {
  return Object.fromEntries(names.map((name) => {
    const texts = form.getAll(name).map((text) => String(text).trim()).filter((text) => text !== "");
    if (lists.includes(name)) return [name, texts.length ? texts : null];
    const text = texts[0] ?? null;
    return [name, text !== null && numbers.includes(name) && WHOLE_NUMBER.test(text) ? Number(text) : text];
  }));
}

/**
 * Holds an answer back that wants another one first: a fever alone would stop the form before it has asked on.
 * @param {Answers} answers
 * @param {[string, string][]} askedOn - a question, and the one that a yes to it leads to
 * @returns {Answers}
 */
export function withoutHalves(answers, askedOn) {
  const halves = askedOn.filter(([first, then]) => answers[first] === "yes" && !answers[then]);
  return { ...answers, ...Object.fromEntries(halves.map(([first]) => [first, null])) };
}

/** Knows what the service has, and so what to send. */
export class Changes {
  /** @type {Map<string, string>} */
  #kept = new Map();

  /** @param {Answers} answers - what the service has */
  constructor(answers) {
    this.keep(answers);
  }

  /**
   * Picks the answers that the service does not have.
   * @param {Answers} answers
   * @returns {Answers}
   */
  among(answers) {
    return Object.fromEntries(
      Object.entries(answers).filter(([name, answer]) => this.#kept.get(name) !== JSON.stringify(answer)),
    );
  }

  /** @param {Answers} answers - what the service has now */
  keep(answers) {
    for (const [name, answer] of Object.entries(answers)) this.#kept.set(name, JSON.stringify(answer));
  }

  /** Forgets what the service has, so that everything is sent again. */
  forget() {
    this.#kept.clear();
  }
}
