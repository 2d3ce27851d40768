/**
 * Sound that is sent twice, each packet carrying the one before it again (RFC 2198, "RED"): what a lossy line takes away is
 * mostly still heard. Browsers change to it only when the lines are agreed upon anew.
 */

const RED = "audio/red";

/** @param {{mimeType: string}} codec */
const isRed = ({ mimeType }) => mimeType.toLowerCase() === RED;

/** @param {RTCRtpSender} sender @returns {boolean} whether it sends that way now */
export function isRedundant(sender) {
  const [first] = sender.getParameters().codecs;
  return first !== undefined && isRed(first);
}

/**
 * Have the next agreement prefer it.
 * @param {RTCRtpTransceiver} transceiver - of the sound
 * @param {RTCRtpCodec[]} codecs - that this browser has
 * @returns {boolean} false: this browser cannot
 */
export function preferRedundant(transceiver, codecs) {
  const [red, others] = [codecs.filter(isRed), codecs.filter((codec) => !isRed(codec))];
  if (red.length === 0) return false;
  transceiver.setCodecPreferences([...red, ...others]);
  return true;
}

/** @returns {RTCRtpCodec[]} that this browser has for sound */
export function soundCodecs() {
  return globalThis.RTCRtpReceiver?.getCapabilities("audio")?.codecs ?? [];
}
