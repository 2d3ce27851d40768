/** One attempt to have a socket: opened, expected to say something in time, and hung up so that nothing of it is heard again. */

import { Timers } from "./clock.js";
import { SUBPROTOCOL } from "./protocol.js";

/** @typedef {import("./protocol.js").Frame} Frame */

/**
 * @typedef {object} LineEvents
 * @property {() => void} onOpen
 * @property {(frame: Frame) => void} onFrame
 * @property {(code: number) => void} onClose - by the other side or the network
 * @property {() => void} onLate - what was expected has not come
 */

const OPEN = 1; // WebSocket.OPEN, HTML standard section 9.3

export class Line {
  #openSocket;
  #events;
  #timers;
  /** @type {WebSocket | null} */
  #socket = null;
  #listening = new AbortController();

  /**
   * @param {(url: string, protocol: string) => WebSocket} openSocket
   * @param {import("./clock.js").Clock} clock
   * @param {LineEvents} events
   */
  constructor(openSocket, clock, events) {
    this.#openSocket = openSocket;
    this.#timers = new Timers(clock);
    this.#events = events;
  }

  get open() {
    return this.#socket?.readyState === OPEN;
  }

  /** Ends with this attempt. */
  get ending() {
    return this.#listening.signal;
  }

  /** @param {string} url */
  dial(url) {
    const signal = this.ending;
    const { onOpen, onFrame, onClose } = this.#events;
    const socket = this.#openSocket(url, SUBPROTOCOL);
    socket.addEventListener("open", () => onOpen(), { signal });
    socket.addEventListener("message", ({ data }) => onFrame(JSON.parse(String(data))), { signal });
    socket.addEventListener("close", ({ code }) => onClose(code), { signal });
    this.#socket = socket;
  }

  /** @param {Frame} frame */
  write(frame) {
    if (this.open) this.#socket?.send(JSON.stringify(frame));
  }

  /**
   * Give the attempt so long for its next step; the last call counts.
   * @param {number} ms
   */
  expect(ms) {
    this.#timers.stop();
    this.#timers.after(ms, () => this.#events.onLate());
  }

  /** What was expected has come. */
  settle() {
    this.#timers.stop();
  }

  /** End the attempt; what is still on its way out is sent. */
  hangUp() {
    this.#timers.stop();
    this.#listening.abort();
    this.#listening = new AbortController();
    this.#socket?.close();
    this.#socket = null;
  }
}
