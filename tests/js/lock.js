/**
 * Takes out of package-lock.json what `npm ci` does not need: addresses of sponsors.
 * Run through `npm run lock` after a version in package.json has changed.
 */
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
