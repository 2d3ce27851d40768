"""The browser that tests start is a whole one, with a camera, and is kept inside."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser

from server.commands.parts import CHROMIUM, IPROUTE
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages, is_inside, running_browser
from tests.parts.missing import require, require_permission
from tests.parts.network import is_allowed, namespace

Address = Callable[[str], str]

EMPTY_PAGE = '<!doctype html><html lang="en"><title>Test</title><main><h1>Test</h1></main></html>'
GATHERED = """
  await connection.setLocalDescription();
  await new Promise((done) => connection.onicecandidate = ({candidate}) => candidate ?? done());
  return connection.localDescription.toJSON();
"""
OFFER = f"""async () => {{
  globalThis.connection = new RTCPeerConnection();
  const media = await navigator.mediaDevices.getUserMedia({{video: {{width: 320, height: 240}}}});
  media.getTracks().forEach((track) => connection.addTrack(track, media));
  {GATHERED} }}"""
ANSWER = f"""async (offer) => {{
  globalThis.connection = new RTCPeerConnection();
  await connection.setRemoteDescription(offer);
  {GATHERED} }}"""
FRAMES_ARRIVE = (
    """async () => [...(await connection.getStats()).values()].some(({framesDecoded}) => framesDecoded > 5)"""
)


@pytest.fixture(scope="module")
async def address() -> AsyncIterator[Address]:
    """Where an empty page is served, by the name before `.localhost`."""
    async with served("127.0.0.1") as port:
        yield lambda name: f"http://{name}.localhost:{port}/"


@asynccontextmanager
async def served(host: str) -> AsyncIterator[int]:
    """Serve an empty page on a free port of the host."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text=EMPTY_PAGE, content_type="text/html")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def test_video_goes_from_page_to_page(new_page: Pages, address: Address) -> None:
    patient, specialist = await new_page(), await new_page()
    await patient.goto(address("patient"))
    await specialist.goto(address("specialist"))

    answer = await specialist.evaluate(ANSWER, await patient.evaluate(OFFER))
    await patient.evaluate("(answer) => connection.setRemoteDescription(answer)", answer)

    await specialist.wait_for_function(FRAMES_ARRIVE)


async def test_a_request_to_the_outside_is_noticed_and_goes_nowhere(browser: Browser, address: Address) -> None:
    pages = Pages(browser)
    page = await pages()
    await page.goto(address("patient"))

    answered = await page.evaluate(
        "() => fetch('https://example.com/', {mode: 'no-cors'}).then(() => true, () => false)"
    )
    await pages.close()

    assert (answered, pages.outside) == (False, ["https://example.com/"])


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("http://127.0.0.1:8080/x", True),
        ("http://patient.localhost:8080/", True),
        ("ws://localhost:1/signal", True),
        ("blob:http://localhost:1/2", True),
        ("about:blank", True),
        ("https://localhost.example/", False),
        ("http://192.0.2.1/", False),
    ],
)
def test_inside_is_loopback_and_the_page_itself(url: str, inside: bool) -> None:
    assert is_inside(url) is inside


async def test_a_picture_without_words_is_not_accessible(new_page: Pages, address: Address) -> None:
    page = await new_page()
    await page.goto(address("patient"))
    await assert_accessible(page)

    await page.evaluate("() => document.querySelector('main').append(new Image())")

    with pytest.raises(AssertionError, match="image-alt"):
        await assert_accessible(page)


async def test_a_browser_on_a_second_host_offers_that_hosts_address(tmp_path: Path) -> None:
    program = require(CHROMIUM)
    require(IPROUTE)
    require_permission("the right to make networks", granted=is_allowed())
    with namespace() as second_host:
        async with served(second_host.outside_address) as port:
            origin = f"http://{second_host.outside_address}:{port}"
            flags = (f"--unsafely-treat-insecure-origin-as-secure={origin}", "--host-resolver-rules=")
            async with running_browser(second_host.program(program, tmp_path), *flags) as browser:
                page = await browser.new_page()
                await page.goto(origin)
                offer = await page.evaluate(OFFER)

    assert f" {second_host.address} " in offer["sdp"]
