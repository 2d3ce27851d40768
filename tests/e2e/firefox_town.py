"""Firefox and Chromium, each on a host of its own with a line of its own, and people with them in one visit."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, Playwright

from server.commands.parts import CHROMIUM, FIREFOX
from signaling.ice import IceServers
from signaling.journal import MemoryJournal
from tests.e2e.visit_house import VisitHouse, running_visit
from tests.e2e.visit_people import KEEP_CONNECTIONS, MORE_FRAMES, PATIENCE_MS
from tests.parts.browser import running_browser
from tests.parts.firefox import Firefox, FirefoxPage, running_firefox
from tests.parts.missing import require
from tests.parts.network import Host, Network

PORT = 8080
SOON = "window.soon = () => new Promise((done) => setTimeout(() => done(new Map()), 1_000));"
UNTIL = """async ({isTrue, patience}) => {
  const end = performance.now() + patience;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`in vain: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
HAS = f"""([selector, name, value, patience]) => ({UNTIL})({{
  isTrue: () => document.querySelector(selector)?.getAttribute(name) === value, patience,
}})"""
SHOWS = f"""([selector, words, patience]) => ({UNTIL})({{
  isTrue: () => [...document.querySelectorAll(selector)].some(
    (part) => part.checkVisibility() && part.textContent.includes(words)), patience,
}})"""
HEARS_MORE = f"""async (patience) => {{
  const packets = async () => {{
    let arrived = 0;
    for (const connection of window.connections)
      for (const stat of (await Promise.race([connection.getStats(), window.soon()])).values())
        if (stat.type === "inbound-rtp" && stat.kind === "audio") arrived += stat.packetsReceived;
    return arrived;
  }};
  const before = await packets();
  await ({UNTIL})({{isTrue: async () => (await packets()) > before, patience}});
}}"""
SEES_NOTHING = f"""(patience) => {{
  let before = -1;
  const isTrue = async () => {{
    const was = before;
    before = 0;
    for (const connection of window.connections)
      for (const stat of (await Promise.race([connection.getStats(), window.soon()])).values())
        if (stat.type === "inbound-rtp") before += stat.framesDecoded ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return was === before;
  }};
  return ({UNTIL})({{isTrue, patience}});
}}"""
NEGOTIATIONS = "() => window.connections.map(({described}) => described)"
WRITE = """(text) => {
  const field = document.querySelector("#room-message");
  field.value = text;
  field.form.requestSubmit();
}"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the visit's page, in either browser."""

    page: Page | FirefoxPage

    async def go_in(self) -> None:
        await self.waits_for("#preview-tile", "data-picture", "on")
        await self.page.click("#preview-go")

    async def is_at(self, screen: str) -> None:
        await self.waits_for("body", "data-screen", screen)

    async def waits_for(self, selector: str, attribute: str, value: str) -> None:
        await self.page.evaluate(HAS, [selector, attribute, value, PATIENCE_MS])

    async def reads(self, selector: str, words: str) -> None:
        await self.page.evaluate(SHOWS, [selector, words, PATIENCE_MS])

    async def presses(self, selector: str) -> None:
        await self.page.click(selector)

    async def writes(self, words: str) -> None:
        await self.page.evaluate(WRITE, words)

    async def sees_more(self) -> None:
        await self.page.evaluate(MORE_FRAMES, PATIENCE_MS)

    async def hears_more(self) -> None:
        await self.page.evaluate(HEARS_MORE, PATIENCE_MS)

    async def sees_nothing(self) -> None:
        await self.page.evaluate(SEES_NOTHING, PATIENCE_MS)

    async def negotiations(self) -> list[int]:
        return list(await self.page.evaluate(NEGOTIATIONS))


@dataclass(frozen=True, slots=True)
class Town:
    """The hosts and the browsers on them, for all tests here."""

    server: Host
    firefox_host: Host
    firefox: Firefox
    chromium: Browser
    errors: list[str]

    async def visitor(self, house: VisitHouse, name: str, browser: str, stack: AsyncExitStack) -> Visitor:
        """Bring somebody in front of the page, for as long as the stack stands."""
        page: Page | FirefoxPage
        if browser == "firefox":
            page = await self.firefox.new_page()
        else:
            page = await self.chromium.new_page()
            page.on("pageerror", lambda error: self.errors.append(str(error)))
        stack.push_async_callback(page.close)
        for script in (KEEP_CONNECTIONS, SOON):
            await page.add_init_script(script)
        await page.goto(f"{house.url}/{name}")
        visitor = Visitor(page)
        await visitor.go_in()
        return visitor

    @asynccontextmanager
    async def meeting(
        self, house: VisitHouse, patient: str = "firefox", specialist: str = "chromium"
    ) -> AsyncIterator[tuple[Visitor, Visitor]]:
        """Bring patient and specialist together, in these browsers; they see and hear each other."""
        async with AsyncExitStack() as stack:
            one = await self.visitor(house, "patient", patient, stack)
            await one.is_at("waiting")
            other = await self.visitor(house, "specialist", specialist, stack)
            await other.presses("[data-act=admit]")
            for person in (one, other):
                await person.is_at("room")
                await person.sees_more()
                await person.hears_more()
            yield one, other
        thrown = [*self.errors, *self.firefox.errors]
        self.errors.clear()
        self.firefox.errors.clear()
        assert thrown == []

    @asynccontextmanager
    async def visit(
        self, ice: IceServers | None = None, journal: MemoryJournal | None = None
    ) -> AsyncIterator[VisitHouse]:
        """Serve a visit."""
        async with running_visit(listening=self.server.listen(PORT), ice=ice, journal=journal) as house:
            yield house


@asynccontextmanager
async def running_town(net: Network, driver: Playwright, folder: Path) -> AsyncIterator[Town]:
    """Connect the hosts and start a browser on each."""
    server, one, other = (net.host(name) for name in ("server", "firefox", "chromium"))
    for host in (one, other):
        host.opens(PORT, at=server)
    async with (
        running_firefox(require(FIREFOX), folder, at=one) as firefox,
        running_browser(driver, other.program(require(CHROMIUM), folder), loopback=False) as chromium,
    ):
        yield Town(server, one, firefox, chromium, [])
