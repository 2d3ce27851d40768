/**
 * The fixed lines of one peer connection: sound, camera, shared screen and the control channel. The side that offers first lays
 * them out, the other takes them over; after that only tracks change, which needs no offer (W3C WebRTC, section 5.2, replaceTrack).
 */

/** @typedef {"microphone" | "camera" | "share"} LineName */
/** @typedef {Record<LineName, MediaStreamTrack | null>} Tracks */

/**
 * @typedef {object} LinesEvents
 * @property {() => void} onOpen - the control channel is open
 * @property {(message: Record<string, unknown>) => void} onControl - from the other side, unchecked
 * @property {(trouble: string) => void} onTrouble
 */

/** In the order of the description. @type {LineName[]} */
export const LINES = ["microphone", "camera", "share"];
const CONTROL_CHANNEL_ID = 0;

export class Lines {
  #connection;
  #stream;
  #tracks;
  #events;
  #ending;
  /** @type {RTCDataChannel | null} */
  #control = null;
  #arrived = 0;
  #loudness = 0;

  /**
   * @param {RTCPeerConnection} connection
   * @param {MediaStream} stream - names sound and camera as one source, so that lips and voice stay together
   * @param {Tracks} tracks - what to send from the start
   * @param {LinesEvents} events
   * @param {AbortSignal} ending
   */
  constructor(connection, stream, tracks, events, ending) {
    this.#connection = connection;
    this.#stream = stream;
    this.#tracks = { ...tracks };
    this.#events = events;
    this.#ending = ending;
  }

  get laidOut() {
    return this.#control !== null;
  }

  /** Make every line of the first offer. */
  layOut() {
    for (const line of LINES) {
      const streams = line === "share" ? [] : [this.#stream];
      const kind = line === "microphone" ? "audio" : "video";
      this.#connection.addTransceiver(this.#tracks[line] ?? kind, { direction: "sendrecv", streams });
    }
    this.#openControl();
  }

  /** Take over the lines that the other side's first offer made. */
  async adopt() {
    this.#openControl();
    await Promise.all(
      LINES.map((line, index) => {
        const transceiver = this.#connection.getTransceivers()[index];
        if (!transceiver) return null;
        transceiver.direction = "sendrecv";
        if (line !== "share") transceiver.sender.setStreams(this.#stream);
        return transceiver.sender.replaceTrack(this.#tracks[line]);
      }),
    );
  }

  /**
   * Send another track on a line, or nothing.
   * @param {LineName} line
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(line, track) {
    this.#tracks[line] = track;
    await this.transceiver(line)?.sender.replaceTrack(track);
  }

  /**
   * @param {RTCRtpTransceiver} transceiver
   * @returns {LineName | undefined}
   */
  nameOf(transceiver) {
    return LINES[this.#connection.getTransceivers().indexOf(transceiver)];
  }

  /**
   * Tell the other side something without the server.
   * @param {Record<string, unknown>} message
   * @returns {boolean} false: the channel is not open, and it is lost
   */
  control(message) {
    if (this.#control?.readyState !== "open") return false;
    this.#control.send(JSON.stringify(message));
    return true;
  }

  /**
   * @param {LineName} line
   * @returns {RTCRtpTransceiver | undefined} undefined: it is not laid out yet
   */
  transceiver(line) {
    return this.laidOut ? this.#connection.getTransceivers()[LINES.indexOf(line)] : undefined;
  }

  /** @returns {number} how loud the other side's voice is just now, from 0 to 1 */
  loudness() {
    return this.transceiver("microphone")?.receiver.getSynchronizationSources()[0]?.audioLevel ?? 0;
  }

  /** Have every picture that we send begin anew: the other side may have missed what the next ones build on. */
  async refresh() {
    for (const line of /** @type {LineName[]} */ (["camera", "share"])) {
      const sender = this.transceiver(line)?.sender;
      if (sender?.track && sender.getParameters().encodings[0]?.active) await this.#refreshOne(sender);
    }
  }

  /** @param {RTCRtpSender} sender */
  async #refreshOne(sender) {
    try {
      await sendWholePicture(sender);
    } catch (error) {
      this.#events.onTrouble(`picture: ${error instanceof Error ? error.name : "refused"}`); // it comes when it is asked for
    }
  }

  /** How loud it was when somebody last asked for `lastArrival`: a line that is asked holds up the whole page. */
  get lastLoudness() {
    return this.#loudness;
  }

  /** @returns {number} when the last sound or picture came in, in the browser's own count; 0: never */
  lastArrival() {
    const [sound, ...pictures] = this.#connection.getTransceivers().map(({ receiver }) => receiver);
    const [heard] = sound?.getSynchronizationSources() ?? [];
    this.#loudness = heard?.audioLevel ?? 0;
    const arrived = heard?.timestamp ?? 0;
    const silent = arrived <= this.#arrived;
    const seen = silent ? pictures.flatMap((receiver) => receiver.getSynchronizationSources()) : [];
    this.#arrived = Math.max(this.#arrived, arrived, ...seen.map(({ timestamp }) => timestamp));
    return this.#arrived;
  }

  #openControl() {
    this.#control = this.#connection.createDataChannel("ctl", { negotiated: true, id: CONTROL_CHANNEL_ID });
    this.#control.addEventListener("open", () => this.#events.onOpen(), { signal: this.#ending });
    this.#control.addEventListener("message", ({ data }) => this.#hear(data), { signal: this.#ending });
  }

  /** @param {unknown} text */
  #hear(text) {
    try {
      const message = JSON.parse(String(text));
      if (typeof message === "object" && message !== null) this.#events.onControl(message);
    } catch {
      this.#events.onTrouble("ctl: not JSON");
    }
  }
}

/**
 * Have the next picture need none before it. Otherwise the other side asks for one, but only every three seconds.
 * @param {RTCRtpSender} sender
 */
async function sendWholePicture(sender) {
  const options = new WholePicture();
  await /** @type {Sends} */ (sender.setParameters.bind(sender))(sender.getParameters(), options);
  if (options.understood) return;
  await setActive(sender, false); // another way to the same, with a gap of one picture
  await setActive(sender, true);
}

/** @typedef {(parameters: RTCRtpSendParameters, options: WholePicture) => Promise<void>} Sends */

/** An option that not every browser knows (W3C WebRTC Extensions, RTCSetParameterOptions); who knows it, reads it. */
class WholePicture {
  understood = false;

  get encodingOptions() {
    this.understood = true;
    return [{ keyFrame: true }];
  }
}

/**
 * @param {RTCRtpSender} sender
 * @param {boolean} active
 */
async function setActive(sender, active) {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.active = active;
  await sender.setParameters(parameters);
}
