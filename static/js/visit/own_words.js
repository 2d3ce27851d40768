/** What the others see and hear of this person, where that is less than they might think: a pure function. */

/** @typedef {import("./media.js").MediaState} MediaState */
/** `unheard`: they may be talking to nobody. @typedef {{words: string, unheard: boolean}} OwnWords */

/**
 * @param {Pick<MediaState, "microphone" | "camera" | "cameraOff" | "troubles">} state
 * @returns {OwnWords | null} null: nothing is to be said
 */
export function ownWords({ microphone, camera, cameraOff, troubles }) {
  const unheard = !microphone && troubles.microphone !== undefined;
  const unseen = !camera && (cameraOff || troubles.camera !== undefined);
  if (unheard && unseen) return { words: `The others see your name. They do not see or hear you. ${WRITE}`, unheard };
  if (unheard) return { words: `The others see you and do not hear you. ${WRITE}`, unheard };
  if (unseen && microphone) return { words: "The others hear you, and see your name in place of your picture.", unheard };
  return null;
}

const WRITE = "You can write to them in Messages.";
