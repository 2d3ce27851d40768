/** The path of one connection: what the browser says of it, what comes in over it, and when another one is looked for. */

import { Timers } from "./clock.js";
import { RestartPolicy } from "./restarts.js";
import { Silence } from "./silence.js";

/** @typedef {import("./restarts.js").Health} Health */

/**
 * @typedef {object} PathActions
 * @property {boolean} polite
 * @property {() => boolean} canSignal - whether an offer would reach the other side now
 * @property {() => number} lastArrival - another number whenever something has come in
 * @property {() => void} restart - look for another path
 * @property {() => void} onConnected
 * @property {(health: Health) => void} onHealth
 * @property {() => void} onSilence - nothing comes in any more, or something again
 * @property {() => void} onMended - it carries again, after it did not for a while
 */

const FOLLOWS_WITHIN_MS = 1_000; // the connection its path, where its keys are good

export class Path {
  #connection;
  #timers;
  #actions;
  #restarts;
  #silence;

  /**
   * @param {RTCPeerConnection} connection
   * @param {import("./clock.js").Clock} clock
   * @param {PathActions} actions
   * @param {AbortSignal} ending - nothing is listened to after it
   */
  constructor(connection, clock, actions, ending) {
    const { polite, canSignal, restart, lastArrival } = actions;
    this.#connection = connection;
    this.#timers = new Timers(clock);
    this.#actions = actions;
    this.#restarts = new RestartPolicy(clock, {
      polite,
      canSignal,
      restart,
      onHealth: (health) => this.#healthChanged(health),
    });
    this.#silence = new Silence(clock, { lastArrival, onChange: (silent) => this.#silenceChanged(silent) });
    const until = { signal: ending };
    connection.addEventListener("iceconnectionstatechange", () => this.#iceChanged(), until);
    connection.addEventListener("connectionstatechange", () => this.#connectionChanged(), until);
  }

  /** Whether something came in, and nothing does any more. */
  get silent() {
    return this.#silence.silent;
  }

  /**
   * Look for another one soon if this one is not well.
   * @param {number} afterMs
   */
  nudge(afterMs) {
    this.#restarts.nudge(afterMs);
  }

  stop() {
    this.#timers.stop();
    this.#restarts.stop();
    this.#silence.stop();
  }

  /** Whether ICE is well and the connection is not: its keys are dead, and no new path will mend that. */
  get #keysDead() {
    const { connectionState, iceConnectionState } = this.#connection;
    return connectionState === "failed" && (iceConnectionState === "connected" || iceConnectionState === "completed");
  }

  #iceChanged() {
    this.#restarts.iceChanged(this.#connection.iceConnectionState);
    // Firefox gives the keys up with the address, and says nothing more of them when there is a new path.
    if (this.#keysDead) this.#timers.after(FOLLOWS_WITHIN_MS, () => this.#keysDead && this.#giveUp());
  }

  #connectionChanged() {
    const { connectionState } = this.#connection;
    if (connectionState === "connected") this.#connected();
    if (this.#keysDead) this.#giveUp();
    else if (connectionState === "failed") this.#restarts.iceChanged("failed"); // Chromium leaves ICE itself at "disconnected"
  }

  #giveUp() {
    this.#actions.onHealth("exhausted");
  }

  #connected() {
    this.#actions.onConnected();
    this.#silence.begin();
  }

  /** @param {Health} health */
  #healthChanged(health) {
    this.#actions.onHealth(health);
    if (health === "well" && !this.silent) this.#actions.onMended();
  }

  /** @param {boolean} silent */
  #silenceChanged(silent) {
    this.#restarts.silenceChanged(silent);
    this.#actions.onSilence();
    if (!silent) this.#actions.onMended();
  }
}
