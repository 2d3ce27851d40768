/** A clock that moves when it is told to. */
export class FakeClock {
  #now = 0;
  #next = 1;
  /** @type {Map<number, {at: number, run: () => void}>} */
  #timers = new Map();

  now = () => this.#now;

  /** The calendar, which a machine that sleeps finds moved on. */
  wall = () => this.#now + this.slept;
  slept = 0;

  setTimeout = (run, afterMs) => {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#now + afterMs, run });
    return id;
  };

  clearTimeout = (id) => this.#timers.delete(id);

  get pending() {
    return this.#timers.size;
  }

  /** Move on, running every timer at its moment and letting promises settle after each. */
  async advance(ms) {
    const end = this.#now + ms;
    await settled();
    for (let due = this.#due(end); due; due = this.#due(end)) {
      const [id, { at, run }] = due;
      this.#timers.delete(id);
      this.#now = at;
      run();
      await settled();
    }
    this.#now = end;
  }

  #due(end) {
    const due = [...this.#timers].filter(([, timer]) => timer.at <= end);
    return due.sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  }
}

/** Let every promise that can settle do so. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
