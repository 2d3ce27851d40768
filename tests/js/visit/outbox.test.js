import assert from "node:assert/strict";
import test from "node:test";

import { Outbox } from "../../../static/js/visit/outbox.js";

function written() {
  const frames = [];
  return { frames, write: (frame) => frames.push(frame), numbers: () => frames.map(({ seq }) => seq) };
}

test("what waits is numbered in order when it is sent", () => {
  const outbox = new Outbox();
  const out = written();
  outbox.tell("rtc.offer", { sdp: "x" }, "s_1");
  void outbox.ask("ice.get");

  outbox.flush(out.write);

  assert.deepEqual(out.frames, [
    { type: "rtc.offer", seq: 1, to: "s_1", data: { sdp: "x" } },
    { type: "ice.get", seq: 2 },
  ]);
});

test("after a resume only what did not arrive is sent again, with its number", () => {
  const outbox = new Outbox();
  const [first, second] = [written(), written()];
  for (const sdp of ["a", "b", "c"]) {
    outbox.tell("rtc.offer", { sdp }, "s_1");
    outbox.flush(first.write);
  }

  outbox.resend(2, second.write);

  assert.deepEqual(second.frames.map(({ seq, data }) => [seq, data.sdp]), [[2, "b"], [3, "c"]]);
});

test("a command that arrived and was not answered is not sent again, and its answer still counts", async () => {
  const outbox = new Outbox();
  const [first, second] = [written(), written()];
  const answer = outbox.ask("ice.get");
  outbox.flush(first.write);
  outbox.resend(2, second.write);

  outbox.answer({ type: "ice.config", re: 1, ok: true, data: { ttl_s: 600 } });

  assert.deepEqual(second.frames, []);
  assert.equal((await answer).data.ttl_s, 600);
});

test("a refusal reaches whoever asked, with its code and words", async () => {
  const outbox = new Outbox();
  const answer = outbox.ask("lobby.admit", { member: "m" });
  outbox.flush(() => {});

  outbox.answer({ type: "reply", re: 1, error: { code: "visit_full", message: "The room is full." } });

  await assert.rejects(answer, { code: "visit_full", message: "The room is full." });
});

test("an answer that comes twice counts once", async () => {
  const outbox = new Outbox();
  const answer = outbox.ask("ice.get");
  outbox.flush(() => {});

  outbox.answer({ type: "reply", re: 1, ok: true });
  outbox.answer({ type: "reply", re: 1, error: { code: "late", message: "" } });

  assert.equal((await answer).ok, true);
});

test("a new session numbers from 1, says chat and descriptions again, and gives other commands back", async () => {
  const outbox = new Outbox();
  const out = written();
  const [lost, chat] = [outbox.ask("lobby.admit", { member: "m" }), outbox.ask("chat.send", { id: "1", text: "a" })];
  outbox.tell("rtc.offer", { neg: 1 }, "s_1");
  outbox.flush(() => {});

  outbox.startOver();
  outbox.flush(out.write);
  outbox.answer({ type: "reply", re: 1, ok: true });

  assert.deepEqual(out.frames.map(({ type, seq }) => [type, seq]), [["chat.send", 1], ["rtc.offer", 2]]);
  await assert.rejects(lost, { code: "lost" });
  assert.equal((await chat).ok, true);
});

test("of what is sent only the last word waits", async () => {
  const outbox = new Outbox();
  const out = written();
  const first = outbox.ask("media.set", { audio: true });
  void outbox.ask("media.set", { audio: false });

  outbox.flush(out.write);

  await assert.rejects(first, { code: "lost" });
  assert.deepEqual(out.frames.map(({ data }) => data), [{ audio: false }]);
});

test("a description voids what waits of earlier ones, for that peer", () => {
  const outbox = new Outbox();
  const out = written();
  for (const [type, data, to] of [
    ["rtc.offer", { neg: 1, sdp: "ufrag:old" }, "s_1"],
    ["rtc.ice", { ufrag: "old" }, "s_1"],
    ["rtc.answer", { neg: 1, sdp: "ufrag:same" }, "s_1"],
    ["rtc.ice", { ufrag: "same" }, "s_1"],
    ["rtc.offer", { neg: 1, sdp: "ufrag:other" }, "s_2"],
    ["rtc.offer", { neg: 2, sdp: "ufrag:same" }, "s_1"],
  ])
    outbox.tell(type, data, to);

  outbox.flush(out.write);

  assert.deepEqual(out.frames.map(({ type, to, data }) => [type, to, data.neg ?? data.ufrag]), [
    ["rtc.answer", "s_1", 1],
    ["rtc.ice", "s_1", "same"],
    ["rtc.offer", "s_2", 1],
    ["rtc.offer", "s_1", 2],
  ]);
});

test("a long silence does not gather without bound", async () => {
  const outbox = new Outbox();
  const out = written();
  for (let turn = 0; turn < 300; turn += 1) outbox.tell("rtc.ice", { turn }, "s_1");
  const refused = outbox.ask("ice.get");

  outbox.flush(out.write);

  await assert.rejects(refused, { code: "lost" });
  assert.equal(out.frames.length, 200);
});
