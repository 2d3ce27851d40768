/** M, V and held Space, while nothing is being written and nothing that takes keys has the focus. */

const WRITING = "input, textarea, select, [contenteditable]";
const PRESSABLE = "button, a, summary, label, [role='log']";

/**
 * @typedef {object} KeyActions
 * @property {() => void} toggleMute
 * @property {() => void} toggleCamera
 * @property {() => void} startTalking
 * @property {() => void} stopTalking
 * @property {() => boolean} wanted - the person uses these keys, and is in the visit
 */

/**
 * @param {Document} page
 * @param {KeyActions} actions
 */
export function watchKeys(page, actions) {
  page.addEventListener("keydown", (event) => {
    if (!actions.wanted() || !isFree(event)) return;
    if (event.code === "Space") holdToTalk(event, actions);
    else if (!event.repeat && event.key.toLowerCase() === "m") actions.toggleMute();
    else if (!event.repeat && event.key.toLowerCase() === "v") actions.toggleCamera();
  });
  page.addEventListener("keyup", (event) => {
    if (event.code === "Space") actions.stopTalking();
  });
  page.defaultView?.addEventListener("blur", () => actions.stopTalking()); // the key's end would be missed
}

/**
 * @param {KeyboardEvent} event
 * @param {KeyActions} actions
 */
function holdToTalk(event, actions) {
  if (event.target instanceof Element && event.target.closest(PRESSABLE)) return;
  event.preventDefault(); // the page would scroll
  actions.startTalking();
}

/** @param {KeyboardEvent} event */
function isFree({ target, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return false;
  return !(target instanceof Element && target.closest(`${WRITING}, dialog`));
}
