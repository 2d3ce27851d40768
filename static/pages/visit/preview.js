/** Before going in: one's own picture and voice, the choice of devices, and help when one cannot be used. */

import { adviceOn, browserOf } from "../../js/visit/advice.js";
import { Timers, browserClock } from "../../js/visit/clock.js";
import { LevelMeter } from "../../js/visit/meter.js";
import { inside, part, write } from "./elements.js";
import { MediaButtons } from "./own_media.js";
import { Tile } from "./tile.js";

/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */

const METER_EVERY_MS = 100;
const HEARD_ABOVE = 0.08;

export class Preview {
  #tile = new Tile(part("preview-tile", HTMLElement), () => {});
  #help = part("preview-help", HTMLElement);
  #meter = new LevelMeter(() => new AudioContext());
  #timers = new Timers(browserClock);
  #goesStraightIn;
  #buttons;
  #choices;
  /** @type {MediaStreamTrack | null} */
  #microphone = null;
  #muted = false;
  #heard = false;
  #closed = false;

  /**
   * @param {import("./data.js").VisitData} data
   * @param {import("../../js/visit/devices.js").Devices} devices
   * @param {import("../../js/visit/media.js").LocalMedia} media
   * @param {import("./own_media.js").OwnMedia} own
   * @param {() => void} goIn
   */
  constructor(data, devices, media, own, goIn) {
    this.#goesStraightIn = data.me.role === "specialist";
    this.#buttons = new MediaButtons("preview", own);
    this.#choices = [new DeviceChoice("camera", devices, media), new DeviceChoice("microphone", devices, media)];
    part("preview-retry", HTMLButtonElement).addEventListener("click", () => void media.retry());
    part("preview-go", HTMLButtonElement).addEventListener("click", goIn);
    this.#timers.every(METER_EVERY_MS, () => this.#showLevel());
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
    this.#listenTo(state);
    this.#showHelp(state);
    this.#labelGo(whatWorks(state));
    for (const choice of this.#choices) void choice.render(state);
  }

  /** Let go of the sound system. */
  close() {
    this.#closed = true;
    this.#timers.stop();
    this.#meter.stop();
    this.#tile.play([]);
  }

  /** @param {MediaState} state */
  #listenTo({ microphone, muted }) {
    this.#muted = muted;
    if (microphone === this.#microphone) return;
    this.#microphone = microphone;
    this.#heard = false;
    this.#meter.listen(microphone ? new MediaStream([microphone]) : null);
  }

  #showLevel() {
    const level = this.#meter.level();
    part("preview-voice", HTMLMeterElement).value = level;
    this.#heard ||= level > HEARD_ABOVE;
    const words = part("preview-voice-words", HTMLElement);
    write(words, this.#voiceWords());
    words.toggleAttribute("data-heard", this.#heard && !this.#muted && this.#microphone !== null);
  }

  #voiceWords() {
    if (!this.#microphone) return "We cannot hear you yet.";
    if (this.#muted) return "You are muted.";
    return this.#heard ? "We hear you." : "Say a few words.";
  }

  /** @param {MediaState} state */
  #showHelp({ troubles }) {
    const advice = adviceOn(troubles, browserOf(navigator.userAgent));
    this.#help.hidden = advice === null;
    if (!advice) return;
    write(part("preview-help-title", HTMLElement), advice.title);
    part("preview-help-steps", HTMLElement).replaceChildren(...advice.steps.map(listItem));
  }

  /** @param {"both" | "sound" | "nothing"} working */
  #labelGo(working) {
    const whole = this.#goesStraightIn ? "Go in" : "Go to the waiting room";
    const words = { both: whole, sound: "Go in with sound only", nothing: "Go in without camera or microphone" }[working];
    write(inside(part("preview-go", HTMLButtonElement), "span", HTMLElement), words);
  }
}

/** @param {MediaState} state */
function whatWorks({ microphone, camera, cameraOff, troubles }) {
  if (microphone && !camera && (troubles.camera || cameraOff)) return "sound";
  return troubles.microphone && !camera ? "nothing" : "both";
}

/** @param {string} words */
function listItem(words) {
  const item = document.createElement("li");
  item.textContent = words;
  return item;
}

/** @typedef {import("../../js/visit/devices.js").DeviceKind} DeviceKind */
/** @typedef {import("../../js/visit/devices.js").Device} Device */

/** The list from which somebody chooses their camera or microphone; shown where there is a choice. */
export class DeviceChoice {
  #kind;
  #devices;
  #field;
  #select;
  /** @type {Device[]} */
  #offered = [];

  /**
   * @param {DeviceKind} kind
   * @param {import("../../js/visit/devices.js").Devices} devices
   * @param {import("../../js/visit/media.js").LocalMedia} media
   */
  constructor(kind, devices, media) {
    this.#kind = kind;
    this.#devices = devices;
    this.#field = part(`preview-${kind}-field`, HTMLElement);
    this.#select = part(`preview-${kind}-choice`, HTMLSelectElement);
    this.#select.addEventListener("change", () => {
      const chosen = this.#offered[this.#select.selectedIndex];
      if (chosen) void media.choose(kind, chosen);
    });
  }

  /** @param {import("../../js/visit/media.js").MediaState} state */
  async render(state) {
    const offered = (await this.#devices.list())[this.#kind].filter(({ label }) => label !== "");
    if (!sameDevices(offered, this.#offered)) this.#offer(offered);
    const present = state[this.#kind]?.getSettings().deviceId;
    if (present) this.#select.value = present;
    this.#field.hidden = offered.length < 2;
  }

  /** @param {Device[]} offered */
  #offer(offered) {
    this.#offered = offered;
    this.#select.replaceChildren(...offered.map(({ id, label }) => new Option(label, id)));
  }
}

/**
 * @param {Device[]} some
 * @param {Device[]} others
 */
const sameDevices = (some, others) =>
  some.length === others.length && some.every(({ id, label }, index) => id === others[index]?.id && label === others[index]?.label);

/**
 * Report what the preview has found out about this device, for the day's check.
 * @param {import("./data.js").VisitData} data
 * @param {import("../../js/visit/media.js").MediaState} state
 */
export function reportCheck({ checks_url: url, csrf_token: csrfToken }, { microphone, camera, troubles }) {
  if (!url) return;
  const found = {
    camera: camera !== null || !troubles.camera,
    microphone: microphone !== null || !troubles.microphone,
    browser: typeof RTCPeerConnection === "function",
  };
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken };
  // Going in does not wait for it, and its failure keeps nobody out.
  fetch(url, { method: "POST", headers, body: JSON.stringify(found), keepalive: true }).catch(() => {});
}
