/** One's own microphone and camera: the buttons and keys that change them, and what is said when they have changed. */

import { inside, part, showSign, write } from "./elements.js";

/** @typedef {import("../../js/visit/media.js").LocalMedia} LocalMedia */

export class OwnMedia {
  #media;
  #announcer;
  #talking = false;
  #unseen = false;

  /**
   * @param {LocalMedia} media
   * @param {import("./notices.js").Announcer} announcer
   */
  constructor(media, announcer) {
    this.#media = media;
    this.#announcer = announcer;
  }

  toggleMute = async () => {
    const { microphone, muted } = this.#media.state;
    await this.#media.setMuted(microphone !== null && !muted);
    this.#tellMute();
  };

  toggleCamera = async () => {
    if (this.#unseen) return;
    await this.#media.setCameraOn(this.#media.state.camera === null);
    this.#announcer.say(this.#media.state.camera ? "Your camera is on." : "Your camera is off.");
  };

  mute = async () => {
    await this.#media.setMuted(true);
    this.#tellMute();
  };

  switchCameraOff = async () => {
    await this.#media.setCameraOn(false);
    this.#announcer.say("Your camera is off.");
  };

  /** @param {boolean} unseen - nobody may be seen in this visit: the camera is let go of, and stays off until its person wants it */
  beUnseen(unseen) {
    if (unseen && !this.#unseen) {
      void this.#media.setCameraOn(false);
      void this.#media.stopSharing();
    }
    this.#unseen = unseen;
  }

  /** Be heard for as long as a key is held. */
  startTalking = () => {
    if (this.#talking || !this.#media.state.muted) return;
    this.#talking = true;
    void this.#media.setMuted(false);
    this.#announcer.say("You can be heard.");
  };

  stopTalking = () => {
    if (!this.#talking) return;
    this.#talking = false;
    void this.#media.setMuted(true);
    this.#announcer.say("You are muted.");
  };

  #tellMute() {
    const { microphone, muted } = this.#media.state;
    this.#announcer.say(microphone && !muted ? "You can be heard." : "You are muted.");
  }
}

/** @typedef {import("../../js/visit/media.js").MediaState} MediaState */

/** The two buttons that say and change whether one is heard and seen. */
export class MediaButtons {
  #mute;
  #camera;

  /**
   * @param {string} screen - whose buttons these are
   * @param {{toggleMute: () => void, toggleCamera: () => void}} act
   */
  constructor(screen, act) {
    this.#mute = part(`${screen}-mute`, HTMLButtonElement);
    this.#camera = part(`${screen}-camera`, HTMLButtonElement);
    this.#mute.addEventListener("click", act.toggleMute);
    this.#camera.addEventListener("click", act.toggleCamera);
  }

  /** @param {string[]} rights - who may not speak or be seen needs no button for it */
  allow(rights) {
    this.#mute.hidden = !rights.includes("publish_audio");
    this.#camera.hidden = !rights.includes("publish_video");
  }

  /** @param {MediaState} state */
  render({ microphone, camera, muted }) {
    const silent = muted || !microphone;
    show(this.#mute, silent, microphone ? (muted ? "Muted" : "Mute") : "No sound", silent ? "mic-off" : "mic");
    show(this.#camera, !camera, camera ? "Camera on" : "Camera off", camera ? "camera" : "camera-off");
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {boolean} pressed
 * @param {string} label
 * @param {string} sign
 */
function show(button, pressed, label, sign) {
  button.setAttribute("aria-pressed", String(pressed));
  write(inside(button, "span", HTMLElement), label);
  showSign(button, sign);
}

const WRITING = "input, textarea, select, [contenteditable]";
const PRESSABLE = "button, a, summary, label, [role='log']";

/**
 * @typedef {object} KeyActions
 * @property {() => void} toggleMute
 * @property {() => void} toggleCamera
 * @property {() => void} startTalking
 * @property {() => void} stopTalking
 * @property {() => boolean} wanted - the person uses these keys, and is in the visit
 */

/**
 * M, V and held Space, while nothing is being written and nothing that takes keys has the focus.
 * @param {Document} page
 * @param {KeyActions} actions
 */
export function watchKeys(page, actions) {
  page.addEventListener("keydown", (event) => {
    if (!actions.wanted() || !isFree(event)) return;
    if (event.code === "Space") holdToTalk(event, actions);
    else if (!event.repeat && event.key.toLowerCase() === "m") actions.toggleMute();
    else if (!event.repeat && event.key.toLowerCase() === "v") actions.toggleCamera();
  });
  page.addEventListener("keyup", (event) => {
    if (event.code === "Space") actions.stopTalking();
  });
  page.defaultView?.addEventListener("blur", () => actions.stopTalking()); // the key's end would be missed
}

/**
 * @param {KeyboardEvent} event
 * @param {KeyActions} actions
 */
function holdToTalk(event, actions) {
  if (event.target instanceof Element && event.target.closest(PRESSABLE)) return;
  event.preventDefault(); // the page would scroll
  actions.startTalking();
}

/** @param {KeyboardEvent} event */
function isFree({ target, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return false;
  return !(target instanceof Element && target.closest(`${WRITING}, dialog`));
}
