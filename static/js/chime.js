/** A short sound of two tones, so that somebody can say whether they hear this machine. */

const TONES_HZ = [523, 784]; // C5 and G5: easy to hear, also with hearing loss in the high tones
const TONE_SECONDS = 0.45;
const LOUDNESS = 0.3;

/**
 * Sound once.
 * @param {AudioContext} context
 */
export function chime(context) {
  void context.resume(); // some browsers start it only after something was pressed
  for (const [number, frequency] of TONES_HZ.entries()) {
    const begin = context.currentTime + number * TONE_SECONDS;
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.03);
    gain.gain.linearRampToValueAtTime(0, begin + TONE_SECONDS);
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + TONE_SECONDS);
  }
}
