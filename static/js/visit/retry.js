/** When a lost socket is tried again: at once, soon, then steadily, for as long as the page is open. */

import { Timers } from "./clock.js";

const FIRST_DELAYS_MS = [0, 300, 1_000];
const STEADY_MS = 1_500;
const STEADY_FOR_MS = 60_000;
const PATIENT_MS = 7_000;
const JITTER = 0.25; // of the delay, so that a restarted server does not meet everybody in the same moment
const LEAST_JITTER_MS = 100;
const LASTING_MS = 2_000; // a line that was up for less has proved nothing
const LATELY_MS = 1_000;
const OPENING_MS = 4_000; // on a line that nobody has measured
const SHORT_OPENING_MS = 1_500; // what is lost of a handshake is sent again after 1 s, then only after 2 more: RFC 6298
const OPENING_ROUND_TRIPS = 6; // TCP, TLS 1.2 and the upgrade take four

export class RetrySchedule {
  #clock;
  #timers;
  #random;
  #tries = 0;
  #lostAtMs = 0;
  #liveAtMs = -Infinity;
  #triedAtMs = 0;
  #hungMs = 0;
  /** @type {[number, number] | null} */
  #invitationMs = null;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => number} random - from 0 to 1
   */
  constructor(clock, random) {
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#random = random;
  }

  get triedLately() {
    return this.#clock.now() - this.#triedAtMs < LATELY_MS;
  }

  /**
   * How long a handshake may take before it is begun anew. A handshake that began in an outage learns late that the line is
   * back, so one over a line whose round trip is known gets little more than it needs. After a minute the line may be another.
   * @param {number | null} roundTripMs - null: not known
   */
  openingMs(roundTripMs) {
    if (roundTripMs === null || this.#lostFor >= STEADY_FOR_MS) return OPENING_MS;
    return Math.min(OPENING_MS, SHORT_OPENING_MS + OPENING_ROUND_TRIPS * roundTripMs);
  }

  /** An attempt begins. */
  tried() {
    this.#triedAtMs = this.#clock.now();
  }

  /** The attempt has hung. The time it took counts, for in an outage this is how every attempt ends. */
  late() {
    this.#hungMs = this.#clock.now() - this.#triedAtMs;
  }

  /** The line is up. */
  live() {
    this.#liveAtMs = this.#clock.now();
  }

  /** The line is lost, or wanted for the first time. */
  lost() {
    if (this.#clock.now() - this.#liveAtMs >= LASTING_MS) this.afresh();
  }

  /** The network may be another one: what was tried before proves nothing. */
  afresh() {
    this.#tries = 0;
    this.#lostAtMs = this.#clock.now();
  }

  /**
   * The server goes away and says when it wants to be asked again.
   * @param {[number, number]} fromToMs
   */
  invite(fromToMs) {
    this.#invitationMs = fromToMs;
  }

  /**
   * Have the next attempt in time; the last plan counts.
   * @param {() => void} attempt
   * @param {number} [afterMs] - instead of what the schedule says
   */
  plan(attempt, afterMs) {
    this.#timers.stop();
    this.#timers.after(afterMs ?? this.#nextDelayMs(), attempt);
  }

  stop() {
    this.#timers.stop();
  }

  get #lostFor() {
    return this.#clock.now() - this.#lostAtMs;
  }

  #nextDelayMs() {
    const invitation = this.#invitationMs;
    this.#invitationMs = null;
    if (invitation) return invitation[0] + this.#random() * (invitation[1] - invitation[0]);
    const steadyMs = this.#lostFor < STEADY_FOR_MS ? STEADY_MS : PATIENT_MS;
    const periodMs = FIRST_DELAYS_MS[this.#tries] ?? steadyMs;
    const delayMs = Math.max(0, periodMs - this.#hungMs);
    this.#tries += 1;
    this.#hungMs = 0;
    return delayMs + this.#random() * Math.max(LEAST_JITTER_MS, JITTER * delayMs);
  }
}
