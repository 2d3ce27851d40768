/** What the person at this page does with their microphone and camera, by button or by key, and is told of it. */

/** @typedef {import("../../js/visit/media.js").LocalMedia} LocalMedia */

export class OwnMedia {
  #media;
  #announcer;
  #talking = false;

  /**
   * @param {LocalMedia} media
   * @param {import("./announcer.js").Announcer} announcer
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
    await this.#media.setCameraOn(this.#media.state.camera === null);
    this.#announcer.say(this.#media.state.camera ? "Your camera is on." : "Your camera is off.");
  };

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
