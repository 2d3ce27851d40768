/** How each server is spoken to. An end is 0 or 1; `send` and `receive` know offer, answer and ice. */

const parse = (text) => {
  if (text.startsWith("closed")) throw new Error(text);
  return JSON.parse(text);
};

const relay = {
  address: (base) => [base, base],
  async join(line, visit) {
    line.send(JSON.stringify({ type: "join", room: visit.id }));
    await line.until((text) => (parse(text).type === "joined" ? true : undefined));
  },
  connect: async () => null,
  send: (line, _route, _end, type, data) => line.send(JSON.stringify({ type, data })),
  receive: (line, type) => line.until((text) => (parse(text).type === type ? true : undefined)),
  leave: (line) => line.socket.close(),
};

const peerjs = {
  address: (base, visit) => [0, 1].map((end) => `${base}/peerjs?key=peerjs&id=${visit.id}-${end}&token=t&version=1.5.4`),
  join: (line) => line.until((text) => (parse(text).type === "OPEN" ? true : undefined)),
  connect: async (_a, _b, visit) => visit.id,
  send: (line, route, end, type, data) =>
    line.send(JSON.stringify({ type: PEERJS[type], dst: `${route}-${1 - end}`, payload: data })),
  receive: (line, type) => line.until((text) => (parse(text).type === PEERJS[type] ? true : undefined)),
  leave: (line) => line.socket.close(),
};
const PEERJS = { offer: "OFFER", answer: "ANSWER", ice: "CANDIDATE" };

const socketio = {
  address: (base) => Array(2).fill(`${base}/socket.io/?EIO=4&transport=websocket`),
  async join(line, visit) {
    await line.until((text) => (text.startsWith("0") ? true : undefined));
    line.send("40");
    await line.until((text) => (text.startsWith("40") ? true : undefined));
    line.send(`420${JSON.stringify(["join", visit.id])}`);
    await line.until((text) => (text.startsWith("430") ? true : undefined));
  },
  connect: async (_a, _b, visit) => visit.id,
  send: (line, route, _end, type, data) => line.send(`42${JSON.stringify(["relay", route, { type, data }])}`),
  receive: (line, type) =>
    line.until((text) => {
      if (text === "2") return void line.send("3");
      if (!text.startsWith("42")) return undefined;
      return parse(text.slice(2))[1].type === type ? true : undefined;
    }),
  leave: (line) => line.socket.close(),
};

/** Ours: a ticket in `hello`, the waiting room, numbers and acknowledgements. End 0 is the specialist, 1 the patient. */
const ours = {
  protocols: ["consilium.visit.v1"],
  address: (base, visit) => Array(2).fill(`${base}${visit.path}`),
  async join(line, visit, end) {
    line.numbers = { sent: 0, heard: 0 };
    const data = { versions: ["1"], ticket: visit.tickets[end], tab_id: `tab-${end}-0000` };
    line.send(JSON.stringify({ type: "hello", data }));
    line.me = (await hear(line, "welcome")).data;
  },
  async connect(host, patient) {
    command(host, "lobby.admit", { member: patient.me.member_id });
    const { data } = await hear(patient, "snapshot", ({ data }) => data.links.length > 0);
    const { data: opened } = await hear(host, "link.open");
    return { to: [opened.peer, data.links[0].peer], gen: opened.gen, neg: 0 };
  },
  send(line, { to, gen, neg }, end, type, data) {
    const body = type === "ice" ? { gen, ufrag: "EEtu", cands: [data] } : { gen, neg: neg + 1, ...data };
    command(line, `rtc.${type}`, body, to[end]);
  },
  receive: (line, type) => hear(line, `rtc.${type}`),
  /** A hundred candidates are the most in one negotiation; the next offer begins another. */
  async refresh(a, b, route) {
    ours.send(a, route, 0, "offer", { sdp: SHORT_SDP });
    await ours.receive(b, "offer");
    ours.send(b, route, 1, "answer", { sdp: SHORT_SDP });
    await ours.receive(a, "answer");
    route.neg += 1;
  },
  leave: (line) => command(line, "bye"),
};
const SHORT_SDP = `v=0\r\na=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}\r\n`;

function command(line, type, data, to) {
  line.numbers.sent += 1;
  line.send(JSON.stringify({ type, seq: line.numbers.sent, ack: line.numbers.heard, to, data }));
}

function hear(line, type, fits = () => true) {
  return line.until((text) => {
    const message = parse(text);
    if (message.seq) line.numbers.heard = message.seq;
    if (message.type === "error" || message.error) throw new Error(text);
    return message.type === type && fits(message) ? message : undefined;
  });
}

export const DIALECTS = { relay, peerjs, socketio, ours, service: ours };
