import assert from "node:assert/strict";
import test from "node:test";

import { PlayedVoices } from "../../../static/js/visit/played_voices.js";

class FakeNode {
  to = [];
  gain = { targets: [], setTargetAtTime: (value) => this.gain.targets.push(value) };

  connect(node) {
    this.to.push(node);
  }

  disconnect() {
    this.to = [];
  }
}

class FakeContext extends EventTarget {
  state = "suspended";
  currentTime = 0;
  destination = new FakeNode();
  sources = [];
  gains = [];
  resumed = 0;
  closed = false;

  createMediaStreamSource(stream) {
    this.sources.push(Object.assign(new FakeNode(), { stream }));
    return this.sources.at(-1);
  }

  createGain() {
    this.gains.push(new FakeNode());
    return this.gains.at(-1);
  }

  async resume() {
    this.resumed += 1;
  }

  async close() {
    this.closed = true;
  }

  become(state) {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
}

/** An element as on an iPhone: its volume is the telephone's, and always full. */
const onIphone = (srcObject = { id: "voice" }) => ({
  muted: false,
  srcObject,
  get volume() {
    return 1;
  },
  set volume(_) {},
});

function aPlayback() {
  const playback = { contexts: [], interruptions: 0 };
  const create = () => {
    playback.contexts.push(new FakeContext());
    return playback.contexts.at(-1);
  };
  playback.voices = new PlayedVoices(create, () => (playback.interruptions += 1));
  return playback;
}

test("where a browser lets volumes be set, that is all that happens", () => {
  const { voices, contexts } = aPlayback();
  const player = { volume: 1, muted: false, srcObject: {} };

  voices.setVolume(player, 0.12);

  assert.deepEqual([player.volume, player.muted, contexts.length], [0.12, false, 0]);
});

test("on an iPhone a voice is heard through a gain, and not twice", () => {
  const { voices, contexts } = aPlayback();
  const player = onIphone();

  voices.setVolume(player, 0.4);
  voices.setVolume(player, 0.12);

  const [context] = contexts;
  assert.deepEqual([contexts.length, context.sources.length, player.muted], [1, 1, true]);
  assert.deepEqual(context.gains[0].gain.targets, [0.4, 0.12]);
  assert.deepEqual([context.sources[0].to, context.gains[0].to], [[context.gains[0]], [context.destination]]);
  assert.equal(context.sources[0].stream, player.srcObject);
});

test("on an iPhone nothing is built as long as everybody is played in full", () => {
  const { voices, contexts } = aPlayback();

  voices.setVolume(onIphone(), 1);

  assert.equal(contexts.length, 0);
});

test("a player with another stream is heard anew", () => {
  const { voices, contexts } = aPlayback();
  const player = onIphone();
  voices.setVolume(player, 0.4);
  player.srcObject = { id: "other" };

  voices.setVolume(player, 0.4);

  const [context] = contexts;
  assert.deepEqual(context.sources.map(({ stream, to }) => [stream.id, to.length]), [["voice", 0], ["other", 1]]);
  assert.equal(player.muted, true);
});

test("a player that is gone, or plays nothing, is let go", () => {
  const { voices, contexts } = aPlayback();
  const player = onIphone();
  voices.setVolume(player, 0.4);

  voices.release(player);
  voices.setVolume(onIphone(null), 0.4);

  assert.deepEqual([player.muted, contexts[0].gains[0].to, contexts[0].sources.length], [false, [], 1]);
});

test("a telephone call that takes the sound system away is told, and the front has it back", () => {
  const playback = aPlayback();
  playback.voices.setVolume(onIphone(), 0.4);
  const [context] = playback.contexts;
  context.become("running");

  context.become("interrupted");
  playback.voices.toFront();

  assert.deepEqual([playback.interruptions, context.resumed], [1, 2]);
});

test("after the end nothing is held", () => {
  const { voices, contexts } = aPlayback();
  const player = onIphone();
  voices.setVolume(player, 0.4);

  voices.stop();

  assert.deepEqual([player.muted, contexts[0].closed, voices.context], [false, true, null]);
});
