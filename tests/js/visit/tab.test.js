import assert from "node:assert/strict";
import test from "node:test";

import { claimTab } from "../../../static/js/visit/join.js";
import { FakeStorage } from "./fake_devices.js";

const storageWith = (name) => {
  const storage = new FakeStorage();
  if (name) storage.setItem("visit.tab", name);
  return storage;
};
let names = 0;
const newName = () => `tab-new-${(names += 1)}`;
const noPatience = () => AbortSignal.abort();

/** Locks of one browser, shared by its tabs. */
class FakeLocks {
  #held = new Set();

  async request(name, { signal }, callback) {
    if (this.#held.has(name)) throw signal.reason;
    this.#held.add(name);
    return callback();
  }
}

test("a new tab gets a name and keeps it after a reload", async () => {
  const memory = storageWith(null);
  const name = await claimTab(memory, new FakeLocks(), newName, noPatience);

  assert.equal(await claimTab(memory, new FakeLocks(), newName, noPatience), name);
});

test("a duplicated tab gets another name", async () => {
  const locks = new FakeLocks();
  const name = await claimTab(storageWith("tab-first"), locks, newName, noPatience);

  const copy = await claimTab(storageWith("tab-first"), locks, newName, noPatience);

  assert.equal(name, "tab-first");
  assert.notEqual(copy, name);
});

test("a browser without locks still has a name", async () => {
  assert.equal(await claimTab(storageWith("tab-first"), undefined, newName, noPatience), "tab-first");
});
