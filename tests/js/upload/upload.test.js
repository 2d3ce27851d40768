import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";

import { UploadMemory } from "../../../static/js/upload/memory.js";
import { UploadQueue } from "../../../static/js/upload/queue.js";
import { Upload, UploadRefusedError, UploadStoppedError, encodeMetadata } from "../../../static/js/upload/upload.js";
import {
  FakeClock,
  FakeServer,
  FakeStorage,
  MemoryFile,
  digester,
  lost,
  lostAfter,
  reply,
  settled,
  silent,
} from "./fakes.js";

const METADATA = { case: "case-1", filename: "Befund Müller.pdf", filetype: "application/pdf", kind: "labs" };
const NAME = "Müller";

function world({ storage = new FakeStorage(), server = new FakeServer() } = {}) {
  const clock = new FakeClock();
  const memory = new UploadMemory(
    storage,
    digester,
    (bytes) => webcrypto.getRandomValues(bytes),
    () => 1_700_000_000_000 + clock.ms,
  );
  const line = new EventTarget();
  const around = { transport: server.transport, clock, random: () => 0.5, line, memory, csrfToken: "csrf", uploads: "/up" };
  return { storage, server, clock, memory, line, around };
}

function aFile(text = "0123456789") {
  return new MemoryFile(text);
}

function anUpload(around, { file = aFile(), ...more } = {}) {
  const seen = [];
  const errand = { file, metadata: METADATA, idempotencyKey: "once", ...more };
  const upload = new Upload(errand, around, (progress) => seen.push(progress));
  return { upload, seen };
}

test("a file arrives whole in two requests", async () => {
  const { server, around } = world();
  const { upload, seen } = anUpload(around);

  assert.equal(await upload.run(), "/api/v1/uploads/u1");

  assert.equal(server.methods, "POST PATCH");
  assert.equal(server.only.bytes.toString(), "0123456789");
  assert.deepEqual(seen.at(-1), {
    state: "done",
    sentBytes: 10,
    totalBytes: 10,
    bytesPerSecond: null,
    secondsLeft: null,
  });
});

test("an empty file arrives", async () => {
  const { server, around } = world();

  await anUpload(around, { file: aFile("") }).upload.run();

  assert.equal(server.methods, "POST");
});

test("what is said about the file goes in base64 of UTF-8, and the token goes along", async () => {
  const { server, around } = world();
  await anUpload(around).upload.run();

  const { headers } = server.requests[0];
  assert.equal(headers["X-CSRF-Token"], "csrf");
  assert.equal(headers["Idempotency-Key"], "once-0");
  assert.equal(headers["Upload-Length"], "10");
  const pairs = headers["Upload-Metadata"].split(",").map((pair) => pair.split(" "));
  assert.deepEqual(
    Object.fromEntries(pairs.map(([key, value]) => [key, Buffer.from(value, "base64").toString()])),
    METADATA,
  );
  assert.equal(encodeMetadata({}), "");
});

test("a lost line is tried again until the file has arrived, from where the server stands", async () => {
  const { server, clock, around } = world();
  server.faults = [undefined, lostAfter(4), lost, lost, undefined, lostAfter(3)];
  const { upload, seen } = anUpload(around);
  const running = upload.run();

  await clock.pass(60_000);
  await running;

  assert.equal(server.only.bytes.toString(), "0123456789");
  assert.equal(server.methods, "POST PATCH HEAD HEAD HEAD PATCH HEAD PATCH");
  assert.ok(seen.some(({ state }) => state === "waiting"));
});

test("it never gives up while the page is open, and asks no more often than every fifteen seconds in the end", async () => {
  const { server, clock, around } = world();
  server.faults = Array.from({ length: 300 }, () => lost);
  const running = anUpload(around).upload.run();

  await clock.pass(3_600_000);
  const asked = server.requests.length;
  assert.ok(asked > 200 && asked < 260, String(asked));
  await clock.pass(3_600_000);
  await running;
});

test("it goes on at once when the browser says that the line is back", async () => {
  const { server, clock, line, around } = world();
  server.faults = [lost, lost, lost, lost, lost];
  const running = anUpload(around).upload.run();
  await clock.pass(12_000);
  assert.equal(server.requests.length, 5);

  line.dispatchEvent(new Event("online"));
  await running;

  assert.equal(clock.ms, 12_000);
});

test("progress starts the waiting anew", async () => {
  const { server, clock, around } = world();
  server.faults = [lost, lost, lost, undefined, lostAfter(1), undefined, lost];
  const running = anUpload(around).upload.run();
  await clock.pass(7_500);
  assert.deepEqual(clock.waits, [500]);

  await clock.pass(10_000);
  await running;
});

test("a line that goes quiet counts as lost", async () => {
  const { server, clock, around } = world();
  server.faults = [undefined, silent];
  const running = anUpload(around).upload.run();

  await clock.pass(59_000);
  assert.equal(server.methods, "POST PATCH");
  await clock.pass(2_000);
  await running;

  assert.equal(server.methods, "POST PATCH HEAD PATCH");
});

test("a busy server is asked again when it says", async () => {
  const { server, clock, around } = world();
  server.faults = [() => reply(503, { "Retry-After": "20" }), () => reply(429, { "Retry-After": "99999999" })];
  const running = anUpload(around).upload.run();

  await clock.pass(19_000);
  assert.equal(server.requests.length, 1);
  await clock.pass(2_000);
  assert.equal(server.requests.length, 2);
  await clock.pass(300_000);
  await running;
});

test("a server that stands elsewhere is asked where, and not hammered", async () => {
  const { server, clock, around } = world();
  server.faults = [undefined, () => reply(409), undefined, () => reply(409)];
  const running = anUpload(around).upload.run();
  await settled();

  assert.equal(server.methods, "POST PATCH HEAD PATCH");
  await clock.pass(2_000);
  await running;
  assert.equal(server.only.bytes.length, 10);
});

test("an answer that makes no sense is taken for a lost line", async () => {
  const { server, clock, around } = world();
  server.faults = [undefined, () => reply(204, { "Upload-Offset": "99" }), () => reply(200, {})];
  const running = anUpload(around).upload.run();

  await clock.pass(10_000);
  await running;

  assert.equal(server.only.bytes.length, 10);
});

test("a refusal is said in the server's words and ends the upload", async () => {
  const { server, around } = world();
  server.faults = [() => reply(413, {}, { code: "upload-too-large", title: "This file is too large." })];
  const { upload, seen } = anUpload(around);

  await assert.rejects(upload.run(), (error) => {
    assert.ok(error instanceof UploadRefusedError);
    assert.deepEqual([error.status, error.code, error.message], [413, "upload-too-large", "This file is too large."]);
    return true;
  });
  assert.equal(seen.at(-1).state, "refused");
});

test("a refusal without words has ours", async () => {
  const { server, around } = world();
  server.faults = [() => reply(400)];

  await assert.rejects(anUpload(around).upload.run(), { code: "upload-refused" });
});

test("after signing in again the upload goes on where it was", async () => {
  const { server, around } = world();
  server.faults = [undefined, () => reply(401, {}, { code: "not-signed-in", title: "Please sign in." })];
  const { upload } = anUpload(around);
  await assert.rejects(upload.run(), { code: "not-signed-in" });

  await upload.run();

  assert.equal(server.methods, "POST PATCH HEAD PATCH");
});

test("a file picked again after a reload goes on where it was, and nothing kept names it", async () => {
  const before = world();
  before.server.faults = [undefined, lostAfter(6)];
  const first = anUpload(before.around);
  const running = first.upload.run();
  await settled();
  first.upload.stop();
  await assert.rejects(running, UploadStoppedError);
  assert.ok(!before.storage.contents.includes(NAME) && !before.storage.contents.includes("0123456789"));

  const after = world({ storage: before.storage, server: before.server });
  await anUpload(after.around).upload.run();

  assert.equal(after.server.methods, "POST PATCH HEAD PATCH");
  assert.equal(after.server.only.bytes.toString(), "0123456789");
  assert.ok(!after.storage.contents.includes("uploads/u1"));
});

test("another file, or the same for another case, begins anew", async () => {
  const { memory } = world();
  const same = await memory.fingerprint(aFile(), "case-1");

  assert.equal(await memory.fingerprint(aFile(), "case-1"), same);
  assert.notEqual(await memory.fingerprint(aFile("0123456780"), "case-1"), same);
  assert.notEqual(await memory.fingerprint(aFile(), "case-2"), same);
  assert.notEqual(await world().memory.fingerprint(aFile(), "case-1"), same);
});

test("an upload that the server has forgotten begins anew, but not for ever", async () => {
  const { server, around } = world();
  await anUpload(around, { location: "/gone" }).upload.run();
  assert.equal(server.methods, "HEAD POST PATCH");
  assert.equal(server.requests[1].headers["Idempotency-Key"], "once-1");

  const hopeless = world();
  hopeless.server.faults = Array.from({ length: 40 }, (_, turn) => (turn % 2 ? () => reply(404) : undefined));
  await assert.rejects(anUpload(hopeless.around, { location: "/gone" }).upload.run(), { status: 404 });
});

test("a stop keeps what has arrived, also between two requests", async () => {
  const { server, clock, around } = world();
  const { upload, seen } = anUpload(around, { chunkBytes: 4 });
  server.faults = [undefined, undefined, () => upload.stop()];
  const running = upload.run();
  await assert.rejects(running, UploadStoppedError);

  assert.equal(server.only.bytes.length, 8);
  assert.equal(seen.at(-1).state, "stopped");
  assert.deepEqual(clock.waits, []);
});

test("a stop ends the waiting", async () => {
  const { server, around } = world();
  server.faults = [lost];
  const { upload } = anUpload(around);
  const running = upload.run();
  await settled();

  upload.stop();
  await assert.rejects(running, UploadStoppedError);
});

test("a discarded upload is thrown away on the server, and here without a line", async () => {
  const { server, storage, around } = world();
  const { upload } = anUpload(around);
  server.faults = [undefined, silent];
  const running = upload.run();
  await settled();
  server.faults = [];
  await Promise.all([upload.discard(), assert.rejects(running, UploadStoppedError)]);
  assert.equal(server.uploads.size, 0);
  assert.ok(!storage.contents.includes("u1"));

  const offline = world();
  const second = anUpload(offline.around, { location: "/gone" });
  offline.server.faults = [lost];
  await second.upload.discard();
});

test("where requests are limited the file goes in pieces", async () => {
  const { server, around } = world();

  await anUpload(around, { chunkBytes: 4 }).upload.run();

  assert.equal(server.methods, "POST PATCH PATCH PATCH");
  assert.deepEqual(
    server.requests.slice(1).map(({ headers }) => headers["Upload-Offset"]),
    ["0", "4", "8"],
  );
});

test("progress tells the speed and the seconds left once they can be known", async () => {
  const { server, clock, around } = world();
  const { upload, seen } = anUpload(around, { file: aFile("x".repeat(10_000)) });
  server.faults = [
    undefined,
    ({ onSent }) => {
      for (let second = 1; second <= 4; second += 1) {
        clock.ms += 1_000;
        onSent(second * 1_000);
      }
    },
  ];
  await upload.run();

  const told = seen.filter(({ secondsLeft }) => secondsLeft !== null);
  assert.deepEqual([told[3].bytesPerSecond, told[3].secondsLeft], [1_000, 6]);
});

test("a storage that is full or forbidden costs only the going on after a reload", async () => {
  const storage = new FakeStorage();
  storage.full = true;
  const { server, around } = world({ storage });

  await anUpload(around).upload.run();

  assert.equal(server.only.bytes.length, 10);
});

test("what was remembered long ago, or is no memory, is forgotten", async () => {
  const { storage, memory, clock } = world();
  memory.keep("old", "/u1");
  storage.setItem("consilium.upload.odd", "{");
  storage.setItem("another", "stays");
  clock.ms += 31 * 24 * 3_600_000;

  assert.equal(memory.recall("old"), null);
  assert.equal(storage.length, 1);
  memory.keep("new", "/u2");
  assert.equal(memory.recall("new"), "/u2");
  memory.forgetAll();
  assert.equal(storage.length, 1);
});

test("without a memory the file still arrives", async () => {
  const { server, around } = world();

  await anUpload({ ...around, memory: null }).upload.run();

  assert.equal(server.only.bytes.length, 10);
});

test("of many files two go at a time, and a refused one makes room", async () => {
  const { server, clock, around } = world();
  let open = 0;
  let most = 0;
  const transport = async (request) => {
    open += 1;
    most = Math.max(most, open);
    await settled();
    open -= 1;
    return server.transport(request);
  };
  server.faults = [() => reply(415)];
  const queue = new UploadQueue(clock.now);
  const uploads = Array.from({ length: 5 }, () => anUpload({ ...around, transport, memory: null }).upload);

  const ends = await Promise.allSettled(uploads.map((upload) => queue.add(upload)));

  assert.equal(most, 2);
  assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "fulfilled", "fulfilled", "fulfilled", "rejected"]);
  assert.deepEqual(queue.progress, {
    files: 4,
    filesDone: 4,
    sentBytes: 40,
    totalBytes: 40,
    secondsLeft: null,
    waiting: false,
  });
  queue.remove(uploads[0]);
  queue.remove(uploads[1]);
  assert.equal(queue.progress.files, 3);
});
