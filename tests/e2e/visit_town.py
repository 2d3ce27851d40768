"""A visit between hosts: the demo on one, and people with browsers of their own on the others."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Playwright

from server.commands.parts import CHROMIUM
from tests.e2e.visit_watch import WATCH, Watched
from tests.parts.browser import running_browser
from tests.parts.demo import Demo
from tests.parts.missing import require
from tests.parts.network import Host, Network

PORT = 8080
SMALL_PICTURE = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const small = { width: 320, height: 240, frameRate: 15 };
navigator.mediaDevices.getUserMedia = (wanted) =>
  ask(wanted.video ? { ...wanted, video: { ...wanted.video, ...small } } : wanted);
"""


@dataclass(slots=True)
class Town:
    """The hosts, and what runs on them."""

    network: Network
    server: Host
    demo: Demo
    described: dict[str, Any]
    errors: list[str] = field(default_factory=list)

    def host(self, name: str) -> Host:
        """Connect somebody whose `localhost` is the demo."""
        made = self.network.host(name)
        made.opens(PORT, at=self.server)
        return made

    async def start_again(self) -> None:
        """Start the demo on the folder it had."""
        self.described = await asyncio.to_thread(self.demo.start)

    async def visitor(self, browser: Browser, person: str) -> Watched:
        """Open the visit's page for somebody, who is signed in by it."""
        context = await browser.new_context()
        for script in (WATCH, SMALL_PICTURE):
            await context.add_init_script(script)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(self.described["join_urls"][person])
        return Watched(page)


@dataclass(frozen=True, slots=True)
class Call:
    """A patient and a specialist in the room, each on a host of their own."""

    town: Town
    patient: Watched
    specialist: Watched
    patients_host: Host
    specialists_host: Host

    @property
    def people(self) -> tuple[Watched, Watched]:
        """Both, in this order."""
        return self.patient, self.specialist

    @property
    def names(self) -> tuple[str, str]:
        """Both by name, in this order."""
        accounts = self.town.described["accounts"]
        return accounts["patient"]["name"], accounts["specialist"]["name"]

    @property
    def hosts(self) -> dict[str, Host]:
        """Who is where."""
        return {"patient": self.patients_host, "specialist": self.specialists_host}


@contextmanager
def running_town(net: Network, folder: Path) -> Iterator[Town]:
    """Start the demo on a host of its own; end it afterwards."""
    server = net.host("server")
    demo = Demo(folder / "hospital", port=PORT, at=server)
    try:
        yield Town(net, server, demo, demo.start())
    finally:
        demo.end()


@asynccontextmanager
async def running_call(town: Town, driver: Playwright, folder: Path) -> AsyncIterator[Call]:
    """Bring a patient and a specialist into the room."""
    one, other = town.host("patient"), town.host("specialist")
    async with _browser_at(driver, one, folder) as ones, _browser_at(driver, other, folder) as others:
        patient = await town.visitor(ones, "patient")
        await patient.go_in()
        await patient.is_at("waiting")
        specialist = await town.visitor(others, "specialist")
        await specialist.go_in()
        await specialist.page.click("[data-act=admit]")
        for person in (patient, specialist):
            await person.is_at("room")
            await person.sees_more()
        yield Call(town, patient, specialist, one, other)


@asynccontextmanager
async def _browser_at(driver: Playwright, host: Host, folder: Path) -> AsyncIterator[Browser]:
    program = host.program(require(CHROMIUM), folder)
    async with running_browser(driver, program, loopback=False) as browser:
        yield browser
