/**
 * Two people of the visit's engine in one page, with real peer connections, and a server between them that can be taken away.
 * For a browser: `await (await import(...)).aPair(base)`, where `base` is the address of the modules.
 */

const CAPS = ["chat", "publish_audio", "publish_video", "share"];
const ICE = { iceServers: [], iceTransportPolicy: "all", ttl_s: 600 };

/** A socket whose other end is `Server`. */
class Socket extends EventTarget {
  readyState = 1;
  #seq = 0;

  constructor(server, name) {
    super();
    Object.assign(this, { server, name });
    queueMicrotask(() => this.dispatchEvent(new Event("open")));
  }

  send(text) {
    this.server.hear(this, JSON.parse(text));
  }

  say(frame) {
    const numbered = ["welcome", "pong"].includes(frame.type) ? frame : { ...frame, seq: (this.#seq += 1) };
    queueMicrotask(() => this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(numbered) })));
  }

  close() {
    this.readyState = 3;
  }
}

class Server {
  away = false;
  sockets = new Map();

  hear(socket, frame) {
    if (this.away) return;
    if (frame.type === "hello") this.#welcome(socket);
    else if (frame.type.startsWith("rtc.")) this.#pass(socket, frame);
    else if (frame.type === "ping") socket.say({ type: "pong", data: frame.data });
    else if (frame.type === "ice.get") socket.say({ type: "ice.config", re: frame.seq, ok: true, data: ICE });
    else if (frame.seq) socket.say({ type: "reply", re: frame.seq, ok: true });
  }

  /** Break every line; nobody gets another one. */
  goAway() {
    this.away = true;
    for (const socket of this.sockets.values()) {
      socket.readyState = 3;
      socket.dispatchEvent(Object.assign(new Event("close"), { code: 1006 }));
    }
  }

  #welcome(socket) {
    const { name } = socket;
    const newcomer = name === "patient";
    this.sockets.set(name, socket);
    const me = { session: name, member: name, role: name, label: name, host: false, state: "in", caps: CAPS };
    socket.say({ type: "welcome", data: { session_id: name, resume_key: "k", member_id: name, role: name, caps: CAPS, state: "in" } });
    const members = ["patient", "specialist"].map((each) => ({
      member: each,
      session: each,
      role: each,
      label: each,
      host: false,
      conn: "ok",
      media: { audio: true, video: true, share: false, level: 0 },
    }));
    const links = [{ peer: newcomer ? "specialist" : "patient", gen: 1, polite: newcomer, initiator: newcomer }];
    const visit = { state: "active", locked: false, ends_in_ms: null };
    socket.say({ type: "snapshot", data: { rev: 1, visit, me, members, links, lobby: [], chat: [], ice: ICE } });
  }

  #pass({ name }, { type, to, data }) {
    this.sockets.get(to)?.say({ type, from: name, data });
  }
}

/** Somebody with a camera, whose call is ready to begin. */
async function aPerson(name, server, { VisitCall, browserClock }) {
  const person = { connections: [], troubles: [] };
  person.call = new VisitCall(
    {
      getGrant: async () => (server.away ? Promise.reject(new Error("away")) : { ticket: "t", signal_url: "ws://x" }),
      openSocket: () => new Socket(server, name),
      createConnection: (configuration) => {
        person.connections.push(new RTCPeerConnection(configuration));
        return person.connections.at(-1);
      },
      stream: new MediaStream(),
      relayOnly: () => false,
      clock: browserClock,
      random: Math.random,
      newId: () => crypto.randomUUID(),
      tabId: `tab-${name}`,
      device: { ua: "", net: "" },
    },
    { onChange: () => {}, onNews: () => {}, onTrouble: (what) => person.troubles.push(what) },
  );
  return person;
}

/** @param {string} base - address of the folder js/visit */
export async function aPair(base) {
  const [{ VisitCall }, { browserClock }] = await Promise.all([import(`${base}/visit.js`), import(`${base}/clock.js`)]);
  const server = new Server();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480, frameRate: 15 } });
  const [[microphone], [camera]] = [stream.getAudioTracks(), stream.getVideoTracks()];
  const media = { microphone, camera, share: null, muted: false, cameraOff: false, troubles: {} };
  const pair = { server, people: [] };
  for (const name of ["specialist", "patient"]) {
    const person = await aPerson(name, server, { VisitCall, browserClock });
    person.call.setMedia(media);
    person.call.start();
    pair.people.push(person);
  }
  return pair;
}

/** What one side knows of its link to the other. */
export const linkOf = ({ call }) => call.view.others[0]?.link ?? null;

/** How the camera is sent. */
export const cameraOf = ({ connections }) => connections.at(-1).getSenders()[1].getParameters().encodings[0];

/** Which part of its path this side uses. */
export const fragmentOf = ({ connections }) => /ice-ufrag:(\S+)/.exec(connections.at(-1).localDescription.sdp)[1];

/** The first codec of the sound that is sent. */
export const soundOf = ({ connections }) => connections.at(-1).getSenders()[0].getParameters().codecs[0].mimeType;

/** How many frames the other side's camera has brought. */
export async function framesOf({ connections }) {
  const stats = [...(await connections.at(-1).getStats()).values()];
  return stats.filter(({ type, kind }) => type === "inbound-rtp" && kind === "video").reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
}

/** How many lines the other side's picture has. */
export async function heightOf({ connections }) {
  const stats = [...(await connections.at(-1).getStats()).values()];
  return stats.find(({ type, kind, mid }) => type === "inbound-rtp" && kind === "video" && mid === "1")?.frameHeight ?? 0;
}
