"""Every part of the visual language, in a real browser under the service's own headers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from server.commands.environment import ROOT
from server.http.headers import CONTENT_SECURITY_POLICY, DOCS_PATH, TRUSTED_TYPES
from server.http.rendering import Hospital, Renderer
from server.http.static_files import StaticFiles
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Consilium", "version": "1"},
    "paths": {"/me": {"get": {"summary": "Who am I", "responses": {"200": {"description": "You"}}}}},
}
WIDTHS = (320, 768, 1280)
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
async def house() -> AsyncIterator[str]:
    """The parts page and the docs page, served as the service does."""
    static = StaticFiles(ROOT / "static")
    renderer = Renderer(Hospital("St. Brigid Cancer Center", "+1 313 555 0142", "911"), static.url, lambda: NOW)

    async def parts(request: web.Request) -> web.Response:
        text = renderer.render("dev/parts.html", lang=request.query.get("lang", "en"))
        policy = f"{CONTENT_SECURITY_POLICY}; {TRUSTED_TYPES}"
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def gone(_request: web.Request) -> web.Response:
        said = {"title": "There is nothing here", "words": "The address may be old.", "number": "1"}
        text = renderer.render("problem.html", action_href="/", action="Go on", **said)
        return web.Response(text=text, content_type="text/html")

    async def docs(_request: web.Request) -> web.Response:
        text = renderer.render("docs.html", openapi_url="/openapi.json")
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def document(_request: web.Request) -> web.Response:
        return web.json_response(DOCUMENT)

    app = web.Application()
    app.add_routes([*static.routes(), web.get("/dev/parts", parts), web.get("/gone", gone), web.get(DOCS_PATH, docs)])
    app.router.add_get("/openapi.json", document)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


def complaints(page: Page) -> list[str]:
    """Collect what the browser complains about: refused by policy, missing, or broken."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
async def test_the_parts_page_has_no_barrier_and_fits(house: str, new_page: Pages, width: int, scheme: str) -> None:
    page = await new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    heard = complaints(page)

    await page.goto(f"{house}/dev/parts")

    await assert_accessible(page)
    assert await page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
    assert not heard


async def test_the_parts_page_fits_from_right_to_left_and_with_letters_twice_as_large(
    house: str, new_page: Pages
) -> None:
    page = await new_page(viewport={"width": 320, "height": 800})
    await page.goto(f"{house}/dev/parts?lang=ar")
    assert await page.evaluate(WIDER_THAN_THE_WINDOW) <= 0

    page = await new_page(viewport={"width": 640, "height": 800})
    await page.goto(f"{house}/dev/parts")
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page.evaluate(WIDER_THAN_THE_WINDOW) <= 0


async def test_everything_that_is_pressed_is_large_enough(house: str, new_page: Pages) -> None:
    page = await new_page(viewport={"width": 320, "height": 800})
    await page.goto(f"{house}/dev/parts")

    small = await page.evaluate(
        """() => [...document.querySelectorAll('button, .button, .input, .choice > label, summary, nav a, .back')]
            .filter((part) => part.checkVisibility() && part.getBoundingClientRect().height < 44)
            .map((part) => part.outerHTML.slice(0, 100))"""
    )

    assert not small


async def test_the_first_stop_of_the_keyboard_leads_past_the_header(house: str, new_page: Pages) -> None:
    page = await new_page()
    await page.goto(f"{house}/gone")

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.locator("main")).to_be_focused()


async def test_an_error_takes_the_focus_and_leads_to_its_field(house: str, new_page: Pages) -> None:
    page = await new_page()
    await page.goto(f"{house}/dev/parts")
    await expect(page.locator("#error-summary")).to_be_focused()

    await page.click("text=Write your e-mail address")

    await expect(page.locator("#email")).to_be_focused()


async def test_a_dialog_opens_and_closes_and_gives_the_focus_back(house: str, new_page: Pages) -> None:
    page = await new_page()
    await page.goto(f"{house}/dev/parts")
    await page.click("text=Open the dialog")
    await expect(page.locator("dialog")).to_be_visible()

    await page.click("dialog >> text=Keep my visit")

    await expect(page.locator("dialog")).to_be_hidden()
    await expect(page.get_by_role("button", name="Open the dialog")).to_be_focused()


async def test_a_button_says_what_it_does_while_it_works(house: str, new_page: Pages) -> None:
    page = await new_page()
    await page.goto(f"{house}/dev/parts")
    button = page.locator("#work")

    await button.click()

    await expect(button).to_have_text("Sending your request")
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(button).to_have_text("Send my request")


async def test_live_words_are_seen_and_said(house: str, new_page: Pages) -> None:
    page = await new_page()
    await page.goto(f"{house}/dev/parts")

    await page.click("#say-it")

    await expect(page.get_by_role("status").last).to_have_text("Your answers are saved.")


async def test_chosen_files_are_listed_by_name_and_size(house: str, new_page: Pages) -> None:
    page = await new_page()
    await page.goto(f"{house}/dev/parts")

    await page.set_input_files("#records", [{"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"x" * 3400}])

    await expect(page.locator("[data-drop-files] li")).to_have_text("scan.pdf3.4 kB")


async def test_without_javascript_everything_is_there(house: str, new_page: Pages) -> None:
    page = await new_page(java_script_enabled=False)
    await page.goto(f"{house}/dev/parts")

    for words in ("Call 911 now", "Send my request", "Add records", "Will my doctor be offended?"):
        await expect(page.get_by_text(words, exact=True).first).to_be_visible()
    await expect(page.locator("#records")).to_be_enabled()


async def test_the_interface_can_be_read_under_the_strict_policy(house: str, new_page: Pages) -> None:
    page = await new_page()
    heard = complaints(page)

    await page.goto(f"{house}{DOCS_PATH}")

    await page.get_by_text("Who am I").click()
    await expect(page.get_by_text("Responses").first).to_be_visible()
    assert not heard
