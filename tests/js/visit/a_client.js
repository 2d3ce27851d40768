/** A client of the signaling server whose sockets and tickets a test holds in its hands. */

import { SignalConnection } from "../../../static/js/visit/signal.js";
import { FakeClock, settled } from "./fake_clock.js";
import { FakeSocket, a_welcome } from "./fake_socket.js";

export function aClient({ grant = async (n) => ({ ticket: `t${n}`, signal_url: "ws://x/signal" }), random = () => 0 } = {}) {
  const client = { clock: new FakeClock(), sockets: [], states: [], messages: [], tickets: 0, pcs: [] };
  client.signal = new SignalConnection(
    {
      getGrant: (ending) => grant((client.tickets += 1), ending),
      openSocket: (url, protocol) => {
        const socket = new FakeSocket(url, protocol);
        client.sockets.push(socket);
        return socket;
      },
      clock: client.clock,
      random,
      tabId: "tab-00000001",
      device: { ua: "Chrome on Linux", net: "" },
      peerConnections: () => client.pcs,
    },
    {
      onState: (state, detail) => client.states.push([state, detail]),
      onMessage: (frame) => client.messages.push(frame),
    },
  );
  Object.defineProperty(client, "socket", { get: () => client.sockets.at(-1) });
  return client;
}

export async function live(options) {
  const client = aClient(options);
  client.signal.start();
  await settled();
  client.socket.open();
  client.socket.say(a_welcome());
  return client;
}

/** Lose the line and have the next socket open. */
export async function reopened(client, code) {
  client.socket.break(code);
  await client.clock.advance(0);
  client.socket.open();
  return client;
}

export const resumed = (changes = {}) => ({
  type: "resumed",
  data: { session_id: "s_me", from_s: 1, to_s: 0, epoch: 1, resend_from_c: 1, ice: null, ...changes },
});
export const stateNames = ({ states }) => states.map(([state]) => state);
