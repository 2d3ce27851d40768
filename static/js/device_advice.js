/** What somebody can do when a step of the check before a visit does not work, in plain words. */

import { adviceOn } from "./visit/advice.js";

/** @typedef {import("./visit/advice.js").Advice} Advice */
/** @typedef {import("./visit/advice.js").Browser} Browser */
/** @typedef {import("./device_check.js").StepName} StepName */
/** @typedef {import("./device_check.js").CheckView["trouble"]} StepTrouble */

/** @type {Record<StepName, Advice>} */
const ADVICE = {
  browser: {
    title: "This browser cannot hold a video visit",
    steps: [
      "Open the link from our message in a new Chrome, Edge, Firefox or Safari.",
      "If it opens inside another app, choose Open in browser there.",
    ],
  },
  camera: {
    title: "You do not see yourself",
    steps: [
      "Is a cover or a sticker in front of the camera? Take it off.",
      "Close other programs that use the camera.",
      "Press Try again.",
    ],
  },
  microphone: {
    title: "The meter does not move",
    steps: [
      "Is the microphone switched off, or muted on the headset? Switch it on.",
      "Speak louder, or come closer.",
      "Press Try again.",
    ],
  },
  speaker: {
    title: "You did not hear the sound",
    steps: ["Turn the volume up.", "If you use headphones, look if they are plugged in.", "Press Play it again."],
  },
};

/**
 * Say what is wrong with a step and what to do; for what the browser reports, in the steps of that browser.
 * @param {StepName} name
 * @param {StepTrouble} trouble
 * @param {Browser} browser
 * @returns {Advice}
 */
export function adviceForStep(name, trouble, browser) {
  const reported = trouble && trouble !== "unseen" && trouble !== "unheard";
  const device = name === "camera" || name === "microphone";
  return (reported && device && adviceOn({ [name]: trouble }, browser)) || ADVICE[name];
}
