/**
 * The page's part in a probe of its line, as signaling/PROTOCOL.md describes it: it comes to the server's end, sends pings
 * back, counts, and floods when it is asked to. What the line carries is told by the server, which measures.
 * No element of the page is touched here.
 */

import { Timers } from "./visit/clock.js";

/** @typedef {{rtt_ms: number, loss_pct: number, down_kbps: number, up_kbps: number}} LineResults */
/** @typedef {"connecting" | "measuring"} ProbeStage */
/** @typedef {"never-opened" | "broken-off" | "ours" | "offline" | "running" | "often" | "busy" | "closed" | "stopped"} ProbeTrouble */
/** @typedef {{results: LineResults, trouble: null} | {results: null, trouble: ProbeTrouble}} ProbeOutcome */
/** @typedef {{ice_servers: RTCIceServer[], ice_transport_policy: RTCIceTransportPolicy}} Ways */
/** @typedef {{ask: "report"} | {ask: "flood", kbps: number, ms: number, bytes: number}} Ask */

/**
 * @typedef {object} Parts
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createConnection
 * @property {typeof fetch} fetch
 * @property {import("./visit/clock.js").Clock} clock
 * @property {(stage: ProbeStage) => void} onStage
 */

const PING = 1;
const PONG = 2;
const FLOOD = 3;
const BIN_MS = 250;
const TICK_MS = 10;
const MOST_WAITING_BYTES = 16 * 1024;
const MOST_BYTES = 1200;
const MOST_MS = 5_000;
const MOST_KBPS = 1_500;
const GATHERS_MS = 3_000; // then the ways that were found have to do
const LOOKS_MS = 500;
const WHOLE_MS = 30_000; // nothing of ours takes longer

/** @type {Record<string, ProbeTrouble>} */
const TROUBLES = { "probe-running": "running", "too-many-requests": "often", "probes-busy": "busy", "visit-not-open": "closed" };

/** The server did not go on with it. */
class ProbeRefusedError extends Error {
  /** @param {ProbeTrouble} trouble */
  constructor(trouble) {
    super(trouble);
    this.name = "ProbeRefusedError";
    this.trouble = trouble;
  }
}

/** One probe, from the first request to the results. */
export class LineProbe {
  #url;
  #csrfToken;
  #parts;
  #timers;
  #ending = new AbortController();
  #began = "";

  /**
   * @param {string} visitId
   * @param {string} csrfToken
   * @param {Parts} parts
   */
  constructor(visitId, csrfToken, parts) {
    this.#url = `/api/v1/visits/${encodeURIComponent(visitId)}/probe`;
    this.#csrfToken = csrfToken;
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  /** Run it to its end, whatever that is. @returns {Promise<ProbeOutcome>} */
  async run() {
    this.#timers.after(WHOLE_MS, () => this.#ending.abort(new ProbeRefusedError("ours")));
    /** @type {RTCPeerConnection | null} */
    let connection = null;
    try {
      this.#parts.onStage("connecting");
      const ways = /** @type {Ways} */ (await this.#ask("GET", this.#url));
      connection = this.#parts.createConnection({ iceServers: ways.ice_servers, iceTransportPolicy: ways.ice_transport_policy });
      new OtherEnd(connection, this.#timers);
      const offer = await this.#describe(connection);
      const { id, answer } = await this.#ask("POST", this.#url, { offer });
      this.#began = id;
      await connection.setRemoteDescription({ type: "answer", sdp: answer });
      return { results: await this.#results(), trouble: null };
    } catch (error) {
      return { results: null, trouble: this.#troubleOf(error) };
    } finally {
      this.#timers.stop();
      connection?.close();
    }
  }

  /** End it early, also on the server: it is to say nothing about the line. */
  stop() {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort(new ProbeRefusedError("stopped"));
    if (!this.#began) return;
    const headers = { "X-CSRF-Token": this.#csrfToken };
    void this.#parts.fetch(`${this.#url}/${this.#began}`, { method: "DELETE", headers, keepalive: true }).catch(() => {});
  }

  /** @param {RTCPeerConnection} connection */
  async #describe(connection) {
    await connection.setLocalDescription();
    const gathered = new Promise((resolve) => {
      const look = () => connection.iceGatheringState === "complete" && resolve(null);
      connection.addEventListener("icegatheringstatechange", look);
      this.#timers.after(GATHERS_MS, () => resolve(null));
      look();
    });
    await this.#unlessEnded(gathered);
    return connection.localDescription?.sdp ?? "";
  }

  async #results() {
    for (;;) {
      await this.#unlessEnded(new Promise((resolve) => this.#timers.after(LOOKS_MS, () => resolve(null))));
      const { state, results, failure } = await this.#patiently();
      if (state === "measuring") this.#parts.onStage("measuring");
      if (state === "done") return /** @type {LineResults} */ (results);
      if (state === "failed") throw new ProbeRefusedError(failure);
    }
  }

  /** A look that gets lost is repeated: the line is being filled to its brim. */
  async #patiently() {
    try {
      return await this.#ask("GET", `${this.#url}/${this.#began}`);
    } catch (error) {
      if (error instanceof ProbeRefusedError || this.#ending.signal.aborted) throw error;
      return { state: "connecting", results: null, failure: null };
    }
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #ask(method, url, body) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": this.#csrfToken, Accept: "application/json" };
    const signal = this.#ending.signal;
    const response = await this.#parts.fetch(url, { method, credentials: "same-origin", headers, body: body && JSON.stringify(body), signal });
    const said = await response.json();
    if (response.ok) return said;
    throw new ProbeRefusedError(TROUBLES[String(said.code)] ?? "ours");
  }

  /**
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  #unlessEnded(work) {
    const { signal } = this.#ending;
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      work.then(resolve, reject);
    });
  }

  /** @param {unknown} error @returns {ProbeTrouble} */
  #troubleOf(error) {
    const { aborted, reason } = this.#ending.signal;
    const known = aborted ? reason : error;
    if (known instanceof ProbeRefusedError) return known.trouble;
    return error instanceof TypeError ? "offline" : "ours"; // what fetch throws when nobody is reached
  }
}

/** What the server's end is answered with. */
class OtherEnd {
  #control;
  #line;
  #timers;
  #pings = 0;
  /** @type {number[]} */
  #bins = [];
  /** @type {number | null} */
  #floodedSince = null;

  /**
   * @param {RTCPeerConnection} connection
   * @param {Timers} timers
   */
  constructor(connection, timers) {
    this.#timers = timers;
    this.#control = connection.createDataChannel("control", { negotiated: true, id: 0 });
    this.#line = connection.createDataChannel("line", { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 });
    this.#line.binaryType = "arraybuffer";
    this.#line.addEventListener("message", ({ data }) => this.#heard(data));
    this.#control.addEventListener("message", ({ data }) => this.#asked(JSON.parse(data)));
  }

  /** @param {ArrayBuffer} data */
  #heard(data) {
    const kind = new Uint8Array(data);
    if (kind[0] === FLOOD) return this.#count(data.byteLength);
    if (kind[0] !== PING) return;
    this.#pings += 1;
    kind[0] = PONG;
    this.#send(data);
  }

  /** @param {number} size */
  #count(size) {
    const { now } = this.#timers;
    this.#floodedSince ??= now;
    const index = Math.floor((now - this.#floodedSince) / BIN_MS);
    while (this.#bins.length <= index) this.#bins.push(0);
    this.#bins[index] = (this.#bins[index] ?? 0) + size;
  }

  /** @param {Ask} ask */
  #asked(ask) {
    if (ask.ask === "report") this.#control.send(JSON.stringify({ pings: this.#pings, bins: this.#bins.slice(0, 100) }));
    if (ask.ask === "flood") this.#flood(Math.min(ask.kbps, MOST_KBPS), Math.min(ask.ms, MOST_MS), Math.min(ask.bytes, MOST_BYTES));
  }

  /**
   * Send so much for so long, or as much as goes; what the line did not take is not made good afterwards.
   * @param {number} kbps
   * @param {number} ms
   * @param {number} size
   */
  #flood(kbps, ms, size) {
    const message = new Uint8Array(size);
    message[0] = FLOOD;
    const began = this.#timers.now;
    let sent = 0;
    const stop = this.#timers.every(TICK_MS, () => {
      const passed = this.#timers.now - began;
      if (passed >= ms) return stop();
      const due = (passed * kbps) / 8;
      for (; sent < due && this.#line.bufferedAmount < MOST_WAITING_BYTES; sent += size) this.#send(message.buffer);
      sent = Math.max(sent, due - MOST_WAITING_BYTES);
    });
  }

  /** @param {ArrayBuffer} data */
  #send(data) {
    if (this.#line.readyState === "open") this.#line.send(data);
  }
}
