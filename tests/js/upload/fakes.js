/** A server that speaks tus from memory, a line that fails as told, and time that moves when asked. */

import { createHash } from "node:crypto";

import { LineLostError } from "../../../static/js/upload/transport.js";

export class FakeClock {
  ms = 0;
  #timers = new Map();
  #next = 1;

  now = () => this.ms;

  setTimeout = (run, afterMs) => {
    this.#timers.set(this.#next, { run, atMs: this.ms + afterMs });
    return this.#next++;
  };

  clearTimeout = (timer) => this.#timers.delete(timer);

  get waits() {
    return [...this.#timers.values()].map(({ atMs }) => atMs - this.ms);
  }

  /** Let time pass, and everything that follows from it happen. */
  async pass(ms) {
    const end = this.ms + ms;
    for (;;) {
      await settled();
      const [timer, due] = [...this.#timers].sort(([, a], [, b]) => a.atMs - b.atMs)[0] ?? [];
      if (!due || due.atMs > end) break;
      this.#timers.delete(timer);
      this.ms = due.atMs;
      due.run();
    }
    this.ms = end;
    await settled();
  }
}

export async function settled() {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A file whose bytes are there at once: a real Blob reads in a thread, and then nobody knows when all has settled. */
export class MemoryFile {
  lastModified = 5;
  #bytes;

  constructor(content) {
    this.#bytes = Buffer.from(content);
  }

  get size() {
    return this.#bytes.length;
  }

  slice = (from, to) => new MemoryFile(this.#bytes.subarray(from, to));
  arrayBuffer = async () => new Uint8Array(this.#bytes).buffer;
}

/** As crypto.subtle, but at once. */
export const digester = {
  digest: async (_algorithm, data) => new Uint8Array(createHash("sha256").update(data).digest()).buffer,
};

export class FakeStorage {
  #entries = new Map();
  full = false;

  get length() {
    return this.#entries.size;
  }

  get contents() {
    return JSON.stringify([...this.#entries]);
  }

  key = (index) => [...this.#entries.keys()][index] ?? null;
  getItem = (key) => this.#entries.get(key) ?? null;
  removeItem = (key) => this.#entries.delete(key);

  setItem = (key, value) => {
    if (this.full) throw new Error("QuotaExceededError");
    this.#entries.set(key, value);
  };
}

/** Answers as our server does. `faults` are used up one request at a time; each may answer, throw, or let pass. */
export class FakeServer {
  uploads = new Map();
  requests = [];
  faults = [];

  transport = async (request) => {
    this.requests.push(request);
    const fault = this.faults.shift();
    const answer = fault ? await fault(request, this) : undefined;
    return answer ?? this.answer(request);
  };

  async answer({ method, address, headers, body, onSent }) {
    if (method === "POST") return this.#create(headers);
    const upload = this.uploads.get(address);
    if (!upload) return reply(404, {}, { code: "not-found", title: "There is nothing here." });
    if (method === "HEAD") return reply(200, { "Upload-Offset": String(upload.bytes.length) });
    if (method === "DELETE") return this.uploads.delete(address) && reply(204);
    if (Number(headers["Upload-Offset"]) !== upload.bytes.length) return reply(409);
    onSent(body.size);
    await this.store(address, body);
    return reply(204, { "Upload-Offset": String(upload.bytes.length) });
  }

  async store(address, body) {
    const upload = this.uploads.get(address);
    upload.bytes = Buffer.concat([upload.bytes, Buffer.from(await body.arrayBuffer())]);
  }

  get only() {
    return [...this.uploads.values()][0];
  }

  get methods() {
    return this.requests.map(({ method }) => method).join(" ");
  }

  #create(headers) {
    const address = `/api/v1/uploads/u${this.uploads.size + 1}`;
    this.uploads.set(address, { bytes: Buffer.alloc(0), headers });
    return reply(201, { Location: address, "Upload-Offset": "0" });
  }
}

export function reply(status, headers = {}, problem = null) {
  return { status, header: (name) => headers[name] ?? null, body: problem ? JSON.stringify(problem) : "" };
}

/** The line breaks before anything arrives. */
export function lost() {
  throw new LineLostError();
}

/** The line breaks after some bytes were stored; nobody hears the answer. */
export function lostAfter(bytes) {
  return async ({ address, body, onSent }, server) => {
    onSent(body.size);
    await server.store(address, body.slice(0, bytes));
    throw new LineLostError();
  };
}

/** The line goes quiet and stays so until it is given up. */
export function silent({ signal }) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new LineLostError())));
}
