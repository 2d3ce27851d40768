/** How loud one microphone is, from 0 to 1. */

const FFT_SIZE = 1_024;
const LOUD = 0.25; // root mean square of a voice close to the microphone

export class LevelMeter {
  #createContext;
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AnalyserNode | null} */
  #analyser = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  #samples = new Float32Array(FFT_SIZE);

  /** @param {() => AudioContext} createContext */
  constructor(createContext) {
    this.#createContext = createContext;
  }

  /** @param {MediaStream | null} stream - with the microphone; null: listen to nothing */
  listen(stream) {
    this.#source?.disconnect();
    this.#source = null;
    if (!stream) return;
    this.#context ??= this.#createContext();
    void this.#context.resume(); // some browsers start it only after something was pressed
    this.#analyser ??= this.#analyse(this.#context);
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#source.connect(this.#analyser);
  }

  /** @returns {number} from 0, silence, to 1, loud */
  level() {
    if (!this.#source || !this.#analyser) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / FFT_SIZE;
    return Math.min(1, Math.sqrt(power) / LOUD);
  }

  /** The page is in front again: have the sound system back, which a telephone call or sleep has taken. */
  toFront() {
    if (this.#context && this.#context.state !== "running") void this.#context.resume();
  }

  /** Let go of the sound system. */
  stop() {
    this.listen(null);
    void this.#context?.close();
    this.#context = null;
    this.#analyser = null;
  }

  /** @param {AudioContext} context */
  #analyse(context) {
    const analyser = context.createAnalyser();
    analyser.fftSize = FFT_SIZE;
    return analyser;
  }
}
