"""A visit between Firefox and Chromium, each on a host of its own with a line of its own."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Playwright

from server.commands.parts import CHROMIUM, COTURN, FIREFOX
from signaling.ice import IceServers
from signaling.journal import MemoryJournal
from tests.e2e.visit_house import VisitHouse, running_visit
from tests.e2e.visit_people import KEEP_CONNECTIONS, MORE_FRAMES, PATIENCE_MS
from tests.parts.browser import running_browser
from tests.parts.certificate import self_signed
from tests.parts.coturn import TLS_PORT, running_relay
from tests.parts.firefox import Firefox, FirefoxPage, running_firefox
from tests.parts.missing import require
from tests.parts.network import ADDRESSES, Host, Network

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORT = 8080
TLS_SESSION = re.compile(r"lifetime=[1-9]\d*(?:, cipher=.*method=(TLS)v1)?")  # coturn says so of each allocation
OUTAGE_SECONDS = 8  # long enough for both to look for a new path
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
CANDIDATES = """async () => {
  const types = new Set();
  for (const connection of window.connections) {
    const stats = await connection.getStats();
    for (const pair of stats.values())
      if (pair.type === "candidate-pair" && pair.nominated && pair.state === "succeeded")
        types.add(stats.get(pair.localCandidateId).candidateType);
  }
  return [...types];
}"""
STANDS_BELOW = f"""(patience) => ({UNTIL})({{
  isTrue: () => {{
    const tile = [...document.querySelectorAll(".tile")].find((tile) => tile.checkVisibility());
    const [picture, name] = [tile.querySelector("video"), tile.querySelector("figcaption")];
    return name.checkVisibility() && picture.getBoundingClientRect().bottom <= name.getBoundingClientRect().top + 0.5;
  }}, patience,
}})"""
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


@pytest.fixture(scope="module")
async def town(net: Network, driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    server, one, other = (net.host(name) for name in ("server", "firefox", "chromium"))
    for host in (one, other):
        host.opens(PORT, at=server)
    async with (
        running_firefox(require(FIREFOX), folder, at=one) as firefox,
        running_browser(driver, other.program(require(CHROMIUM), folder), loopback=False) as chromium,
    ):
        yield Town(server, one, firefox, chromium, [])


@pytest.mark.parametrize(("patient", "specialist"), [("firefox", "chromium"), ("chromium", "firefox")])
async def test_both_see_hear_and_write_whoever_has_which(town: Town, patient: str, specialist: str) -> None:
    async with town.visit() as house, town.meeting(house, patient, specialist) as (one, other):
        await one.writes("Can you hear me?")
        await other.reads("#room-messages-log", "Can you hear me?")
        await other.writes("Very well.")
        await one.reads("#room-messages-log", "Very well.")

        assert (await one.negotiations(), await other.negotiations()) == ([1], [1])


async def test_the_picture_covers_no_name(town: Town) -> None:
    async with town.visit() as house, AsyncExitStack() as stack:
        patient = await town.visitor(house, "patient", "firefox", stack)
        await patient.is_at("waiting")

        await patient.page.evaluate(STANDS_BELOW, PATIENCE_MS)


async def test_two_firefoxes_meet(town: Town) -> None:
    async with town.visit() as house, town.meeting(house, "firefox", "firefox") as people:
        for person in people:
            await person.sees_more()


@pytest.mark.parametrize(("patient", "specialist"), [("firefox", "chromium"), ("chromium", "firefox")])
async def test_sound_and_picture_go_off_and_on_without_a_new_connection(
    town: Town, patient: str, specialist: str
) -> None:
    async with town.visit() as house, town.meeting(house, patient, specialist) as (one, other):
        await one.presses("#room-mute")
        await other.reads("#room-main [data-sign=muted]", "")
        await one.presses("#room-mute")
        await other.hears_more()

        await one.presses("#room-camera")
        await other.waits_for("#room-main .tile", "data-picture", "off")
        await one.presses("#room-camera")
        await other.waits_for("#room-main .tile", "data-picture", "on")
        await other.sees_more()

        assert (await one.negotiations(), await other.negotiations()) == ([1], [1])


async def test_a_server_that_is_started_again_interrupts_no_picture(town: Town) -> None:
    journal = MemoryJournal()
    async with AsyncExitStack() as first:
        house = await first.enter_async_context(town.visit(journal=journal))
        async with town.meeting(house) as people:
            await first.aclose()
            for person in people:
                await person.sees_more()
            async with town.visit(journal=journal):
                await people[0].writes("Still here")
                await people[1].reads("#room-messages-log", "Still here")
                for person in people:
                    await person.sees_more()
                    assert await person.negotiations() == [1]


@pytest.mark.parametrize(("patient", "specialist"), [("firefox", "chromium"), ("chromium", "firefox")])
async def test_a_line_that_was_cut_brings_both_back(town: Town, patient: str, specialist: str) -> None:
    async with town.visit() as house, town.meeting(house, patient, specialist) as people:
        with town.firefox_host.cut():
            for person in people:
                await person.sees_nothing()
            await asyncio.sleep(OUTAGE_SECONDS)
        for person in people:
            await person.sees_more()
            await person.hears_more()


async def test_firefox_moves_to_another_address(town: Town) -> None:
    async with town.visit() as house, town.meeting(house) as people:
        town.firefox_host.move()
        for person in people:
            await person.sees_nothing()
        for person in people:
            await person.sees_more()
            await person.hears_more()


async def test_firefox_goes_through_the_relay(town: Town, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with running_relay(require(COTURN), tmp_path, certificate, at=town.server, allowed=[ADDRESSES]) as relay:
        ice = IceServers(turn=(relay.url("udp"), relay.url("tcp")), secret=relay.secret.encode(), relay_only=True)
        async with town.visit(ice) as house, town.meeting(house) as people:
            assert [await person.page.evaluate(CANDIDATES) for person in people] == [["relay"], ["relay"]]


async def test_firefox_goes_through_the_relay_over_tls_where_the_line_lets_nothing_else_out(
    town: Town, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path)
    town.firefox_host.opens(TLS_PORT, at=town.server)
    by_name = f"turns:localhost:{TLS_PORT}?transport=tcp"  # Firefox goes over TLS to a name, and to no address
    options = ("--verbose", "--listening-ip=127.0.0.1")
    with running_relay(require(COTURN), tmp_path, certificate, *options, at=town.server, allowed=[ADDRESSES]) as relay:
        ice = IceServers(turn=(by_name,), secret=relay.secret.encode(), relay_only=True)
        with town.firefox_host.only_to(TLS_PORT, PORT):
            async with town.visit(ice) as house, town.meeting(house, "firefox", "firefox") as people:
                found = [await person.page.evaluate(CANDIDATES) for person in people]
        ways = TLS_SESSION.findall(relay.log.read_text(errors="replace"))

    assert found == [["relay"], ["relay"]]
    assert ways
    assert set(ways) == {"TLS"}


async def test_firefox_without_udp_finds_the_relay_by_itself(town: Town, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with running_relay(require(COTURN), tmp_path, certificate, at=town.server, allowed=[ADDRESSES]) as relay:
        ice = IceServers(turn=(relay.url("udp"), relay.url("tcp")), secret=relay.secret.encode())
        with town.firefox_host.without_udp():
            async with town.visit(ice) as house, town.meeting(house) as (patient, _):
                assert await patient.page.evaluate(CANDIDATES) == ["relay"]
