import assert from "node:assert/strict";
import { test } from "node:test";

import { CaseRecords } from "../../../static/js/records/case_records.js";
import { allWords, fileWords, percent, timeLeft } from "../../../static/js/records/progress_words.js";
import { wantedFiles } from "../../../static/js/records/wanted_files.js";

const dropped = (name, size = 10) => ({ file: { name, size }, path: name });

test("a CD is sent without its programs, and a single file is always sent", () => {
  const cd = ["IM0001", "IM0002.dcm", "viewer.EXE", "AUTORUN.INF", "DICOMDIR", ".DS_Store", "help.html", "a.pdf"];

  const { wanted, left } = wantedFiles([...cd.map((name) => dropped(name)), dropped("empty.pdf", 0)]);

  assert.deepEqual(
    wanted.map(({ file }) => file.name),
    ["IM0001", "IM0002.dcm", "a.pdf"],
  );
  assert.equal(left, 6);
  assert.equal(wantedFiles([dropped("DICOMDIR")]).wanted.length, 1);
});

test("time is told as people do", () => {
  const told = [null, 3, 14, 49, 50, 89, 150, 3_400, 5_000, 9_000].map(timeLeft);

  assert.deepEqual(told, [
    "",
    "a few seconds left",
    "about 20 seconds left",
    "about 50 seconds left",
    "about a minute left",
    "about a minute left",
    "about 3 minutes left",
    "about 57 minutes left",
    "about an hour left",
    "about 3 hours left",
  ]);
});

test("a hundred percent is said only when everything has left", () => {
  assert.equal(percent(999_999, 1_000_000), 99);
  assert.equal(percent(1_000_000, 1_000_000), 100);
  assert.equal(percent(0, 0), 100);
});

test("progress is told in files, time and percent", () => {
  const progress = { files: 5, filesDone: 2, sentBytes: 400, totalBytes: 1_000, secondsLeft: 61, waiting: false };

  assert.equal(allWords(progress), "2 of 5 files, about a minute left, 40 %");
  assert.equal(allWords({ ...progress, files: 1, secondsLeft: null }), "40 %");
});

test("a file says how far it is, and when it is paused that nothing is lost", () => {
  const progress = { state: "sending", sentBytes: 1_000_000, totalBytes: 3_000_000, bytesPerSecond: 1, secondsLeft: 2 };

  assert.equal(fileWords(progress), "1.0 MB of 3.0 MB, a few seconds left");
  assert.equal(fileWords({ ...progress, state: "stopped" }), "Paused. 1.0 MB of 3.0 MB are safe with us.");
  assert.equal(fileWords({ ...progress, state: "done" }), "3.0 MB");
});

test("waits over lost lines and checking until a file is settled", async () => {
  const clock = { ms: 0, now: () => clock.ms, setTimeout: (run, ms) => void ((clock.ms += ms), setImmediate(run)) };
  const one = { upload_id: "u1", status: "processing" };
  const answers = [
    () => Promise.reject(new TypeError("offline")),
    () => ({ ok: false }),
    () => ({ ok: true, json: () => ({ documents: [] }) }),
    () => ({ ok: true, json: () => ({ documents: [{ upload_id: "u2", status: "received" }, one] }) }),
    () => ({ ok: true, json: () => ({ documents: [{ ...one, status: "refused", reason: "It is empty." }] }) }),
  ];
  const asked = [];
  const fetcher = async (address) => {
    asked.push(address);
    return answers.shift()();
  };

  const found = await new CaseRecords("case-1", fetcher, clock).settled("u1");

  assert.equal(found.reason, "It is empty.");
  assert.deepEqual([...new Set(asked)], ["/api/v1/cases/case-1/documents"]);
  assert.equal(asked.length, 5);
});

test("says that somebody has to sign in again, and does not wait for ever", async () => {
  const clock = { now: () => 0, setTimeout: (run) => void setImmediate(run) };
  const fetcher = async () => ({ ok: false, status: 401 });

  await assert.rejects(new CaseRecords("case-1", fetcher, clock).settled("u1"), { code: "not-signed-in", status: 401 });
});
