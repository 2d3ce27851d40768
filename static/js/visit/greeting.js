/** The first message of somebody who comes with a ticket. */

import { VERSION } from "./protocol.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {{peer: string, gen: number, state: string}} PeerConnectionReport */

/**
 * @typedef {object} Newcomer
 * @property {string | undefined} ticket - absent when the first hello on this socket had one
 * @property {string} tabId
 * @property {{ua: string, net: string}} device
 * @property {PeerConnectionReport[]} pcs - what this page still holds
 * @property {boolean} takeOver - from the tab that has the visit
 */

/**
 * @param {Newcomer} newcomer
 * @returns {Frame}
 */
export function hello({ ticket, tabId, device, pcs, takeOver }) {
  return {
    type: "hello",
    data: {
      versions: [VERSION],
      ...(ticket ? { ticket } : {}),
      tab_id: tabId,
      device,
      features: [],
      ...(takeOver ? { take_over: true } : {}),
      pcs,
    },
  };
}
