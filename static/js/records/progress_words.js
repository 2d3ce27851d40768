/** How uploads are getting on, in words. Touches no document. */
import { filesize } from "../filesize.js";

/** @typedef {import("../upload/queue.js").QueueProgress} QueueProgress */
/** @typedef {import("../upload/upload.js").Progress} Progress */

/**
 * @param {number | null} seconds
 * @returns {string} empty while nobody knows
 */
export function timeLeft(seconds) {
  if (seconds === null) return "";
  if (seconds < 10) return "a few seconds left";
  if (seconds < 50) return `about ${Math.ceil(seconds / 10) * 10} seconds left`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return minutes === 1 ? "about a minute left" : `about ${minutes} minutes left`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? "about an hour left" : `about ${hours} hours left`;
}

/**
 * @param {number} sentBytes
 * @param {number} totalBytes
 * @returns {number} whole percent; 100 only when everything has left
 */
export function percent(sentBytes, totalBytes) {
  if (totalBytes === 0) return 100;
  return Math.min(Math.floor((sentBytes / totalBytes) * 100), 100);
}

/**
 * @param {QueueProgress} progress
 * @returns {string} "2 of 5 files, about a minute left, 40 %"
 */
export function allWords(progress) {
  const files = progress.files === 1 ? "" : `${progress.filesDone} of ${progress.files} files`;
  const share = `${percent(progress.sentBytes, progress.totalBytes)} %`;
  return [files, timeLeft(progress.secondsLeft), share].filter(Boolean).join(", ");
}

/**
 * @param {Progress} progress
 * @returns {string}
 */
export function fileWords(progress) {
  const size = filesize(progress.totalBytes);
  if (progress.state === "stopped") return `Paused. ${filesize(progress.sentBytes)} of ${size} are safe with us.`;
  if (progress.state === "done") return size;
  return [`${filesize(progress.sentBytes)} of ${size}`, timeLeft(progress.secondsLeft)].filter(Boolean).join(", ");
}
