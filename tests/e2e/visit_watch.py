"""People in a visit whose page writes down what its connections, its line to the server and its pictures do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.visit_people import PATIENCE_MS, Person

WATCH = """
(() => {
  window.connections ??= [];
  const watch = { connections: window.connections, negotiated: [], heard: [], said: [], closed: [], stillMs: 0 };
  window.watch = watch;

  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...given) {
      super(...given);
      if (!watch.connections.includes(this)) watch.connections.push(this);
      watch.negotiated.push("new");
    }
  };
  for (const name of ["setLocalDescription", "setRemoteDescription", "restartIce"]) {
    const original = Connection.prototype[name];
    Connection.prototype[name] = function (...given) {
      watch.negotiated.push(name);
      return original.apply(this, given);
    };
  }
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => watch.heard.push(JSON.parse(data)));
      this.addEventListener("close", ({ code }) => watch.closed.push(code));
    }
    send(frame) {
      watch.said.push(JSON.parse(frame));
      super.send(frame);
    }
  };

  watch.incoming = async (kind) => {
    const found = [];
    for (const connection of watch.connections)
      for (const stat of (await connection.getStats()).values())
        if (stat.type === "inbound-rtp" && stat.kind === kind) found.push(stat);
    return found;
  };
  watch.roster = (start) => {
    let people = new Map();
    for (const { type, data } of watch.heard.slice(start)) {
      if (type === "snapshot") people = new Map(data.members.map((member) => [member.session, member]));
      else if (type === "member.joined" || type === "member.changed") people.set(data.session, data);
      else if (type === "member.left") people.delete(data.session);
    }
    return Object.fromEntries([...people.values()].map(({ label, conn }) => [label, conn]));
  };
  watch.until = async (isTrue, patienceMs, words) => {
    const end = performance.now() + patienceMs;
    while (!(await isTrue())) {
      if (performance.now() > end) throw new Error(words());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const most = 250; // ms: while this page, too, stood still, it was the machine that stopped
  let [frames, still, lookedAt] = [0, 0, 0];
  const look = async () => {
    const decoded = (await watch.incoming("video")).reduce((sum, { framesDecoded }) => sum + (framesDecoded ?? 0), 0);
    const now = performance.now();
    still += Math.min(now - lookedAt, most);
    watch.stillMs = Math.max(watch.stillMs, still);
    if (decoded !== frames) still = 0;
    [frames, lookedAt] = [decoded, now];
    setTimeout(look, 100);
  };
  watch.mark = () => {
    if (!lookedAt) void look();
    [watch.stillMs, still, lookedAt] = [0, 0, performance.now()];
    const { negotiated, heard, said, closed } = watch;
    return { negotiated: negotiated.length, heard: heard.length, said: said.length, closed: closed.length };
  };
})();
"""
SINCE = "([name, start]) => window.watch[name].slice(start)"
SEES_NOTHING = """([stillMs, patienceMs]) => window.watch.until(
  () => window.watch.stillMs > stillMs, patienceMs, () => "pictures go on")"""
HEARS_OF = """([start, wanted, patienceMs]) => window.watch.until(
  () => Object.entries(wanted).every(([label, conn]) => window.watch.roster(start)[label] === conn),
  patienceMs, () => JSON.stringify(window.watch.roster(start)))"""
SOUND = """async () => {
  const sound = { played: 0, concealed: 0 };
  for (const { totalSamplesReceived, concealedSamples } of await window.watch.incoming("audio")) {
    sound.played += totalSamplesReceived ?? 0;
    sound.concealed += concealedSamples ?? 0;
  }
  return sound;
}"""

HEARS = f"""([played, patienceMs]) => window.watch.until(
  async () => (await ({SOUND})()).played >= played, patienceMs, () => "silence")"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How much had been written down at one moment."""

    negotiated: int
    heard: int
    said: int
    closed: int


@dataclass(frozen=True, slots=True)
class Watched(Person):
    """Somebody in front of a page that is watched."""

    async def mark(self) -> Mark:
        """Remember this moment, and time the pictures from now on."""
        return Mark(**await self.page.evaluate("() => window.watch.mark()"))

    async def still_seconds(self) -> float:
        """For how long, at most, no new picture came since the last mark."""
        return float(await self.page.evaluate("() => window.watch.stillMs")) / 1000

    async def negotiated(self, since: Mark) -> list[str]:
        """What was done to connections: descriptions, restarts, new ones."""
        return list(await self.page.evaluate(SINCE, ["negotiated", since.negotiated]))

    async def heard(self, since: Mark) -> list[dict[str, Any]]:
        """What the server has said."""
        return list(await self.page.evaluate(SINCE, ["heard", since.heard]))

    async def said(self, since: Mark) -> list[dict[str, Any]]:
        """What the page has said."""
        return list(await self.page.evaluate(SINCE, ["said", since.said]))

    async def closes(self, since: Mark) -> list[int]:
        """The codes with which sockets were closed."""
        return list(await self.page.evaluate(SINCE, ["closed", since.closed]))

    async def sees_nothing_for(self, seconds: float) -> None:
        """Wait until no picture has come for so long since the last mark."""
        await self.page.evaluate(SEES_NOTHING, [seconds * 1000, seconds * 1000 + PATIENCE_MS])

    async def hears_of(self, since: Mark, people: Mapping[str, str]) -> None:
        """Wait until the server has said of these people how their lines are: ok, unstable or away."""
        await self.page.evaluate(HEARS_OF, [since.heard, people, PATIENCE_MS])

    async def sound(self) -> dict[str, int]:
        """How many samples of sound have come out, and how many of these were made up for lost ones."""
        return dict(await self.page.evaluate(SOUND))

    async def hears_so_much(self, played: int) -> None:
        """Wait until so many samples of sound have come out."""
        await self.page.evaluate(HEARS, [played, PATIENCE_MS])

    async def writes(self, text: str) -> None:
        """Write to everybody in the room."""
        await self.page.fill("#room-message", text)
        await self.page.press("#room-message", "Enter")
