/**
 * Which servers this page may use to find a path. The names that open a relay end after minutes, so they are asked for anew
 * before they are needed; a path that stands needs none.
 */

/** @typedef {import("./protocol.js").IceConfig} IceConfig */

const GOOD_FOR = 0.5; // of their time: a path takes a while to be found, and the relay has a clock of its own

export class IceAccess {
  #clock;
  #ask;
  #relayOnly;
  /** @type {RTCConfiguration} */
  #configuration = {};
  #goodUntilMs = Infinity;
  /** @type {Promise<IceConfig | null> | null} */
  #asking = null;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => Promise<IceConfig | null>} ask - the server; null: it does not answer now
   * @param {() => boolean} relayOnly - whether this person's own address is kept from the others, whatever the server says
   */
  constructor(clock, ask, relayOnly) {
    this.#clock = clock;
    this.#ask = ask;
    this.#relayOnly = relayOnly;
  }

  /** For connections from now on; the same object until it changes. */
  get configuration() {
    return this.#configuration;
  }

  /** @param {IceConfig} ice - as the server gave it just now */
  use({ iceServers, iceTransportPolicy, ttl_s: ttlSeconds }) {
    const policy = this.#relayOnly() ? "relay" : iceTransportPolicy;
    this.#configuration = { iceServers, iceTransportPolicy: policy, bundlePolicy: "max-bundle" };
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

/** @typedef {Pick<IceAccess, "configuration" | "renewed" | "lasting">} Access */

/** The same servers, but by relays only: where a direct path was found and did not carry, another one may. @implements {Access} */
class RelayAccess {
  #access;
  /** @type {[RTCConfiguration, RTCConfiguration]} */
  #last = [{}, {}];

  /** @param {Access} access */
  constructor(access) {
    this.#access = access;
  }

  get configuration() {
    return this.#relayed(this.#access.configuration);
  }

  async renewed() {
    return this.#relayed(await this.#access.renewed());
  }

  async lasting() {
    return this.#relayed(await this.#access.lasting());
  }

  /** @param {RTCConfiguration} configuration @returns {RTCConfiguration} the same object for the same one */
  #relayed(configuration) {
    if (this.#last[0] !== configuration) this.#last = [configuration, throughRelays(configuration)];
    return this.#last[1];
  }
}

/**
 * @param {RTCConfiguration} configuration
 * @returns {RTCConfiguration} unchanged where there is no relay
 */
function throughRelays(configuration) {
  const servers = (configuration.iceServers ?? []).map((server) => ({ ...server, urls: relaysIn(server) }));
  const relays = servers.filter(({ urls }) => urls.length > 0);
  return relays.length > 0 ? { ...configuration, iceServers: relays, iceTransportPolicy: "relay" } : configuration;
}

/** @param {RTCIceServer} server @returns {string[]} what gets through most firewalls first: TLS, then TCP, then UDP */
function relaysIn({ urls }) {
  const relays = [urls].flat().filter((url) => /^turns?:/.test(url));
  return relays.sort((some, other) => hardness(some) - hardness(other));
}

/** @param {string} url */
function hardness(url) {
  if (url.startsWith("turns:")) return 0;
  return url.includes("transport=tcp") ? 1 : 2;
}

/**
 * Choose how to look for a path after so many attempts that brought none: first by relays only, later by every way in turn.
 * @param {number} resets
 * @param {IceAccess} access
 * @returns {Access}
 */
export function accessAfter(resets, access) {
  const everyWay = resets === 0 || (resets > 2 && resets % 2 === 1);
  return everyWay ? access : new RelayAccess(access);
}
