/** Forgets which files were half sent from here: the next person at this browser may be somebody else. */
import { UploadMemory } from "../../js/upload/memory.js";

const random = (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => crypto.getRandomValues(bytes);
new UploadMemory(localStorage, crypto.subtle, random, Date.now).forgetAll();
