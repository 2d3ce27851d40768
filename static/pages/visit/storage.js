/** The browser's own storage, or a memory that lasts as long as the page where that is closed to us. */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Memory */

/**
 * @param {() => Storage} open
 * @returns {Memory}
 */
export function openStorage(open) {
  try {
    const storage = open();
    storage.getItem("visit");
    return storage;
  } catch {
    return forgetfulMemory();
  }
}

/** @returns {Memory} */
function forgetfulMemory() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
