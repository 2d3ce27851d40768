"""Every page of the journey, as each person sees it: nothing serious for people who cannot see, hear or point.

With CONSILIUM_PICTURES=<folder> each page is also photographed at phone and desktop width, light and dark.
"""

import asyncio
import json
import os
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Playwright

from server.commands.environment import NODE_PACKAGES, node_environment
from server.commands.parts import CHROMIUM
from server.commands.tour import Tour
from server.http import cookies
from server.keys import SIGN_IN
from tests.integration.house import House
from tests.integration.policy import office
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import running_browser
from tests.parts.coturn import free_ports
from tests.parts.missing import require

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NewPage = Callable[..., Awaitable[Page]]
SMALLEST = {"width": 320, "height": 640}
LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > innerWidth)
    .map((part) => part.outerHTML.slice(0, 120)).slice(-5)"""
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 800}}
PAGES: Mapping[str, tuple[str, ...]] = {
    "stranger": (
        "/",
        "/start",
        "/sign-in",
        "/sign-in/code",
        "/signed-out",
        "/i",
        "/request",
        "/dev/mail",
        "/nothing-here",
    ),
    "patient": (
        "/cases/{case}",
        "/cases/{case}/records",
        "/cases/{case}/questions",
        "/cases/{case}/check",
        "/cases/{case}/times",
        "/appointments/{appointment}",
        "/visits/{visit}",
        "/visits/{visit}/check-in",
        "/request",
        "/cases/{case}/guests",
        "/cases/{case}/coverage",
        "/me",
    ),
    "specialist": (
        "/todo",
        "/cases/{case}",
        "/cases/{case}/opinion",
        "/appointments/{appointment}",
        "/hours",
        "/visits/{visit}",
        "/visits/{visit}/check-in",
        "/rules",
    ),
    "scheduler": (
        "/requests",
        "/cases/{case}",
        "/cases/{case}/times",
        "/cases/{case}/guests",
        "/visits/{visit}/check-in",
        "/cases/{case}/coverage",
        "/hours",
        "/licences",
        "/on-call",
    ),
    "companion": ("/", "/visits/{visit}"),
    "interpreter": ("/", "/visits/{visit}"),
    "admin": ("/", "/licences", "/reports"),
    "compliance": (
        "/",
        "/policy",
        "/policy/{policy}",
        "/policy/drafts/{draft}",
        "/policy/{draft}/check",
        "/policy/compare?old={policy}&new={draft}",
    ),
}
FOR_PATIENTS = (
    "/start",
    "/cases/{case}",
    "/cases/{case}/records",
    "/cases/{case}/check",
    "/appointments/{appointment}",
    "/visits/{visit}",
    "/visits/{visit}/check-in",
)


@pytest.fixture
async def places(demo: House) -> dict[str, str]:
    """The demo's case, visit and appointment, its policy, and a version of it that was checked."""
    described = await Tour(demo.app, demo.settings, demo.database, demo.keyring, demo.clock).prepare()
    visit = await demo.get("patient", f"/visits/{described['visit_id']}")
    draft = await office.checked(demo, office.TIGHTER | office.LOOSER)
    return {
        "policy": (await office.in_force(demo))["id"],
        "draft": draft["id"],
        "case": described["case_id"],
        "visit": described["visit_id"],
        "appointment": visit.body["appointment_id"],
    }


@pytest.mark.parametrize("person", PAGES)
async def test_every_page_can_be_used_by_everybody(
    demo: House, places: dict[str, str], new_page: NewPage, person: str
) -> None:
    page = await new_page(viewport=SIZES["phone"], reduced_motion="reduce")
    host = "localhost" if person == "stranger" else f"{person}.localhost"
    if person != "stranger":
        await page.goto(await demo.sign_in_url(person))
    for path in PAGES[person]:
        await page.goto(f"http://{host}:{demo.settings.port}{path.format(**places)}")
        await page.wait_for_load_state("networkidle")
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            await assert_accessible(page)
            assert await page.evaluate(TOO_WIDE) == [], page.url
            await photograph(page, f"{person}{path.replace('/', '-').replace('{', '').replace('}', '')}", theme)
        await page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
        await page.evaluate(LARGE_TEXT)
        assert await page.evaluate(TOO_WIDE) == [], f"{page.url} at 320 px in large text"
        await page.set_viewport_size(SIZES["phone"])  # type: ignore[arg-type]


async def photograph(page: Page, name: str, theme: str) -> None:
    """Keep pictures of the page where somebody wants to look at them."""
    if folder := os.environ.get("CONSILIUM_PICTURES"):
        for size, viewport in SIZES.items():
            await page.set_viewport_size(viewport)  # type: ignore[arg-type]
            await page.screenshot(path=Path(folder) / f"{name}.{size}.{theme}.png", full_page=True)
        await page.set_viewport_size(SIZES["phone"])  # type: ignore[arg-type]


async def test_lighthouse_finds_nothing_on_a_patients_pages(
    demo: House, places: dict[str, str], driver: Playwright
) -> None:
    secret = await demo.app[SIGN_IN].open(demo.people["patient"], verified_by="code", device="test")
    addresses = [f"http://localhost:{demo.settings.port}{path.format(**places)}" for path in FOR_PATIENTS]

    found = await lighthouse(driver, addresses, {"Cookie": f"{cookies.SESSION}={secret}"})

    assert [page["address"] for page in found] == addresses
    assert [page["score"] for page in found] == [1] * len(addresses), found


async def lighthouse(driver: Playwright, addresses: list[str], headers: dict[str, str]) -> list[dict[str, Any]]:
    """Run Lighthouse's accessibility category on pages, in a browser of its own."""
    port, _ = free_ports()
    async with running_browser(driver, require(CHROMIUM), f"--remote-debugging-port={port}"):
        process = await asyncio.create_subprocess_exec(
            "node",
            NODE_PACKAGES / "lighthouse_pages.js",
            env=node_environment() | {"CI": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        task = {"addresses": addresses, "headers": headers, "port": port}
        said, errors = await process.communicate(json.dumps(task).encode())
    assert process.returncode == 0, errors.decode()[-3000:]
    result: list[dict[str, Any]] = json.loads(said)
    return result
