/** A machine with cameras and microphones that can be pulled out, refused and held by others. */

export class FakeTrack extends EventTarget {
  enabled = true;
  muted = false;
  readyState = "live";

  constructor(kind, deviceId, label = `${deviceId} by name`) {
    super();
    this.kind = kind;
    this.deviceId = deviceId;
    this.label = label;
  }

  getSettings() {
    return { deviceId: this.deviceId, ...(this.kind === "video" ? { width: 1280, height: 720 } : {}) };
  }

  stop() {
    this.readyState = "ended";
  }

  /** What the browser does when something else takes the device, a telephone call for one. */
  silence() {
    this.muted = true;
    this.dispatchEvent(new Event("mute"));
  }

  giveBack() {
    this.muted = false;
    this.dispatchEvent(new Event("unmute"));
  }

  /** What a browser does whose page was frozen meanwhile: the track is dead, and nobody was told. */
  die() {
    this.readyState = "ended";
  }

  /** What the browser does when the device goes away. */
  lose() {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

class FakeStream {
  constructor(tracks) {
    this.tracks = tracks;
  }

  getAudioTracks() {
    return this.tracks.filter(({ kind }) => kind === "audio");
  }

  getVideoTracks() {
    return this.tracks.filter(({ kind }) => kind === "video");
  }
}

export class FakeMediaDevices extends EventTarget {
  /** Error name by kind of track. */
  failures = {};
  /** Every set of constraints that was asked for. */
  asked = [];

  constructor(devices = [a_device("audio", "mic-1"), a_device("video", "cam-1")]) {
    super();
    this.devices = devices;
  }

  async getDisplayMedia() {
    if (this.failures.screen) throw new DOMException("", this.failures.screen);
    return new FakeStream([new FakeTrack("video", "screen")]);
  }

  async enumerateDevices() {
    return this.devices;
  }

  async getUserMedia(constraints) {
    this.asked.push(constraints);
    const kinds = ["audio", "video"].filter((kind) => constraints[kind]);
    return new FakeStream(kinds.map((kind) => this.#open(kind, constraints[kind])));
  }

  #open(kind, { deviceId }) {
    if (this.failures[kind]) throw new DOMException("", this.failures[kind]);
    const present = this.devices.filter((device) => device.kind === `${kind}input`);
    const device = deviceId ? present.find((each) => each.deviceId === deviceId.exact) : present[0];
    if (!device) throw new DOMException("", deviceId ? "OverconstrainedError" : "NotFoundError");
    return new FakeTrack(kind, device.deviceId);
  }
}

export const a_device = (kind, deviceId, label = `${deviceId} by name`, groupId = "g") => ({
  kind: `${kind}input`,
  deviceId,
  label,
  groupId,
});

/** Storage of a browser, in memory. */
export class FakeStorage {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, value);
  }
}
