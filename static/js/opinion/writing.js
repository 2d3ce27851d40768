/** What stands in the form of an opinion, as the service takes it. */

/** @typedef {{number: number, answer: string, cannot_because: string}} Reply */
/** @typedef {{summary: string, agreement?: string, replies: Reply[], read: string[], missing: string[]}} Writing */

/**
 * Reads the form; each question has one text, and a choice of what it is.
 * @param {FormData} form
 * @returns {Writing}
 */
export function writing(form) {
  const agreement = text(form, "agreement");
  return {
    summary: text(form, "summary"),
    ...(agreement ? { agreement } : {}),
    replies: numbers(form).map((number) => reply(form, number)),
    read: lines(form, "read"),
    missing: lines(form, "missing"),
  };
}

/** @param {FormData} form */
function numbers(form) {
  const named = [...form.keys()].map((name) => /^text-(\d+)$/.exec(name)?.[1]);
  return named.filter((number) => number !== undefined).map(Number);
}

/**
 * @param {FormData} form
 * @param {number} number
 * @returns {Reply}
 */
function reply(form, number) {
  const said = text(form, `text-${number}`);
  const cannot = text(form, `kind-${number}`) === "cannot";
  return { number, answer: cannot ? "" : said, cannot_because: cannot ? said : "" };
}

/**
 * @param {FormData} form
 * @param {string} name
 */
function lines(form, name) {
  const added = text(form, `${name}-added`).split(/\r?\n/);
  return [...form.getAll(name).map(String), ...added].filter((line) => line.trim() !== "");
}

/**
 * @param {FormData} form
 * @param {string} name
 */
function text(form, name) {
  return String(form.get(name) ?? "");
}
