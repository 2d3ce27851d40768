/** A call whose server is the test. */

import * as care from "../../../static/js/visit/care.js";
import { VisitCall } from "../../../static/js/visit/visit.js";
import { FakeClock, settled } from "./fake_clock.js";
import { FakeConnection } from "./fake_connection.js";
import { FakeTrack } from "./fake_devices.js";
import { FakeSocket, a_welcome } from "./fake_socket.js";
import { a_member, a_snapshot } from "./messages.js";

export const ME = a_member("m_me", { session: "s_me" });
const HOST = a_member("m_host", { role: "specialist", host: true });
export const HOST_LINK = { peer: "s_m_host", gen: 1, polite: true, initiator: true };
export const withHost = (changes = {}) => a_snapshot({ members: [ME, HOST], links: [HOST_LINK], ...changes });
export const media = (changes = {}) => ({
  microphone: new FakeTrack("audio", "m"),
  camera: new FakeTrack("video", "c"),
  share: null,
  muted: false,
  cameraOff: false,
  troubles: {},
  ...changes,
});

/** As in a browser that can send sound twice. */
class CareWithCodecs extends care.LinkCare {
  constructor(around) {
    super({ ...around, soundCodecs: () => [{ mimeType: "audio/opus" }, { mimeType: "audio/red" }] });
  }
}

function aCall() {
  const call = { clock: new FakeClock(), sockets: [], connections: [], news: [], troubles: [], volumes: null, ids: 0, view: null };
  call.visit = new VisitCall(
    {
      getGrant: async () => ({ ticket: "t", signal_url: "ws://x" }),
      openSocket: (url, protocol) => {
        call.sockets.push(Object.assign(new FakeSocket(url, protocol), { lively: true }));
        return call.sockets.at(-1);
      },
      createConnection: (configuration) => {
        call.connections.push(new FakeConnection(configuration));
        return call.connections.at(-1);
      },
      stream: { id: "mine" },
      relayOnly: () => false,
      clock: call.clock,
      random: () => 0,
      newId: () => `c-${(call.ids += 1)}`,
      tabId: "tab-00000001",
      device: { ua: "", net: "" },
      care: async () => ({ ...care, LinkCare: CareWithCodecs }),
    },
    {
      onChange: () => (call.view = call.visit.view),
      onNews: (news) => call.news.push(news),
      onTrouble: (what) => call.troubles.push(what),
      onVolumes: (volumes) => (call.volumes = volumes),
    },
  );
  Object.defineProperty(call, "socket", { get: () => call.sockets.at(-1) });
  call.said = (type) => call.socket.heard.filter((frame) => frame.type === type);
  let seq = 0;
  call.serve = async (...frames) => {
    for (const frame of frames) {
      if (frame.type === "welcome") seq = 0;
      const numbered = !["welcome", "resumed", "resume.denied", "error"].includes(frame.type);
      call.socket.say(numbered ? { ...frame, seq: (seq += 1) } : frame);
    }
    await settled();
  };
  return call;
}

export async function connected(...frames) {
  const call = aCall();
  call.visit.start();
  await settled();
  call.socket.open();
  await call.serve(a_welcome(), ...frames);
  return call;
}

export async function inTheRoom(snapshot = withHost()) {
  const call = await connected(snapshot);
  call.visit.setMedia(media());
  await call.clock.advance(20);
  call.connections[0].setIce("connected");
  return call;
}
