/** Which of the files of a dropped folder are records. Touches no document. */

/** @typedef {import("../dropped_files.js").DroppedFile} DroppedFile */

// What lies on an imaging CD beside the pictures: the program that shows them, and what the computer adds.
const NOT_RECORDS = /\.(exe|dll|sys|msi|bat|cmd|com|inf|ini|lnk|ico|js|jar|class|css|html?|chm|cab|ocx|manifest)$/i;
const HIDDEN = /^(\.|thumbs\.db$|desktop\.ini$|autorun|dicomdir$)/i;

/**
 * Leaves out what is no record: programs, hidden files and empty ones. A single file is always taken.
 * @param {DroppedFile[]} found
 * @returns {{wanted: DroppedFile[], left: number}}
 */
export function wantedFiles(found) {
  if (found.length === 1) return { wanted: found, left: 0 };
  const wanted = found.filter(({ file }) => file.size > 0 && !HIDDEN.test(file.name) && !NOT_RECORDS.test(file.name));
  return { wanted, left: found.length - wanted.length };
}
