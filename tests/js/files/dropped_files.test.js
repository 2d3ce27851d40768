import assert from "node:assert/strict";
import { test } from "node:test";

import { droppedFiles } from "../../../static/js/dropped_files.js";
import { filesize } from "../../../static/js/filesize.js";

const BATCH = 100;

function fileEntry(path) {
  const name = path.split("/").at(-1) ?? "";
  return { isFile: true, fullPath: path, file: (give) => give(new File(["x"], name)) };
}

function folderEntry(path, children) {
  const left = [...children];
  const readEntries = (give) => give(left.splice(0, BATCH));
  return { isFile: false, fullPath: path, createReader: () => ({ readEntries }) };
}

function drop(entries, files = []) {
  return { items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files };
}

test("a dropped folder gives all its files, however deep and however many", async () => {
  const many = Array.from({ length: 250 }, (_, number) => fileEntry(`/CD/images/${number}.dcm`));
  const folder = folderEntry("/CD", [fileEntry("/CD/DICOMDIR"), folderEntry("/CD/images", many)]);

  const found = await droppedFiles(drop([folder, fileEntry("/letter.pdf")]));

  assert.equal(found.length, 252);
  assert.deepEqual([found[0]?.path, found[1]?.path, found.at(-1)?.path], ["CD/DICOMDIR", "CD/images/0.dcm", "letter.pdf"]);
});

test("a browser that names no entries still gives its files", async () => {
  const found = await droppedFiles(drop([null], [new File(["x"], "scan.pdf")]));

  assert.deepEqual(found.map(({ path }) => path), ["scan.pdf"]);
});

test("a folder that cannot be read says so", async () => {
  const broken = { isFile: true, fullPath: "/x", file: (_give, fail) => fail(new Error("gone")) };

  await assert.rejects(droppedFiles(drop([broken])), /gone/);
});

test("a size is said as the server's pages say it", () => {
  const said = [1, 999, 1000, 3_440_000, 999_960, 512e9].map(filesize);

  assert.deepEqual(said, ["1 byte", "999 bytes", "1.0 kB", "3.4 MB", "1.0 MB", "512 GB"]);
});
