"""A patient tests their line on the visit's page, and reads what it is good for and what to do next."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.commands.parts import FIREFOX
from tests import builders
from tests.e2e.journey_people import PATIENCE_MS, PHONE, Somebody
from tests.integration.house import Clock, House
from tests.integration.probes.line import all_ended, processes, said_in
from tests.integration.visits.meeting import a_visit_tomorrow
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages
from tests.parts.firefox import running_firefox
from tests.parts.missing import require

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROW = {"width": 320, "height": 640}
LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"
TEST = "[data-line-test]"
OF_THE_LINE = frozenset({"bandwidth_kbps", "packet_loss_pct"})


async def at_the_visit(demo: House, page: Page, visit_id: str) -> Page:
    patient = Somebody(demo, "patient", page)
    await patient.sign_in()
    await patient.open(f"/visits/{visit_id}")
    await expect(page.locator(TEST)).to_be_visible(timeout=PATIENCE_MS)
    return page


async def stands(page: Page, state: str) -> None:
    await expect(page.locator(TEST)).to_have_attribute("data-state", state, timeout=2 * PATIENCE_MS)


async def an_open_one(demo: House, clock: Clock, *, tested: bool = True) -> str:
    """A visit whose check-in is done, or done but for the line."""
    visit_id = str((await a_visit_tomorrow(demo))["visit_id"])
    clock.advance(timedelta(hours=23, minutes=45))
    await builders.checked_in(demo, visit_id, without=frozenset() if tested else OF_THE_LINE)
    return visit_id


async def test_a_line_that_was_not_tested_is_tested_unasked_and_completes_the_check_in(
    demo: House, clock: Clock, new_page: Pages
) -> None:
    visit_id = await an_open_one(demo, clock, tested=False)
    page = await at_the_visit(demo, await new_page(**PHONE), visit_id)
    await expect(page.locator(TEST)).to_contain_text("We measure how much your line carries", timeout=PATIENCE_MS)
    await assert_accessible(page)
    await photograph(page, "measuring")
    await stands(page, "done")

    await expect(page.locator(TEST)).to_contain_text("Your line is")
    await page.locator(TEST).get_by_text("What we measured").click()
    await expect(page.locator(TEST)).to_contain_text("To you: about")
    assert [name for name, _, _ in await said_in(demo, visit_id)] == ["bandwidth_kbps", "packet_loss_pct"]
    await expect(page.locator("#preview-check-in-words")).to_contain_text("Done", timeout=PATIENCE_MS)
    await photograph(page, "done")
    await page.set_viewport_size(NARROW)
    await page.evaluate(LARGE_TEXT)
    await assert_accessible(page)
    assert await page.evaluate(WIDER_THAN_THE_WINDOW) <= 0


async def test_a_test_begins_by_a_button_and_can_be_stopped(demo: House, clock: Clock, new_page: Pages) -> None:
    visit_id = await an_open_one(demo, clock)
    page = await at_the_visit(demo, await new_page(), visit_id)
    await photograph(page, "idle")
    await page.get_by_role("button", name="Test my line").click()
    await expect(page.locator(TEST)).to_have_attribute("data-stage", "measuring", timeout=PATIENCE_MS)
    assert processes()
    await page.get_by_role("button", name="Stop the test").click()
    await stands(page, "failed")

    await expect(page.locator(TEST)).to_contain_text("You stopped the test")
    await all_ended()
    assert await said_in(demo, visit_id) == []


async def test_a_line_that_is_away_is_told_with_a_next_step(demo: House, clock: Clock, new_page: Pages) -> None:
    visit_id = await an_open_one(demo, clock)
    page = await at_the_visit(demo, await new_page(), visit_id)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Test my line").click()
    await stands(page, "failed")

    await expect(page.locator(TEST)).to_contain_text("You are not connected to the internet just now")
    await expect(page.get_by_role("button", name="Test again")).to_be_enabled()
    await photograph(page, "offline")


async def photograph(page: Page, name: str) -> None:
    """Keep a picture where CONSILIUM_PICTURES says so."""
    folder = os.environ.get("CONSILIUM_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"line-{name}.png", full_page=True)


async def test_firefox_measures_its_line_as_well(demo: House, clock: Clock, tmp_path: Path) -> None:
    visit_id = await an_open_one(demo, clock, tested=False)
    patient = f"http://patient.localhost:{demo.settings.port}"
    async with running_firefox(require(FIREFOX), tmp_path) as firefox:
        page = await firefox.new_page()
        await page.goto(await demo.sign_in_url("patient"))
        await page.goto(f"{patient}/visits/{visit_id}")
        await page.wait_for_function("(selector) => document.querySelector(selector).dataset.state === 'done'", TEST)

    assert [name for name, _, _ in await said_in(demo, visit_id)] == ["bandwidth_kbps", "packet_loss_pct"]
    assert firefox.errors == []
