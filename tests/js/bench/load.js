/**
 * Does the same work on every server: `node load.js KIND BASE PHASE`, options as a JSON line on standard input; prints one.
 * A visit is two connects, both join, an offer and an answer of 5 KB, 40 candidates one by one, and two closes.
 */
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import WebSocket from "ws";

import { DIALECTS } from "./dialects.js";

const [, , kind, base, phase] = process.argv;
const said = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async () => (await said.next()).value;
const options = JSON.parse(await nextLine());
const CANDIDATES_EACH = 20;
const CANDIDATE = {
  candidate: "candidate:842163049 1 udp 1677729535 192.0.2.15 46154 typ srflx raddr 10.0.17.1 rport 46154 generation 0 ufrag EEtu network-cost 999",
  sdpMid: "0",
  sdpMLineIndex: 0,
};
const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, "0").toUpperCase()).join(":");
const SDP = `v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 ${FINGERPRINT}\r\n${"a=rtcp-fb:96 transport-cc\r\n".repeat(190)}`;

/** One socket, its messages in order, and somebody who waits for the next. */
class Line {
  #arrived = [];
  #waiting = null;

  constructor(url, protocols) {
    this.socket = new WebSocket(url, protocols, { perMessageDeflate: false });
    this.socket.on("message", (bytes) => this.#take(bytes.toString()));
    this.socket.on("close", (code) => this.#take(`closed ${code}`));
    this.socket.on("error", (error) => this.#take(`closed ${error.message}`));
    this.opened = new Promise((resolve) => this.socket.once("open", resolve));
  }

  send(text) {
    this.socket.send(text);
  }

  /** Wait for the next message that `pick` makes something of. */
  async until(pick) {
    for (;;) {
      const found = pick(await this.#next());
      if (found !== undefined) return found;
    }
  }

  #next() {
    const text = this.#arrived.shift();
    if (text !== undefined) return text;
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  #take(text) {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) waiting(text);
    else this.#arrived.push(text);
  }
}

const dialect = DIALECTS[kind];
const joins = [];

/** Connect both ends and join; the time from connect to being joined counts, for each of them. */
async function meet(visit) {
  const address = dialect.address(base, visit);
  const timed = async (end) => {
    const started = performance.now();
    const line = new Line(address[end], dialect.protocols);
    await line.opened;
    await dialect.join(line, visit, end);
    joins.push(performance.now() - started);
    return line;
  };
  const [a, b] = await Promise.all([timed(0), timed(1)]);
  const route = await dialect.connect(a, b, visit);
  return { a, b, route };
}

async function negotiate({ a, b, route }) {
  dialect.send(a, route, 0, "offer", { sdp: SDP });
  await dialect.receive(b, "offer");
  dialect.send(b, route, 1, "answer", { sdp: SDP });
  await dialect.receive(a, "answer");
  for (let index = 0; index < CANDIDATES_EACH; index += 1) {
    dialect.send(a, route, 0, "ice", CANDIDATE);
    dialect.send(b, route, 1, "ice", CANDIDATE);
  }
  for (let index = 0; index < CANDIDATES_EACH; index += 1) {
    await dialect.receive(a, "ice");
    await dialect.receive(b, "ice");
  }
}

async function part({ a, b }) {
  await Promise.all([a, b].map((line) => new Promise((resolve) => {
    line.socket.once("close", resolve);
    dialect.leave(line);
  })));
}

async function oneVisit(visit) {
  const pair = await meet(visit);
  await negotiate(pair);
  await part(pair);
}

const visits = options.visits ?? Array.from({ length: options.count }, () => ({ id: randomUUID() }));

const PHASES = {
  /** One after the other, a few side by side. */
  async visits() {
    const left = [...visits];
    const hand = async () => {
      for (let visit = left.pop(); visit; visit = left.pop()) await oneVisit(visit);
    };
    await Promise.all(Array.from({ length: options.sideBySide }, hand));
  },
  /** As people come: so many a second, whatever the server does. */
  async rate() {
    const started = performance.now();
    const running = [];
    for (const [index, visit] of visits.entries()) {
      const due = started + (1000 * index) / options.perSecond;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      running.push(oneVisit(visit));
    }
    await Promise.all(running);
  },
  /** Pairs that have met, and candidates both ways at a pace that every server allows. */
  async steady() {
    const pairs = await Promise.all(visits.map(meet));
    console.log("ready");
    await nextLine();
    const exchange = async ({ a, b, route }, index) => {
      await new Promise((resolve) => setTimeout(resolve, (1000 / options.perSecond / pairs.length) * index));
      for (let sent = 0; sent < options.messages; sent += 1) {
        const due = new Promise((resolve) => setTimeout(resolve, 1000 / options.perSecond));
        if (sent % 50 === 0 && dialect.refresh) await dialect.refresh(a, b, route);
        dialect.send(a, route, 0, "ice", CANDIDATE);
        dialect.send(b, route, 1, "ice", CANDIDATE);
        await Promise.all([dialect.receive(a, "ice"), dialect.receive(b, "ice"), due]);
      }
    };
    await Promise.all(pairs.map(exchange));
    console.log("done");
    await nextLine();
  },
  /** Pairs that have met and do nothing. */
  async idle() {
    await Promise.all(visits.map(meet));
    console.log("ready");
    await nextLine();
  },
};

await PHASES[phase]();
joins.sort((one, other) => one - other);
const at = (share) => joins[Math.min(joins.length - 1, Math.floor(share * joins.length))];
console.log(JSON.stringify({ joins: joins.length, p50: at(0.5), p95: at(0.95) }));
process.exit(0);
