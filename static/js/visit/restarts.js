/** When a link looks for a new path. Only the rule and its timers; what a restart is, the owner knows. */

import { Timers } from "./clock.js";

/** @typedef {"well" | "shaky" | "restarting" | "exhausted"} Health */

const DISCONNECTED_MS = 3_000; // shorter gaps mend themselves
const SILENT_MS = 3_500; // after the silence was noticed; whose line it is has found out by then, and goes first
const POLITE_WAIT_MS = 2_000;
const ATTEMPT_EVERY_MS = 5_000;
const MAX_ATTEMPTS = 3;

/** The impolite side goes first and the polite one waits, so that both do not offer at the same moment. */
export class RestartPolicy {
  #timers;
  #polite;
  #actions;
  #attempts = 0;
  #silent = false;
  /** @type {Health} */
  #health = "well";

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {object} actions
   * @param {boolean} actions.polite
   * @param {() => boolean} actions.canSignal - whether an offer would reach the other side now
   * @param {() => void} actions.restart
   * @param {(health: Health) => void} actions.onHealth - "exhausted" means: this connection cannot be mended
   */
  constructor(clock, { polite, ...actions }) {
    this.#timers = new Timers(clock);
    this.#polite = polite;
    this.#actions = actions;
  }

  /**
   * Take in what the connection says of its path.
   * @param {RTCIceConnectionState} state
   */
  iceChanged(state) {
    if (state === "connected" || state === "completed") this.#recover();
    else if (state === "disconnected") this.#watch(DISCONNECTED_MS);
    else if (state === "failed") this.#watch(0);
    else if (state === "closed") this.stop();
  }

  /**
   * Take in that nothing comes any more, or something again. The path itself notices that some seconds later, or never, if
   * only the other side has nothing to say; so it is worth one look for another path and no more.
   * @param {boolean} silent
   */
  silenceChanged(silent) {
    this.#silent = silent;
    if (this.#health !== "well") return;
    if (silent) this.#schedule(SILENT_MS + this.#courtesyMs);
    else this.#timers.stop();
  }

  /**
   * Try soon, with all attempts fresh, because the network or the signaling has just come back.
   * @param {number} afterMs
   */
  nudge(afterMs) {
    if (this.#health === "well" && !this.#silent) return;
    this.#attempts = 0;
    this.#schedule(afterMs);
  }

  stop() {
    this.#timers.stop();
  }

  get #courtesyMs() {
    return this.#polite ? POLITE_WAIT_MS : 0;
  }

  #recover() {
    this.#timers.stop();
    this.#attempts = 0;
    this.#enter("well");
  }

  /** @param {number} patienceMs */
  #watch(patienceMs) {
    if (this.#health === "restarting" || this.#health === "exhausted") return;
    this.#enter("shaky");
    this.#schedule(patienceMs + this.#courtesyMs);
  }

  /** @param {number} afterMs */
  #schedule(afterMs) {
    this.#timers.stop();
    this.#timers.after(afterMs, () => this.#attempt());
  }

  #attempt() {
    if (this.#health === "well") return this.#tryOnce();
    if (!this.#actions.canSignal()) return this.#enter("shaky"); // the owner nudges when signaling is back
    if (this.#attempts === MAX_ATTEMPTS) return this.#enter("exhausted");
    this.#attempts += 1;
    this.#enter("restarting");
    this.#actions.restart();
    this.#schedule(ATTEMPT_EVERY_MS);
  }

  #tryOnce() {
    if (this.#actions.canSignal()) this.#actions.restart();
  }

  /** @param {Health} health */
  #enter(health) {
    if (this.#health === health) return;
    this.#health = health;
    this.#actions.onHealth(health);
  }
}
