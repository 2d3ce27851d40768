/** Saves a moment after the last word: one request at a time, and again for as long as nobody answers. */

const PAUSE_MS = 700;
const AGAIN_MS = [2_000, 5_000, 10_000, 30_000];

/**
 * What came of one attempt. `away`: nobody answered, or only to say that it was a bad moment.
 * @template S
 * @typedef {{kind: "saved", saved: S} | {kind: "refused", code: string, words: string} | {kind: "away"}} Outcome
 */

/**
 * @template S
 * @typedef {{
 *   send: () => Promise<Outcome<S>>,
 *   later: (act: () => void, ms: number) => () => void,
 *   tell: (news: {kind: "changed"} | Outcome<S>) => void,
 *   holds: Set<string>,
 * }} Parts
 */

/** @template S */
export class Autosave {
  #dirty = false;
  #held = false;
  #failures = 0;
  /** @type {Promise<void> | null} */
  #sending = null;
  /** @type {() => void} */
  #cancel = () => {};
  /** @type {Parts<S>} */
  #parts;

  /** @param {Parts<S>} parts - `later` runs `act` once and gives back what stops it; `holds` are the refusals after which
   *   saving again would not help, or would undo what somebody else has written */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Whether everything that was written has been saved. */
  get settled() {
    return !this.#dirty && this.#sending === null;
  }

  /** Hears that something was written. */
  changed() {
    this.#dirty = true;
    if (this.#held) return;
    this.#parts.tell({ kind: "changed" });
    this.#after(PAUSE_MS);
  }

  /** Saves now what is not saved yet, and resolves when that has worked or failed. */
  async finish() {
    while (this.#sending) await this.#sending;
    if (this.#dirty && !this.#held) await this.#send();
  }

  /** Goes on after a refusal that only a person could settle. */
  async goOn() {
    this.#held = false;
    this.#dirty = true;
    await this.finish();
  }

  /** @param {number} ms */
  #after(ms) {
    this.#cancel();
    this.#cancel = this.#parts.later(() => void this.finish(), ms);
  }

  async #send() {
    this.#cancel();
    this.#dirty = false;
    this.#sending = this.#attempt();
    await this.#sending;
  }

  async #attempt() {
    const outcome = await this.#parts.send();
    this.#sending = null;
    if (outcome.kind === "saved") this.#failures = 0;
    else this.#dirty = true;
    if (outcome.kind === "away") this.#after(AGAIN_MS[Math.min(this.#failures++, AGAIN_MS.length - 1)] ?? PAUSE_MS);
    if (outcome.kind === "refused") this.#held = this.#parts.holds.has(outcome.code);
    this.#parts.tell(outcome); // always: what was saved has a new version, which the next attempt must name
    if (outcome.kind === "saved" && this.#dirty) this.#parts.tell({ kind: "changed" });
  }
}
