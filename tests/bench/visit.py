"""`run.py bench visit`: page load to first remote frame, ours beside a bare two-page sample, in one run.

Both sides capture 640x480 at 30 frames a second from Chromium's fake camera. Somebody is in the call already; the page
of the other is loaded anew (the patient was let in before), so that nobody's pressing of buttons is measured. The time
runs from the start of the navigation to the first frame of the other person that is presented. Rounds of both
alternate; the median counts.
"""

import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page

from server.app import create_app
from server.commands import logs
from server.commands.demo import demo_settings
from server.commands.parts import CHROMIUM
from server.commands.service import loopback_sockets, open_data, utc_now
from server.commands.tour import Tour
from tests.bench.bare_visit.server import create_bare_app
from tests.parts.browser import running_browser, running_driver

ROUNDS = 9
PATIENCE_MS = 30_000
SAME_CAMERA = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = () => ask({ audio: true, video: { width: 640, height: 480, frameRate: 30 } });
"""
FIRST_FRAME = """
window.firstFrame = new Promise((resolve) => {
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(configuration);
      this.addEventListener("track", ({ track }) => {
        if (track.kind !== "video") return;
        const video = document.createElement("video");
        video.muted = true;
        video.srcObject = new MediaStream([track]);
        video.requestVideoFrameCallback(() => resolve(performance.now()));
        video.play();
      });
    }
  };
});
"""


async def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    """Run both, round by round, and compare the medians."""
    program = CHROMIUM.find()
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    async with AsyncExitStack() as stack:
        driver = await stack.enter_async_context(running_driver())
        browser = await stack.enter_async_context(running_browser(driver, program))
        ours = await stack.enter_async_context(_our_visit(browser))
        bare = await stack.enter_async_context(_bare_visit(browser))
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(rounds):
            times["bare"].append(await _load(bare))
            times["ours"].append(await _load(ours))
    medians = {name: round(statistics.median(found), 1) for name, found in times.items()}
    return {
        "name": "visit",
        "what": "page load to first remote frame, milliseconds, median",
        "rounds": rounds,
        "ours_ms": medians["ours"],
        "bare_ms": medians["bare"],
        "ratio": round(medians["ours"] / medians["bare"], 2),
        "goal_ratio": 1.2,
        "ours_all_ms": [round(one, 1) for one in times["ours"]],
        "bare_all_ms": [round(one, 1) for one in times["bare"]],
    }


async def _load(page: Page) -> float:
    await page.reload(wait_until="commit")
    return float(await page.evaluate("() => window.firstFrame"))


@asynccontextmanager
async def _our_visit(browser: Browser) -> AsyncIterator[Page]:
    """Bring patient and specialist of the demo into the room; give the patient's page."""
    async with _demo() as described:
        patient = await _page(browser, described["join_urls"]["patient"])
        specialist = await _page(browser, described["join_urls"]["specialist"])
        await _go_in(patient)
        await _go_in(specialist)
        await specialist.click("[data-act=admit]", timeout=PATIENCE_MS)
        await patient.evaluate("() => window.firstFrame")
        yield patient


async def _go_in(page: Page) -> None:
    await page.wait_for_selector("#preview-tile[data-picture=on]", timeout=PATIENCE_MS)
    await page.click("#preview-go")


@asynccontextmanager
async def _demo() -> AsyncIterator[dict[str, Any]]:
    """Run the demo in this process on a folder of its own."""
    listeners = loopback_sockets(0)
    with tempfile.TemporaryDirectory() as folder:
        settings = demo_settings(Path(folder), listeners[0].getsockname()[1])
        async with open_data(settings, make=True) as (database, keyring):
            app = create_app(settings, database, keyring, utc_now)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            try:
                for listener in listeners:
                    await web.SockSite(runner, listener).start()
                yield await Tour(app, settings, database, keyring, utc_now).prepare()
            finally:
                await runner.cleanup()


@asynccontextmanager
async def _bare_visit(browser: Browser) -> AsyncIterator[Page]:
    """Connect the bare sample's two pages; give the second."""
    runner = web.AppRunner(create_bare_app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address = f"http://localhost:{runner.addresses[0][1]}/"
        await _page(browser, address)
        page = await _page(browser, address)
        await page.evaluate("() => window.firstFrame")
        yield page
    finally:
        await runner.cleanup()


async def _page(browser: Browser, address: str) -> Page:
    context: BrowserContext = await browser.new_context()
    page = await context.new_page()
    for script in (SAME_CAMERA, FIRST_FRAME):
        await page.add_init_script(script)
    await page.goto(address)
    return page


def main(argv: Sequence[str]) -> int:
    """Print the result; as one JSON object with `--json`."""
    logs.configure()
    result = asyncio.run(measure())
    if "--json" in argv:
        print(json.dumps(result))
    else:
        print(f"{result['what']} of {result['rounds']} rounds: ours {result['ours_ms']}, bare {result['bare_ms']}, ")
        print(f"ratio {result['ratio']} (goal: {result['goal_ratio']} or less)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
