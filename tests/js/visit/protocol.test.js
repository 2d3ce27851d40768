import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const DOCUMENT = readFileSync(new URL("../../../signaling/PROTOCOL.md", import.meta.url), "utf8");
const CHANNEL = DOCUMENT.split("\n## 10. ")[1].split("\n## ")[0];
const EXAMPLES = [...CHANNEL.matchAll(/```json peer\n(.*?)\n```/gs)].map(([, text]) => JSON.parse(text));
const DESCRIBED = [...CHANNEL.matchAll(/^\| `([a-z.]+)` \| (.*) \| .* \|$/gm)].map(([, type, fields]) => ({ type, fields }));

test("every message of the control channel has an example with described fields", () => {
  assert.deepEqual(EXAMPLES.map(({ type }) => type), DESCRIBED.map(({ type }) => type));
  for (const { type, ...example } of EXAMPLES) {
    const { fields } = DESCRIBED.find((row) => row.type === type);
    for (const name of Object.keys(example)) assert.ok(fields.includes(`\`${name}\``), `${type}: ${name}`);
  }
});
