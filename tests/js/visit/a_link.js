/** Both ends of a link, whose messages a test carries. */

import { PeerLink } from "../../../static/js/visit/link.js";
import { FakeClock } from "./fake_clock.js";
import { FakeConnection } from "./fake_connection.js";
import { FakeTrack } from "./fake_devices.js";

const NOTHING = { microphone: null, camera: null, share: null };
const someTracks = () => ({ microphone: new FakeTrack("audio", "m"), camera: new FakeTrack("video", "c"), share: null });

/** One end of a link whose messages wait in `sent` until somebody carries them. */
function anEnd({ polite = false, initiator = false, gen = 1, tracks = NOTHING, clock = new FakeClock() } = {}) {
  const ice = { configuration: { iceServers: [] }, asked: 0, old: false };
  ice.renewed = async () => ((ice.asked += 1), (ice.configuration = ice.fresh ?? ice.configuration));
  ice.lasting = async () => (ice.old ? ice.renewed() : ice.configuration);
  const end = { sent: [], states: [], heard: [], lines: [], troubles: [], silences: 0, online: true, ice, clock, connection: null };
  end.link = new PeerLink(
    { peer: "s_other", gen, polite, initiator },
    tracks,
    {
      ice,
      createConnection: (configuration) => (end.connection = new FakeConnection(configuration)),
      stream: { id: "mine" },
      clock,
      send: (type, data) => end.sent.push({ type, data }),
      canSignal: () => end.online,
    },
    {
      onTrack: (line) => end.lines.push(line),
      onState: (state) => end.states.push(state),
      onSilence: () => (end.silences += 1),
      onControl: (message) => end.heard.push(message),
      onTrouble: (trouble) => end.troubles.push(trouble),
    },
  );
  return end;
}

/** A newcomer who offers and rolls back, and the one who was there before. */
export const aPair = (clock = new FakeClock()) => ({
  clock,
  newcomer: anEnd({ polite: true, initiator: true, tracks: someTracks(), clock }),
  resident: anEnd({ tracks: someTracks(), clock }),
});

/** Carry everything both ways until nobody has anything to say. */
export async function carry({ clock, newcomer, resident }) {
  await clock.advance(200);
  while (newcomer.sent.length + resident.sent.length > 0) {
    await handOver(newcomer, resident);
    await handOver(resident, newcomer);
    await clock.advance(200);
  }
}

async function handOver(from, to) {
  for (const { type, data } of from.sent.splice(0)) await to.link.receive(type, data);
}

export const types = ({ sent }) => sent.map(({ type }) => type);
export const taken = (end, type) => end.sent.splice(end.sent.findIndex((message) => message.type === type), 1)[0].data;
