/**
 * Carries out how loud each person is played: by the volume of the element that plays them, or, where a browser keeps that to
 * its own keys (iOS), through a gain of Web Audio. Nothing is built before somebody is to be played less than full.
 */

/** @typedef {Pick<HTMLMediaElement, "volume" | "muted" | "srcObject">} Player */
/** @typedef {{source: MediaStreamAudioSourceNode, gain: GainNode, stream: MediaProvider}} Channel */

const SMOOTHING_SECONDS = 0.05;

export class PlayedVoices {
  #createContext;
  #onInterrupted;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {Map<Player, Channel>} */
  #channels = new Map();

  /**
   * @param {() => AudioContext} createContext
   * @param {() => void} onInterrupted - the browser has taken the sound system away, for a telephone call
   */
  constructor(createContext, onInterrupted) {
    this.#createContext = createContext;
    this.#onInterrupted = onInterrupted;
  }

  /** @returns {AudioContext | null} once there is one; what plays sound has to play it where people chose */
  get context() {
    return this.#context;
  }

  /**
   * @param {Player} player
   * @param {number} volume - from 0 to 1
   */
  setVolume(player, volume) {
    if (!this.#channels.has(player) && setOwnVolume(player, volume)) return;
    const channel = this.#channelOf(player);
    if (channel && this.#context) channel.gain.gain.setTargetAtTime(volume, this.#context.currentTime, SMOOTHING_SECONDS);
  }

  /**
   * The player plays another stream, or nothing, or is gone.
   * @param {Player} player
   */
  release(player) {
    const channel = this.#channels.get(player);
    if (!channel) return;
    channel.source.disconnect();
    channel.gain.disconnect();
    this.#channels.delete(player);
    player.muted = false;
  }

  /** The page is in front again: have the sound system back. */
  toFront() {
    if (this.#context && this.#context.state !== "running") void this.#context.resume();
  }

  stop() {
    for (const player of [...this.#channels.keys()]) this.release(player);
    void this.#context?.close();
    this.#context = null;
  }

  /** @param {Player} player */
  #channelOf(player) {
    const known = this.#channels.get(player);
    if (known?.stream === player.srcObject) return known;
    this.release(player);
    return player.srcObject ? this.#open(player, player.srcObject) : null;
  }

  /**
   * @param {Player} player
   * @param {MediaProvider} stream
   * @returns {Channel}
   */
  #open(player, stream) {
    const context = (this.#context ??= this.#make());
    const channel = { source: context.createMediaStreamSource(/** @type {MediaStream} */ (stream)), gain: context.createGain(), stream };
    channel.source.connect(channel.gain);
    channel.gain.connect(context.destination);
    player.muted = true; // it is heard through the gain
    this.#channels.set(player, channel);
    return channel;
  }

  #make() {
    const context = this.#createContext();
    context.addEventListener("statechange", () => {
      if (/** @type {string} */ (context.state) === "interrupted") this.#onInterrupted();
    });
    void context.resume(); // some browsers start it only after something was pressed
    return context;
  }
}

/**
 * @param {Player} player
 * @param {number} volume
 * @returns {boolean} false: the browser keeps volumes to itself
 */
function setOwnVolume(player, volume) {
  player.volume = volume;
  return Math.abs(player.volume - volume) < 0.01;
}
