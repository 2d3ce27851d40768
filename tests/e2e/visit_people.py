"""People at the page of a visit, who do what people do and look at what people see."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

from tests.e2e.visit_house import VisitHouse

KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  described = 0;
  constructor(configuration) { super(configuration); window.connections.push(this); }
  setLocalDescription(...given) { this.described += 1; return super.setLocalDescription(...given); }
};
"""
NO_CAMERA = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (wanted.video) throw new DOMException("", "NotFoundError");
  return ask(wanted);
};
"""
PATIENCE_MS = 30_000
MORE_FRAMES = """async (patience) => {
  // Firefox never answers for a connection that is closed meanwhile.
  const soon = () => new Promise((resolve) => setTimeout(() => resolve(new Map()), 1_000));
  const decoded = async () => {
    const frames = new Map();
    for (const [number, connection] of window.connections.entries())
      for (const stat of (await Promise.race([connection.getStats(), soon()])).values())
        if (stat.type === "inbound-rtp" && stat.kind === "video")
          frames.set(`${number} ${stat.id}`, stat.framesDecoded);
    return frames;
  };
  const [before, end] = [await decoded(), performance.now() + patience];
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = await decoded();
    const more = [...now].some(([name, frames]) => frames > (before.get(name) ?? 0));
    if (more) return [...now.values()].reduce((sum, frames) => sum + frames);
  }
  throw new Error(`no frame after ${JSON.stringify([...before])}`);
}"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in front of the page."""

    page: Page

    async def go_in(self) -> None:
        """Pass the preview once the own picture is there."""
        await expect(self.page.locator("#preview-tile")).to_have_attribute("data-picture", "on", timeout=PATIENCE_MS)
        await self.page.click("#preview-go")

    async def is_at(self, screen: str) -> None:
        """Wait for a screen: preview, waiting, room or over."""
        await expect(self.page.locator("body")).to_have_attribute("data-screen", screen, timeout=PATIENCE_MS)

    async def sees_more(self) -> int:
        """Wait until more frames of the others are decoded than now; how many there are then."""
        return int(await self.page.evaluate(MORE_FRAMES, PATIENCE_MS))

    async def negotiations(self) -> list[int]:
        """How often each peer connection of this page has been negotiated."""
        return list(await self.page.evaluate("() => window.connections.map(({described}) => described)"))

    async def sees(self, words: str) -> None:
        """Wait until the words stand on the page."""
        await expect(self.page.get_by_text(words).and_(self.page.locator(":visible")).first).to_be_visible(
            timeout=PATIENCE_MS
        )

    async def hears(self, words: str) -> None:
        """Wait until the words are said to whoever listens to the page."""
        said = self.page.locator("#visit-news > p").filter(has_text=words)
        await expect(said.last).to_be_attached(timeout=PATIENCE_MS)


async def at(house: VisitHouse, person: str, page: Page, *scripts: str) -> Person:
    """Open the visit's page for somebody."""
    for script in (KEEP_CONNECTIONS, *scripts):
        await page.add_init_script(script)
    page.on("pageerror", _fail)
    await page.goto(f"{house.url}/{person}")
    return Person(page)


async def in_the_room(
    house: VisitHouse, new_page: Any, *, scripts: tuple[str, ...] = (), **options: Any
) -> tuple[Person, Person]:
    """Bring a patient and a specialist into the room; the scripts run first in their pages."""
    patient = await at(house, "patient", await new_page(**options), *scripts)
    await patient.go_in()
    await patient.is_at("waiting")
    specialist = await at(house, "specialist", await new_page(**options), *scripts)
    await specialist.go_in()
    await specialist.page.click("[data-act=admit]")
    await patient.is_at("room")
    await specialist.is_at("room")
    return patient, specialist


def _fail(error: Exception) -> None:
    raise AssertionError(f"the page failed: {error}")
