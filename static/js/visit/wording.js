/** What the page says of the call, in plain words: pure functions from what is so to a sentence. */

import { NO_PICTURE } from "./protocol.js";

/** @typedef {import("./visit.js").CallView} CallView */
/** @typedef {import("./visit.js").OtherPerson} OtherPerson */
/** @typedef {import("./protocol.js").EndReason} EndReason */

/**
 * @typedef {object} LineWords
 * @property {string} words
 * @property {boolean} mending - the page is doing something about it, and says for how long
 * @property {boolean} talking - who is meant is heard or seen meanwhile
 */
/** @typedef {{title: string, text: string, action: "again" | "move" | "reload" | "none"}} EndWords */

/** @type {Record<string, string>} */
const ROLES = {
  patient: "Patient",
  companion: "Companion",
  interpreter: "Interpreter",
  specialist: "Specialist",
  scheduler: "Coordinator",
  observer: "Observer",
};

/** @param {string} role */
export const roleWord = (role) => ROLES[role] ?? "";

/**
 * The one sentence above the bar, or none when all is well.
 * @param {CallView} view
 * @returns {LineWords | null}
 */
export function lineWords(view) {
  if (view.advice === "phone") return { words: ADVICE.phone, mending: true, talking: false };
  const lost = view.others.find(({ link }) => link && isLost(link));
  if (lost) return { words: `We lost the connection to ${lost.label}. We are getting it back.`, mending: true, talking: false };
  const away = view.others.find(({ conn, link }) => conn === "away" && link?.state !== "up");
  if (away) return { words: `${away.label} has lost the connection. We keep the place free.`, mending: true, talking: false };
  if (view.reconnecting) return serverWords(view.others);
  if (view.advice) return unmended(ADVICE[view.advice]);
  return qualityWords(view.others);
}

const LOST = new Set(["shaky", "restarting", "exhausted"]);

/** @param {import("./held_link.js").LinkView} link */
const isLost = ({ state, anew }) => LOST.has(state) || (state === "connecting" && anew);

/**
 * Our server is away; people may hear and see each other all the same.
 * @param {OtherPerson[]} others
 * @returns {LineWords}
 */
function serverWords(others) {
  const talking = others.some(({ link }) => link?.carries);
  return { words: talking ? SERVER_AWAY.talking : SERVER_AWAY.apart, mending: true, talking };
}

const SERVER_AWAY = {
  talking: "You can go on talking. We are reconnecting to our server, and keep what you write.",
  apart: "The connection is lost. We are getting it back, and your place is kept.",
};

const ADVICE = {
  phone: "The line is too weak to hear each other well. Please go on by telephone. We keep trying here.",
  "sound-only": "The line is weak. We send only your voice, so that it stays clear. Your picture comes back by itself.",
};

/**
 * @param {OtherPerson[]} others
 * @returns {LineWords | null}
 */
function qualityWords(others) {
  const up = others.filter(({ link }) => link?.state === "up");
  const poor = up.find(({ link }) => link?.quality === "poor");
  if (poor) return unmended(`The line to ${poor.label} is weak. If sound or picture stops, wait a moment.`);
  const unsteady = up.find(({ link }) => link?.quality === "unsteady");
  return unsteady ? unmended(`The line to ${unsteady.label} is not steady. You can go on talking.`) : null;
}

/** @param {string} words */
const unmended = (words) => ({ words, mending: false, talking: true });

/**
 * What stands in place of somebody's picture.
 * @param {OtherPerson} person
 * @returns {{picture: "on" | "off" | "coming", words: string}}
 */
export function pictureWords({ link, media, conn }) {
  if (!link || link.state === "connecting") {
    return { picture: "coming", words: conn === "away" ? "The connection is lost" : "The picture is on its way" };
  }
  if (media.video && link.theirLevel >= NO_PICTURE) return { picture: "off", words: "Only sound now, because the line is weak" };
  return media.video ? { picture: "on", words: "" } : { picture: "off", words: "Camera is off" };
}

/**
 * What stands above the four words of a connection, or in their place.
 * @param {OtherPerson} person
 * @returns {string} empty: nothing is to be said of them
 */
export function safetyWords({ link, label }) {
  if (!link?.safety) return "";
  return SAFETY[link.safety.state].replace("{name}", label);
}

/** @type {Record<import("./safety.js").SafetyView["state"], string>} */
const SAFETY = {
  making: "We are making the words for this connection.",
  ready:
    "Read these words to {name}: if you both have the same ones, nobody between you can see or hear this visit, not even our" +
    " own server; they do not tell who else is in the room, or whether somebody has changed this page or a device.",
  failed: "We could not make the words for this connection. You can go on, or load this page again to have new ones.",
};

/**
 * How somebody in the list of people does.
 * @param {Pick<import("./protocol.js").Member, "conn" | "media">} person
 */
export function stateWords({ conn, media }) {
  if (conn === "away") return "Connection lost";
  return [media.audio ? "" : "Muted", media.video ? "" : "Camera off", media.share ? "Shows a screen" : ""].filter(Boolean).join(", ");
}

/**
 * Why the visit is over for this page, and what comes next.
 * @param {EndReason} reason
 * @param {string} message - the server's words, or nothing
 * @param {string} specialist
 * @returns {EndWords}
 */
export function endWords(reason, message, specialist) {
  const { title, text, action } = ENDS[reason](specialist);
  return { title, text: message && WORDS_OF_THE_SERVER.has(reason) ? message : text, action };
}

const WORDS_OF_THE_SERVER = new Set(["denied", "no_access"]);

/** @type {Record<EndReason, (specialist: string) => EndWords>} */
const ENDS = {
  left: (specialist) => ({
    title: "You have left the visit",
    text: `If it is not over yet, you can come back. ${specialist} then lets you in again.`,
    action: "again",
  }),
  ended: () => ({
    title: "The visit is over",
    text: "Thank you for coming. You see what happens next on your page.",
    action: "none",
  }),
  denied: () => ({
    title: "You cannot come in just now",
    text: "Please try again in a few minutes, or call us.",
    action: "again",
  }),
  removed: () => ({
    title: "You are no longer in the visit",
    text: "The specialist has ended the visit for you. If you think this is a mistake, please call us.",
    action: "none",
  }),
  moved: () => ({
    title: "The visit goes on in your other window",
    text: "You can close this one, or have the visit here again.",
    action: "move",
  }),
  no_visit: () => ({
    title: "We cannot find this visit",
    text: "It may have been moved to another time. Your page shows when it is, or call us.",
    action: "none",
  }),
  no_access: () => ({
    title: "We need to know again that it is you",
    text: "Please load this page again. If that does not help, open the link in our message, or call us.",
    action: "reload",
  }),
  broken: () => ({
    title: "This page needs to start again",
    text: "Nothing is lost, and your place is kept. Please load this page again.",
    action: "reload",
  }),
};

/**
 * How the time stands for somebody who waits.
 * @param {number} startsAtMs
 * @param {number} nowMs
 * @param {string} specialist
 */
export function waitWords(startsAtMs, nowMs, specialist) {
  const minutes = Math.round((nowMs - startsAtMs) / 60_000);
  if (minutes <= -2) return `Your visit starts in ${duration(-minutes)}. You are early, and that is fine.`;
  if (minutes < 2) return "Your visit starts now.";
  return `${specialist} is ${duration(minutes)} late. You keep your place.`;
}

/** @param {number} minutes */
function duration(minutes) {
  if (minutes < 60) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? "about 1 hour" : `about ${hours} hours`;
}

/**
 * @param {import("./roster.js").News} news
 * @returns {string} to be read aloud
 */
export function newsWords(news) {
  switch (news.kind) {
    case "admitted":
      return "You are in the visit.";
    case "ending":
      return "The visit ends in ten seconds.";
    case "joined":
      return `${news.label} is here.`;
    case "left":
      return `${news.label} has left.`;
    case "arrived":
      return `${news.label} waits to come in.`;
    case "mute-asked":
      return `${news.label} asks you to ${news.what === "video" ? "switch your camera off" : "mute your microphone"}.`;
    case "chat":
      return `${news.label} writes: ${news.text}`;
  }
}

const TITLES = new Set(["dr", "dr.", "prof", "prof.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "mx", "mx."]);

/**
 * The first letters of the first and last word of a name, without titles.
 * @param {string} name
 */
export function initials(name) {
  const words = name.split(/\s+/).filter((word) => word && !TITLES.has(word.toLowerCase()));
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...(word ?? "")][0]).join("").toUpperCase();
}
