/** The other end of the line: sockets that open, speak and break when a test says so. */

export class FakeSocket extends EventTarget {
  readyState = 0;
  /** Whether pings are answered. */
  lively = false;
  /** Everything the client has said on this socket. */
  heard = [];

  constructor(url, protocol) {
    super();
    this.url = url;
    this.protocol = protocol;
  }

  send(text) {
    const frame = JSON.parse(text);
    this.heard.push(frame);
    if (this.lively && frame.type === "ping") this.say({ type: "pong", data: { ts: frame.data.ts } });
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  say(frame) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  break(code = 1006, reason = "") {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }));
  }

  types() {
    return this.heard.map(({ type }) => type);
  }
}

export const a_welcome = (changes = {}) => ({
  type: "welcome",
  data: {
    session_id: "s_me",
    resume_key: "k",
    member_id: "m_me",
    role: "patient",
    caps: ["chat", "publish_audio", "publish_video"],
    state: "in",
    epoch: 1,
    ping_ms: 5000,
    dead_ms: 15000,
    ...changes,
  },
});
