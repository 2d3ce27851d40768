"""The Firefox that tests start has a camera, keeps to the host it was started on and says what goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from server.commands.parts import FIREFOX
from tests.parts.firefox import Firefox, FirefoxError, running_firefox
from tests.parts.missing import require
from tests.parts.network import Network

pytestmark = [pytest.mark.browser]

PORT = 8080
PAGE = "<!doctype html><title>Test</title><button onclick=\"document.title='pressed'\">Press</button>"
PATIENCE_SECONDS = 10
LOSES_A_LINE = """() => new Promise((lost) => {
  new WebSocket("ws://localhost:1/").addEventListener("error", () => lost(null));
})"""
CAMERA = """async () => {
  const media = await navigator.mediaDevices.getUserMedia({video: true, audio: true});
  return media.getTracks().map(({kind}) => kind).sort();
}"""


@pytest.fixture(scope="module")
async def firefox(net: Network, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firefox]:
    """Firefox on a host that has the page at its `localhost`."""
    server, patient = net.host("server"), net.host("patient")

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.SockSite(runner, server.listen(PORT)).start()
    patient.opens(PORT, at=server)
    async with running_firefox(require(FIREFOX), Path(tmp_path_factory.mktemp("firefox")), at=patient) as running:
        yield running
    await runner.cleanup()


async def test_a_page_can_be_opened_pressed_and_asked(firefox: Firefox) -> None:
    page = await firefox.new_page()
    await page.add_init_script("window.early = 5;")
    await page.goto(f"http://patient.localhost:{PORT}/")

    await page.click("button")

    assert await page.evaluate("(three) => [document.title, window.early, three]", 3) == ["pressed", 5, 3]
    assert await page.evaluate(CAMERA) == ["audio", "video"]


async def test_what_a_page_throws_is_heard(firefox: Firefox) -> None:
    page = await firefox.new_page()

    with pytest.raises(FirefoxError, match="out of tea"):
        await page.evaluate("() => { throw new Error('out of tea'); }")


async def test_what_a_page_does_not_catch_is_kept_and_what_lines_do_is_not(firefox: Firefox) -> None:
    page = await firefox.new_page()
    await page.goto(f"http://localhost:{PORT}/")

    await page.evaluate(LOSES_A_LINE)
    await page.evaluate("() => { setTimeout(() => { throw new Error('out of milk'); }); }")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if firefox.errors:
                break
            await asyncio.sleep(0.02)

    assert firefox.errors == ["Error: out of milk"]


async def test_pages_have_cookies_of_their_own(firefox: Firefox) -> None:
    one, other = await firefox.new_page(), await firefox.new_page()
    for page in (one, other):
        await page.goto(f"http://localhost:{PORT}/")

    await one.evaluate("() => { document.cookie = 'who=one'; }")

    assert await other.evaluate("() => document.cookie") == ""
