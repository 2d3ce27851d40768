/** What has happened to this person's devices without their doing: worth saying aloud once, in plain words. */

/** @typedef {import("./devices.js").DeviceKind} DeviceKind */
/** @typedef {import("./devices.js").Trouble} Trouble */

/**
 * `switched`: it was pulled out, and another one is used now. `lost`: it was pulled out and there is no other. `returned`: the
 * chosen one is back and used again. `taken`: another program or a telephone call has it. `given-back`: it works again.
 * @typedef {{what: "switched" | "returned", device: DeviceKind | "speaker", label: string}
 *   | {what: "lost" | "taken" | "given-back", device: DeviceKind}
 *   | {what: "sharing-ended" | "sharing-failed"}} DeviceNews
 */

/**
 * What there is to say when a device was opened anew without its person's doing.
 * @param {DeviceKind} device
 * @param {object} renewal
 * @param {string} renewal.before - the name of the one that was used
 * @param {string} [renewal.label] - of the one that is used now, if there is one
 * @param {Trouble} [renewal.trouble]
 * @param {import("./interruptions.js").Why} renewal.why
 * @returns {DeviceNews | null} null: it works as before, and nobody has noticed
 */
export function newsOfRenewal(device, { before, label, trouble, why }) {
  if (label === undefined) return { what: trouble === "missing" ? "lost" : "taken", device };
  if (label !== before) return { what: "switched", device, label };
  return why === "slept" ? null : { what: "given-back", device };
}

/** @type {Record<DeviceKind | "speaker", string>} */
const NAMES = { microphone: "microphone", camera: "camera", speaker: "loudspeaker" };

/**
 * @param {DeviceNews} news
 * @returns {string}
 */
export function deviceNewsWords(news) {
  switch (news.what) {
    case "switched":
      return `Your ${NAMES[news.device]} is not there any more. We use ${named(news.label)} now.`;
    case "returned":
      return `Your ${NAMES[news.device]} is back. We use ${named(news.label)} again.`;
    case "lost":
      return news.device === "camera"
        ? "Your camera is not there any more. The others hear you and do not see you."
        : "Your microphone is not there any more. The others do not hear you now. Plug it in, or choose another one.";
    case "taken":
      return `Something else has your ${NAMES[news.device]} just now. It comes back when that is over.`;
    case "given-back":
      return `Your ${NAMES[news.device]} works again.`;
    case "sharing-ended":
      return "You do not show your screen any more.";
    case "sharing-failed":
      return "Your screen could not be shown. Please try again, or choose another window.";
  }
}

/** @param {string} label */
const named = (label) => label || "another one";
