"""The browser that tests start is a whole one, with a camera, and is kept inside."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, Playwright

from server.commands.parts import CHROMIUM
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages, is_inside, running_browser
from tests.parts.missing import require
from tests.parts.network import Network

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
    async with served(socket.create_server(("127.0.0.1", 0))) as port:
        yield lambda name: f"http://{name}.localhost:{port}/"


@asynccontextmanager
async def served(listening: socket.socket) -> AsyncIterator[int]:
    """Serve an empty page; the port."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text=EMPTY_PAGE, content_type="text/html")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.SockSite(runner, listening).start()
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


async def test_a_browser_on_a_host_of_its_own_offers_that_hosts_address(
    net: Network, driver: Playwright, tmp_path: Path
) -> None:
    server, patient = net.host("server"), net.host("patient")
    program = patient.program(require(CHROMIUM), tmp_path)
    async with served(server.listen()) as port, running_browser(driver, program, loopback=False) as browser:
        patient.opens(port, at=server)
        page = await browser.new_page()
        await page.goto(f"http://patient.localhost:{port}/")
        offer = await page.evaluate(OFFER)

    assert f" {patient.address} " in offer["sdp"]
    assert " 127.0.0.1 " not in offer["sdp"].replace("IN IP4 127.0.0.1", "")
