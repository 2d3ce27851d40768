/** Which tab this is: the same after a reload, another one in a duplicate. */

const KEY = "visit.tab";

/**
 * Claim a name for this tab until it is closed.
 * @param {Pick<Storage, "getItem" | "setItem">} memory - `sessionStorage`, which a duplicated tab copies
 * @param {Pick<LockManager, "request"> | undefined} locks - `navigator.locks`; without it a duplicate is not noticed
 * @param {() => string} newName
 * @param {() => AbortSignal} patience - how long a page that is being reloaded may take to let go
 * @returns {Promise<string>}
 */
export async function claimTab(memory, locks, newName, patience) {
  const known = memory.getItem(KEY);
  if (known && (await hold(known, locks, patience()))) return known;
  const name = newName();
  memory.setItem(KEY, name);
  await hold(name, locks, patience());
  return name;
}

/**
 * @param {string} name
 * @param {Pick<LockManager, "request"> | undefined} locks
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it is ours now
 */
function hold(name, locks, signal) {
  if (!locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const forever = () => {
      resolve(true);
      return new Promise(() => {});
    };
    locks.request(`visit:${name}`, { signal }, forever).catch(() => resolve(false));
  });
}
