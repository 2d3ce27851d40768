/** Lighthouse's accessibility category on several pages of one browser. Reads what to do from stdin, prints what it found. */

import { text } from "node:stream/consumers";

import lighthouse from "lighthouse";

const { addresses, headers, port } = JSON.parse(await text(process.stdin));
const options = {
  port,
  onlyCategories: ["accessibility"],
  extraHeaders: headers, // lost where a page leads on to another
  logLevel: "error",
  pauseAfterFcpMs: 0,
  pauseAfterLoadMs: 0,
  networkQuietThresholdMs: 500,
  cpuQuietThresholdMs: 0,
  maxWaitForLoad: 8_000, // a page that asks again and again is never quiet
  disableFullPageScreenshot: true,
};
const found = [];
for (const address of addresses) {
  const { lhr } = await lighthouse(address, options);
  const { score, auditRefs } = lhr.categories.accessibility;
  const failing = auditRefs.filter(({ id, weight }) => weight > 0 && lhr.audits[id].score === 0).map(({ id }) => id);
  found.push({ address: lhr.finalDisplayedUrl, score, failing });
}
console.log(JSON.stringify(found));
