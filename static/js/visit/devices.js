/**
 * The camera and the microphone of this machine: opening them with what there is, naming what is wrong,
 * and remembering which ones somebody chose. No element of the page is touched here.
 */

/** @typedef {"microphone" | "camera"} DeviceKind */

/**
 * What keeps a device from being used: `refused` by the person or the browser, `missing`, `busy` in another program,
 * `unsuitable` (it exists and cannot do what is asked), `blocked` (this page may not ask at all), or `unknown`.
 * @typedef {"refused" | "missing" | "busy" | "unsuitable" | "blocked" | "unknown"} Trouble
 */

/**
 * @typedef {object} Opened
 * @property {MediaStreamTrack | null} microphone
 * @property {MediaStreamTrack | null} camera
 * @property {Partial<Record<DeviceKind, Trouble>>} troubles
 */

/** @typedef {{id: string, label: string, group: string}} Device */
/** @typedef {{microphone: Device[], camera: Device[], speaker: Device[]}} DeviceList */
/** @typedef {{width: number, height: number, framesPerSecond: number}} Capture */
/** @typedef {Pick<MediaDevices, "getUserMedia" | "enumerateDevices" | "addEventListener"> & Partial<Pick<MediaDevices, "getDisplayMedia">>} BrowserDevices */

/** @type {Capture} */
export const STANDARD_CAPTURE = { width: 1280, height: 720, framesPerSecond: 30 };

/** Names from the W3C's Media Capture and Streams, section 10.2 (getUserMedia). @type {Record<string, Trouble>} */
const TROUBLE_BY_ERROR_NAME = {
  NotAllowedError: "refused",
  NotFoundError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  OverconstrainedError: "unsuitable",
  SecurityError: "blocked",
  TypeError: "blocked",
};

/** @type {Record<DeviceKind | "speaker", MediaDeviceKind>} */
const BROWSER_KIND = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" };

/** The page itself in its own picture would go on without end. */
const SCREEN = { video: { frameRate: { max: 15 } }, audio: false, selfBrowserSurface: "exclude", surfaceSwitching: "include" };

/**
 * Name what keeps a device from being used.
 * @param {unknown} error - what getUserMedia rejected with
 * @returns {Trouble}
 */
export function troubleOf(error) {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return TROUBLE_BY_ERROR_NAME[name] ?? "unknown";
}

export class Devices {
  #browser;
  #memory;
  #capture;

  /**
   * @param {BrowserDevices | undefined} browser
   *   - `navigator.mediaDevices`, absent where a page is not secure
   * @param {Pick<Storage, "getItem" | "setItem">} memory - where choices are kept
   * @param {Capture} capture
   */
  constructor(browser, memory, capture = STANDARD_CAPTURE) {
    this.#browser = browser;
    this.#memory = memory;
    this.#capture = capture;
  }

  /**
   * Open both devices, or the one that can be opened, or none; never rejects.
   * @returns {Promise<Opened>}
   */
  async open() {
    try {
      const stream = await this.#ask(["microphone", "camera"]);
      return { microphone: trackOf(stream, "microphone"), camera: trackOf(stream, "camera"), troubles: {} };
    } catch {
      return this.#openEach();
    }
  }

  /**
   * Open one device: the chosen one, or the browser's own choice if that is gone.
   * @param {DeviceKind} kind
   * @returns {Promise<MediaStreamTrack>} rejects with the browser's error, see `troubleOf`
   */
  async openOne(kind) {
    const track = trackOf(await this.#ask([kind]), kind);
    if (!track) throw new DOMException("the stream has no such track", "NotFoundError");
    return track;
  }

  /**
   * List what can be chosen; names are empty until a device has been opened.
   * @returns {Promise<DeviceList>}
   */
  async list() {
    const found = (await this.#browser?.enumerateDevices()) ?? [];
    return {
      microphone: devicesOf(found, "microphone"),
      camera: devicesOf(found, "camera"),
      speaker: devicesOf(found, "speaker"),
    };
  }

  /** @returns {boolean} whether this browser can show others a screen; telephones mostly cannot */
  get canShare() {
    return typeof this.#browser?.getDisplayMedia === "function";
  }

  /**
   * Ask which screen, window or tab to show.
   * @returns {Promise<MediaStreamTrack>} rejects with the browser's error; `refused` is a person who thought better of it
   */
  async openScreen() {
    const stream = await this.#browser?.getDisplayMedia?.(SCREEN);
    const track = stream && trackOf(stream, "camera");
    if (!track) throw new DOMException("there is no screen to show", "NotFoundError");
    track.contentHint = "detail";
    return track;
  }

  /**
   * Find the device that somebody chose.
   * @param {DeviceKind} kind
   * @returns {Promise<Device | undefined>} undefined: none was chosen, or it is not there
   */
  async chosen(kind) {
    const present = (await this.list())[kind];
    const id = presentId(this.#remembered(kind), present);
    return present.find((device) => device.id === id);
  }

  /**
   * @param {MediaStreamTrack} track
   * @param {DeviceKind} kind
   * @returns {Promise<boolean>} whether its device was pulled out; some browsers do not end the track
   */
  async isGone(track, kind) {
    const present = (await this.list())[kind];
    const { deviceId } = track.getSettings();
    return deviceId !== undefined && present.length > 0 && present.every(({ id }) => id !== deviceId);
  }

  /**
   * Remember a choice for the next time something is opened.
   * @param {DeviceKind} kind
   * @param {Device} device
   */
  choose(kind, device) {
    this.#memory.setItem(memoryKey(kind), JSON.stringify(device));
  }

  /**
   * Tell when something is plugged in or pulled out.
   * @param {() => void} onChange
   * @param {AbortSignal} signal - ends the watch
   */
  watch(onChange, signal) {
    this.#browser?.addEventListener("devicechange", onChange, { signal });
  }

  /**
   * One after the other, sound first: a visit can go on by sound, and two questions at once confuse.
   * @returns {Promise<Opened>}
   */
  async #openEach() {
    /** @type {Opened} */
    const opened = { microphone: null, camera: null, troubles: {} };
    for (const kind of /** @type {const} */ (["microphone", "camera"])) {
      try {
        opened[kind] = await this.openOne(kind);
      } catch (error) {
        opened.troubles[kind] = troubleOf(error);
      }
    }
    return opened;
  }

  /**
   * @param {DeviceKind[]} kinds
   * @returns {Promise<MediaStream>}
   */
  async #ask(kinds) {
    if (!this.#browser) throw new DOMException("this page may not use devices", "SecurityError");
    const chosen = await this.#chosenIds();
    try {
      return await this.#browser.getUserMedia(this.#constraints(kinds, chosen));
    } catch (error) {
      const gone = troubleOf(error) === "unsuitable" || troubleOf(error) === "missing";
      if (!gone || !kinds.some((kind) => chosen[kind])) throw error;
      return this.#browser.getUserMedia(this.#constraints(kinds, {}));
    }
  }

  /**
   * @param {DeviceKind[]} kinds
   * @param {Partial<Record<DeviceKind, string>>} chosen
   * @returns {MediaStreamConstraints}
   */
  #constraints(kinds, chosen) {
    /** @param {DeviceKind} kind */
    const exactly = (kind) => (chosen[kind] ? { deviceId: { exact: chosen[kind] } } : {});
    const { width, height, framesPerSecond } = this.#capture;
    const picture = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: framesPerSecond } };
    const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return {
      audio: kinds.includes("microphone") && { ...voice, ...exactly("microphone") },
      video: kinds.includes("camera") && { ...picture, facingMode: { ideal: "user" }, ...exactly("camera") },
    };
  }

  /**
   * Find the remembered devices: by id, or by name where the browser has given new ids.
   * @returns {Promise<Partial<Record<DeviceKind, string>>>}
   */
  async #chosenIds() {
    const [microphone, camera] = [this.#remembered("microphone"), this.#remembered("camera")];
    if (!microphone && !camera) return {};
    const list = await this.list();
    return { microphone: presentId(microphone, list.microphone), camera: presentId(camera, list.camera) };
  }

  /**
   * @param {DeviceKind} kind
   * @returns {Device | null}
   */
  #remembered(kind) {
    try {
      return JSON.parse(this.#memory.getItem(memoryKey(kind)) ?? "null");
    } catch {
      return null; // storage may be closed to this page, or hold something that is not ours
    }
  }
}

/** @param {DeviceKind} kind */
const memoryKey = (kind) => `visit.${kind}`;

/**
 * @param {Device | null} wanted
 * @param {Device[]} present
 */
function presentId(wanted, present) {
  if (!wanted) return undefined;
  const unnamed = present.every((device) => device.label === "");
  if (unnamed) return wanted.id;
  const match =
    present.find((device) => device.id === wanted.id) ??
    present.find((device) => device.label === wanted.label && device.group === wanted.group) ??
    present.find((device) => device.label === wanted.label);
  return match?.id;
}

/**
 * @param {MediaDeviceInfo[]} found
 * @param {DeviceKind | "speaker"} kind
 * @returns {Device[]}
 */
function devicesOf(found, kind) {
  return found
    .filter((info) => info.kind === BROWSER_KIND[kind] && info.deviceId !== "")
    .map((info) => ({ id: info.deviceId, label: info.label, group: info.groupId }));
}

/**
 * @param {MediaStream} stream
 * @param {DeviceKind} kind
 * @returns {MediaStreamTrack | null}
 */
function trackOf(stream, kind) {
  const tracks = kind === "microphone" ? stream.getAudioTracks() : stream.getVideoTracks();
  return tracks[0] ?? null;
}
