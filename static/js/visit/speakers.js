/** Where the others are heard: the loudspeaker or headset that somebody chose, kept for whatever plays sound on this page. */

/** @typedef {import("./devices.js").Device} Device */
/** What plays sound; some browsers can be told where. @typedef {AudioContext | {setSinkId?: (id: string) => Promise<void>}} Sink */

const MEMORY_KEY = "visit.speaker";
const BROWSERS_OWN = ""; // W3C Audio Output Devices, section 3: the user agent's default

export class Speakers {
  #devices;
  #memory;
  #onNews;
  /** @type {Set<Sink>} */
  #sinks = new Set();
  #used = BROWSERS_OWN;
  #turn = Promise.resolve();

  /**
   * @param {Pick<import("./devices.js").Devices, "list" | "watch">} devices
   * @param {Pick<Storage, "getItem" | "setItem">} memory
   * @param {(news: import("./device_news.js").DeviceNews) => void} onNews
   */
  constructor(devices, memory, onNews) {
    this.#devices = devices;
    this.#memory = memory;
    this.#onNews = onNews;
  }

  /** @returns {string} the id of the one in use; empty: the browser's own choice */
  get used() {
    return this.#used;
  }

  /**
   * Play there from now on, and follow what is plugged in and pulled out.
   * @param {AbortSignal} signal - ends it
   */
  start(signal) {
    this.#devices.watch(() => void this.#follow(true), signal);
    return this.#follow(false);
  }

  /**
   * List what can be chosen; nothing where the browser leaves no choice.
   * @returns {Promise<Device[]>}
   */
  async list() {
    const choosable = [...this.#sinks].some(canChoose);
    return choosable ? (await this.#devices.list()).speaker : [];
  }

  /**
   * Play there from now on, and remember it.
   * @param {Device} device
   */
  choose(device) {
    this.#memory.setItem(MEMORY_KEY, JSON.stringify(device));
    return this.#use(device.id);
  }

  /**
   * Have something that plays sound play it there too.
   * @param {Sink} sink
   */
  add(sink) {
    this.#sinks.add(sink);
    return this.#inTurn(() => play(sink, this.#used));
  }

  /** @param {Sink} sink */
  remove(sink) {
    this.#sinks.delete(sink);
  }

  /** @param {boolean} aloud */
  async #follow(aloud) {
    const wanted = this.#remembered();
    if (!wanted) return;
    const present = (await this.#devices.list()).speaker;
    const there = present.find(({ id }) => id === wanted.id) ?? present.find(({ label }) => label === wanted.label);
    const before = this.#used;
    await this.#use(there?.id ?? BROWSERS_OWN);
    if (!aloud || this.#used === before) return;
    if (there) this.#onNews({ what: "returned", device: "speaker", label: there.label });
    else this.#onNews({ what: "switched", device: "speaker", label: "" });
  }

  /** @param {string} id */
  #use(id) {
    this.#used = id;
    return this.#inTurn(async () => void (await Promise.all([...this.#sinks].map((sink) => play(sink, id)))));
  }

  /** @returns {Device | null} */
  #remembered() {
    try {
      return JSON.parse(this.#memory.getItem(MEMORY_KEY) ?? "null");
    } catch {
      return null; // storage may be closed to this page, or hold something that is not ours
    }
  }

  /** @param {() => Promise<void>} change */
  #inTurn(change) {
    this.#turn = this.#turn.then(change);
    return this.#turn;
  }
}

/** @param {Sink} sink @returns {sink is {setSinkId: (id: string) => Promise<void>}} */
const canChoose = (sink) => "setSinkId" in sink;

/**
 * @param {Sink} sink
 * @param {string} id
 */
async function play(sink, id) {
  try {
    if (canChoose(sink)) await sink.setSinkId(id);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // it has just been pulled out, and the browser's own is used
  }
}
