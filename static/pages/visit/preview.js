/** Before going in: one's own picture and voice, the choice of devices, and help when one cannot be used. */

import { ownWords } from "../../js/visit/own_words.js";
import { DeviceChoice } from "./device_choice.js";
import { DeviceHelp } from "./device_help.js";
import { inside, part, write } from "./elements.js";
import { MediaButtons } from "./own_media.js";
import { Tile } from "./tile.js";
import { Voice } from "./voice.js";

/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */
/** @typedef {import("../../js/visit/devices.js").DeviceKind} DeviceKind */

/** @type {DeviceKind[]} */
const KINDS = ["camera", "microphone"];

export class Preview {
  #tile = new Tile(part("preview-tile", HTMLElement), () => {});
  #voice = new Voice("preview");
  #data;
  #media;
  #buttons;
  #help;
  #choices;
  #closed = false;

  /**
   * @param {import("./data.js").VisitData} data
   * @param {import("../../js/visit/devices.js").Devices} devices
   * @param {import("../../js/visit/media.js").LocalMedia} media
   * @param {import("./own_media.js").OwnMedia} own
   * @param {() => void} goIn
   */
  constructor(data, devices, media, own, goIn) {
    this.#data = data;
    this.#media = media;
    this.#buttons = new MediaButtons("preview", own);
    this.#help = new DeviceHelp("preview", () => void media.retry());
    this.#choices = KINDS.map(
      (kind) => new DeviceChoice("preview", kind, { devices, least: 2, choose: (...given) => void media.choose(...given) }),
    );
    part("preview-go", HTMLButtonElement).addEventListener("click", goIn);
  }

  /** @param {MediaState} state */
  render(state) {
    if (this.#closed) return;
    this.#buttons.render(state);
    this.#tile.play([state.camera]);
    this.#tile.show({
      picture: state.camera ? "on" : "off",
      words: state.cameraOff ? "Your camera is off" : "No picture yet",
      muted: state.muted,
      trouble: "",
    });
    this.#voice.render(state);
    this.#help.render(state);
    write(part("preview-seen", HTMLElement), ownWords(state)?.words ?? "");
    this.#labelGo(whatWorks(state));
    for (const choice of this.#choices) void choice.render(state);
  }

  /** The page is in front again. */
  toFront() {
    this.#voice.toFront();
  }

  /** Let go of the sound system. */
  close() {
    this.#closed = true;
    this.#voice.stop();
    this.#tile.play([]);
  }

  /** Report what was found out about this device, for the day's check. That it does not arrive keeps nobody from the waiting room. */
  async report() {
    const { checks_url: url, csrf_token: csrfToken } = this.#data;
    if (!url) return;
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken };
    const body = JSON.stringify(foundIn(this.#media.state));
    await fetch(url, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  }

  /** @param {"both" | "sound" | "nothing"} working */
  #labelGo(working) {
    const whole = this.#data.me.role === "specialist" ? "Go in" : "Go to the waiting room";
    const words = { both: whole, sound: "Go in with sound only", nothing: "Go in without camera or microphone" }[working];
    write(inside(part("preview-go", HTMLButtonElement), "span", HTMLElement), words);
  }
}

/** @param {MediaState} state */
function whatWorks({ microphone, camera, cameraOff, troubles }) {
  if (microphone && !camera && (troubles.camera || cameraOff)) return "sound";
  return troubles.microphone && !camera ? "nothing" : "both";
}

/** @param {MediaState} state */
const foundIn = ({ microphone, camera, troubles }) => ({
  camera: camera !== null || !troubles.camera,
  microphone: microphone !== null || !troubles.microphone,
  browser: typeof RTCPeerConnection === "function",
});
