/**
 * Which servers this page may use to find a path. The names that open a relay end after minutes, so they are asked for anew
 * before they are needed; a path that stands needs none.
 */

/** @typedef {import("./protocol.js").IceConfig} IceConfig */

const GOOD_FOR = 0.5; // of their time: a path takes a while to be found, and the relay has a clock of its own

export class IceAccess {
  #clock;
  #ask;
  /** @type {RTCConfiguration} */
  #configuration = {};
  #goodUntilMs = Infinity;
  /** @type {Promise<IceConfig | null> | null} */
  #asking = null;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => Promise<IceConfig | null>} ask - the server; null: it does not answer now
   */
  constructor(clock, ask) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** For connections from now on; the same object until it changes. */
  get configuration() {
    return this.#configuration;
  }

  /** @param {IceConfig} ice - as the server gave it just now */
  use({ iceServers, iceTransportPolicy, ttl_s: ttlSeconds }) {
    this.#configuration = { iceServers, iceTransportPolicy, bundlePolicy: "max-bundle" };
    this.#goodUntilMs = iceServers.length > 0 ? this.#clock.now() + 1000 * ttlSeconds * GOOD_FOR : Infinity;
  }

  /** Ask the server anew; links that ask at one moment share the answer. @returns {Promise<RTCConfiguration>} */
  async renewed() {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    const ice = await this.#asking;
    if (ice) this.use(ice);
    return this.#configuration;
  }

  /** Ask anew if what is there may end too soon. @returns {Promise<RTCConfiguration>} */
  async lasting() {
    return this.#clock.now() < this.#goodUntilMs ? this.#configuration : this.renewed();
  }
}
