"""Chromium with a fake camera and microphone, kept away from the outside.

How media gets from page to page here: Chromium leaves 127.0.0.1 out of its candidates, and without a default route it
finds no other address. `--allow-loopback-in-peer-connection` lets it offer 127.0.0.1, so that two contexts of one
browser connect directly on any machine, also one without a network (tried in a network namespace that has `lo` alone:
0.2 s for a data channel, 0.5 s for video and sound). Pages at http://NAME.localhost are secure contexts with cookies of
their own, so one browser can be everybody. For hosts with addresses and lines of their own see `tests.parts.network`.

Playwright's own Node wants a library that a bare Debian lacks (libatomic1); the development lock's Node does not.

Ask for 320x240 at 15 frames a second wherever a test asserts a rate. Assert that `framesDecoded` advances.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright, expect

from server.commands.environment import node_folder
from tests.parts.network import NETWORK

FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root with it
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    # The last two are popups of the address bar: nobody sees one here, and each is another page for every page.
    "--disable-features=Translate,OptimizationHints,MediaRouter,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    "--no-first-run",
)
EXPECT_WITHIN_MS = 30_000  # on a busy machine five seconds, the driver's own, are soon over
SLOW_CAMERA = "--use-fake-device-for-media-stream=fps=5"
MEDIA_OVER_LOOPBACK = "--allow-loopback-in-peer-connection"
INSIDE = ("localhost", "*.localhost", "127.0.0.1", "*.local", f"{NETWORK}.*")
NOTHING_OUTSIDE = "--host-resolver-rules=MAP * ~NOTFOUND" + "".join(f", EXCLUDE {host}" for host in INSIDE)
INSIDE_SCHEMES = frozenset({"about", "blob", "data", "chrome", "chrome-extension"})  # the last two: its PDF viewer


@asynccontextmanager
async def running_driver() -> AsyncIterator[Playwright]:
    """Start what drives browsers, any number of them; end it afterwards."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node_folder() / "bin" / "node"))
    expect.set_options(timeout=EXPECT_WITHIN_MS)
    async with async_playwright() as driver:
        yield driver


@asynccontextmanager
async def running_browser(
    driver: Playwright, program: Path, *flags: str, loopback: bool = True
) -> AsyncIterator[Browser]:
    """Start Chromium without a window; end it afterwards. On a host with a line media leaves loopback alone."""
    media = (MEDIA_OVER_LOOPBACK,) if loopback else ()
    every = [*FLAGS, NOTHING_OUTSIDE, *media, *flags]
    browser = await driver.chromium.launch(executable_path=program, headless=True, args=every)
    try:
        yield browser
    finally:
        await browser.close()


class Pages:
    """Opens pages, each in a context (cookies, storage) of its own, and remembers what they asked for outside."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.outside: list[str] = []

    async def __call__(self, **options: Any) -> Page:
        """Open an empty page; the options are those of Playwright's `new_context`."""
        context = await self._browser.new_context(**options)
        self._contexts.append(context)
        context.on("request", lambda request: self._note(request.url))
        page = await context.new_page()
        page.on("websocket", lambda socket: self._note(socket.url))
        return page

    async def close(self) -> None:
        """Close every page that was opened."""
        for context in self._contexts:
            await context.close()

    def _note(self, url: str) -> None:
        if not is_inside(url):
            self.outside.append(url)


def is_inside(url: str) -> bool:
    """Whether the address is this machine's own: loopback, or the page itself."""
    address = urlsplit(url)
    host = address.hostname or ""
    return address.scheme in INSIDE_SCHEMES or host in ("localhost", "127.0.0.1") or host.endswith(".localhost")
