/**
 * A peer connection without media: signaling states, implicit rollback, negotiation-needed, lines and ICE fragments behave
 * as in the W3C's WebRTC 1.0, sections 4.4 and 4.7. Paths come up and break when a test says so.
 */

let fragments = 0;
let certificates = 0;

/** As of a certificate that a connection has for itself. */
const aFingerprint = () => (certificates += 1).toString(16).toUpperCase().padStart(64, "0").match(/../g).join(":");

const OPUS = { mimeType: "audio/opus" };

class FakeSender {
  track = null;
  streams = [];
  /** How often the browser was told how to send. */
  told = 0;
  /** Whether it was told to send, each time. */
  activity = [];
  /** As Chromium: a whole picture can be asked for. */
  knowsOptions = true;
  wholePictures = 0;
  #parameters = { encodings: [{ active: true }], codecs: [OPUS] };

  getParameters() {
    return structuredClone(this.#parameters);
  }

  async setParameters(parameters, options = {}) {
    this.told += 1;
    this.activity.push(parameters.encodings[0].active);
    this.#parameters = structuredClone(parameters);
    if (this.knowsOptions && options.encodingOptions?.[0].keyFrame) this.wholePictures += 1;
  }

  get encoding() {
    return this.#parameters.encodings[0];
  }

  /** What has been agreed, the first in use. */
  agreeOn(codecs) {
    this.#parameters.codecs = codecs;
  }

  async replaceTrack(track) {
    this.track = track;
  }

  setStreams(...streams) {
    this.streams = streams;
  }
}

class FakeTransceiver {
  direction = "recvonly";
  associated = false;

  constructor(kind) {
    this.kind = kind;
    this.sender = new FakeSender();
    this.receiver = { track: { kind, remote: true }, getSynchronizationSources: () => this.sources };
  }

  /** Voices just now. */
  sources = [];

  setCodecPreferences(codecs) {
    this.preferred = codecs;
  }
}

class FakeChannel extends EventTarget {
  readyState = "connecting";
  sent = [];

  open() {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.readyState = "closed";
  }
}

export class FakeConnection extends EventTarget {
  signalingState = "stable";
  connectionState = "new";
  iceConnectionState = "new";
  localDescription = null;
  remoteDescription = null;
  addedCandidates = [];
  offersMade = 0;
  /** What `getStats` says. */
  stats = [];
  fingerprint = aFingerprint();
  closed = false;
  channel = null;
  #operations = Promise.resolve();
  #transceivers = [];
  #needed = false;
  #restart = true;
  #ufrag = "";
  #stable = { local: null, remote: null };

  constructor(configuration) {
    super();
    this.configuration = configuration;
  }

  getTransceivers() {
    return [...this.#transceivers];
  }

  addTransceiver(trackOrKind, { direction, streams }) {
    const kind = typeof trackOrKind === "string" ? trackOrKind : trackOrKind.kind;
    const transceiver = new FakeTransceiver(kind);
    transceiver.direction = direction;
    transceiver.sender.streams = streams;
    if (typeof trackOrKind !== "string") transceiver.sender.track = trackOrKind;
    this.#transceivers.push(transceiver);
    this.#negotiationNeeded();
  }

  createDataChannel(label, options) {
    this.channel = Object.assign(new FakeChannel(), { label, ...options });
    this.#negotiationNeeded();
    return this.channel;
  }

  setConfiguration(configuration) {
    this.configuration = configuration;
  }

  restartIce() {
    this.#restart = true;
    this.#negotiationNeeded();
  }

  setLocalDescription() {
    return this.#inTurn(() => {
      const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
      if (type === "offer") this.offersMade += 1;
      if (this.#restart || !this.#ufrag) this.#ufrag = `u${++fragments}`;
      this.localDescription = { type, sdp: this.#sdp() };
      this.#needed = false;
      this.#moveTo(type === "offer" ? "have-local-offer" : "stable");
      this.#gather();
    });
  }

  setRemoteDescription(description) {
    return this.#inTurn(() => {
      if (!description.sdp.startsWith("v=0")) throw new DOMException("", "InvalidAccessError");
      if (description.type === "answer" && this.signalingState !== "have-local-offer") {
        throw new DOMException("", "InvalidStateError");
      }
      if (description.type === "offer" && this.signalingState === "have-local-offer") this.#rollBack();
      this.remoteDescription = description;
      if (description.type === "offer") this.#associate(description.sdp);
      this.#moveTo(description.type === "offer" ? "have-remote-offer" : "stable");
    });
  }

  async addIceCandidate(candidate) {
    if (!this.remoteDescription) throw new DOMException("", "InvalidStateError");
    this.addedCandidates.push(candidate);
  }

  async getStats() {
    return new Map(this.stats.map((stat, index) => [stat.id ?? `stat-${index}`, stat]));
  }

  close() {
    this.closed = true;
    this.signalingState = "closed";
  }

  /** The path as a test wants it; Chromium may call a connection failed whose ICE is only disconnected. */
  setIce(state, connectionState = state) {
    this.iceConnectionState = state;
    this.dispatchEvent(new Event("iceconnectionstatechange"));
    this.connectionState = connectionState;
    this.dispatchEvent(new Event("connectionstatechange"));
    if (state === "connected" && this.channel?.readyState === "connecting") this.channel.open();
  }

  #rollBack() {
    this.localDescription = this.#stable.local;
    this.remoteDescription = this.#stable.remote;
    this.#needed = true;
    this.signalingState = "stable";
    this.dispatchEvent(new Event("signalingstatechange"));
  }

  #associate(sdp) {
    for (const kind of sdp.match(/(?<=m=)(audio|video)/g).slice(this.#associatedCount())) {
      const transceiver = new FakeTransceiver(kind);
      transceiver.associated = true;
      this.#transceivers.push(transceiver);
      const event = Object.assign(new Event("track"), { transceiver, track: transceiver.receiver.track });
      this.dispatchEvent(event);
    }
  }

  #associatedCount() {
    return this.#transceivers.filter(({ associated }) => associated).length;
  }

  #moveTo(state) {
    this.signalingState = state;
    if (state === "stable") this.#settle();
    this.dispatchEvent(new Event("signalingstatechange"));
  }

  #settle() {
    this.#restart = false;
    this.#transceivers.forEach((transceiver, index) => Object.assign(transceiver, { associated: true, mid: String(index) }));
    for (const { sender, preferred } of this.#transceivers) if (preferred) sender.agreeOn(preferred);
    this.#stable = { local: this.localDescription, remote: this.remoteDescription };
    if (this.#needed) this.#negotiationNeeded();
  }

  #sdp() {
    const lines = this.#transceivers.map(({ kind }) => `m=${kind} 9`);
    return ["v=0", `a=fingerprint:sha-256 ${this.fingerprint}`, `a=ice-ufrag:${this.#ufrag}`, ...lines].join("\r\n");
  }

  #gather() {
    const usernameFragment = this.#ufrag;
    const candidate = { candidate: `candidate:${usernameFragment}`, sdpMid: "0", usernameFragment };
    queueMicrotask(() => {
      this.#tellCandidate({ ...candidate, toJSON: () => candidate });
      this.#tellCandidate(null);
    });
  }

  #tellCandidate(candidate) {
    this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate }));
  }

  #negotiationNeeded() {
    if (this.#needed && this.signalingState !== "stable") return;
    this.#needed = true;
    queueMicrotask(() => void this.#operations.then(() => this.#fireIfNeeded()));
  }

  #fireIfNeeded() {
    if (!this.#needed || this.signalingState !== "stable") return;
    this.#needed = false;
    this.dispatchEvent(new Event("negotiationneeded"));
  }

  #inTurn(operation) {
    const done = this.#operations.then(operation);
    this.#operations = done.catch(() => {});
    return done;
  }
}
