/** Files out of what was dropped, folders and all. Touches no document. */

/** @typedef {{file: File, path: string}} DroppedFile - `path` is where it lay in the dropped folder */

/**
 * Collects every file of a drop. Call it inside the event: the browser empties a drop afterwards.
 * @param {DataTransfer} drop
 * @returns {Promise<DroppedFile[]>}
 */
export async function droppedFiles(drop) {
  const entries = Array.from(drop.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return Array.from(drop.files, (file) => ({ file, path: file.name }));
  const found = await Promise.all(entries.map(walk));
  return found.flat();
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<DroppedFile[]>}
 */
async function walk(entry) {
  if (entry.isFile) {
    const file = await fileOf(/** @type {FileSystemFileEntry} */ (entry));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const children = await childrenOf(/** @type {FileSystemDirectoryEntry} */ (entry));
  const found = [];
  for (const child of children) found.push(...(await walk(child)));
  return found;
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/**
 * Reads a folder to its end; a reader gives at most 100 names at a time in Chromium.
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function childrenOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
