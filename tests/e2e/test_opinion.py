"""The opinion in real browsers: written as they type, refused, finished, signed; then opened and kept."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from server.domain.ids import CaseId
from tests.integration.conftest import running_house
from tests.integration.house import Clock, House
from tests.integration.opinions.an_opinion import FINISHED, a_reviewed_case, a_signed_opinion
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages
from tests.parts.laid_out import MORNING

pytestmark = pytest.mark.browser

WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"
BYTES_OF = "async (address) => Array.from(new Uint8Array(await (await fetch(address)).arrayBuffer()))"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A running service."""
    async with running_house(sqlite_url, tmp_path, Clock(MORNING)) as running:
        yield running


async def signed_in(house: House, page: Page, person: str) -> Page:
    await page.goto(await house.sign_in_url(person))
    return page


async def opinion_of(house: House, page: Page, person: str, case_id: CaseId, ending: str = "") -> Page:
    """Open a page of an opinion as this person."""
    await page.goto(f"http://{person}.localhost:{house.settings.port}/cases/{case_id}/opinion{ending}")
    return page


async def at_the_desk(house: House, page: Page) -> CaseId:
    case_id = await a_reviewed_case(house)
    await signed_in(house, page, "specialist")
    await opinion_of(house, page, "specialist", case_id)
    return case_id


async def test_from_the_first_word_to_the_letter_in_the_patients_hands(house: House, new_page: Pages) -> None:
    desk = await new_page(viewport=DESKTOP)
    case_id = await at_the_desk(house, desk)
    open_points = desk.locator("#gap-list a")
    await expect(open_points).to_have_count(4)

    await desk.get_by_label("In plain words").fill("You have time to choose.")
    await desk.get_by_text("I would do something different").click()
    await desk.get_by_label("Reply to question 1").fill("No. Radiation can do the same here.")
    await expect(desk.locator("#saved")).to_have_text("Saved")
    await expect(open_points).to_have_text(["Answer question 2."])

    await desk.get_by_role("button", name="Read it through and sign").click()
    await expect(desk.get_by_role("heading", name="Read it through")).to_be_visible()
    await expect(desk.get_by_text("It is not finished yet.")).to_be_visible()
    await desk.get_by_role("link", name="Answer question 2.").click()
    await expect(desk.get_by_label("Reply to question 2")).to_be_focused()

    await desk.keyboard.type("We lack the gene test.")
    await desk.locator("[name=kind-2][value=cannot]").check()
    await expect(desk.locator("#finished")).to_be_visible()
    await desk.get_by_role("button", name="Read it through and sign").click()
    await expect(desk.get_by_text("Once you sign, nobody can change this opinion, not even you.")).to_be_visible()
    await desk.get_by_role("button", name="Sign this opinion").click()
    await expect(desk.get_by_text("Nobody can change it any more.")).to_be_visible()

    patient = await signed_in(house, await new_page(viewport=PHONE), "patient")
    await opinion_of(house, patient, "patient", case_id)
    await expect(patient.locator(".stand")).to_have_text(
        "We would do something different from what was proposed to you."
    )
    await expect(patient.get_by_text("We cannot answer this, because:")).to_be_visible()
    words = await words_of_the_letter(patient)
    for said in ("You have time to choose.", "Radiation can do the same here.", "We lack the gene test.", "Amara Osei"):
        assert said in words


async def words_of_the_letter(page: Page) -> str:
    link = page.get_by_role("link", name="Open the letter (PDF)")
    content = await page.evaluate(BYTES_OF, await link.get_attribute("href"))
    async with page.expect_response("**/opinion.pdf") as opened:
        await link.click()
    assert (await opened.value).headers["content-type"] == "application/pdf"
    return " ".join("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(bytes(content))).pages).split())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_no_page_has_a_barrier(house: House, new_page: Pages, viewport: dict[str, int], scheme: str) -> None:
    signed, empty, finished = await a_signed_opinion(house), await a_reviewed_case(house), await a_reviewed_case(house)
    await house.put("specialist", f"/cases/{finished}/opinion", FINISHED)
    specialist = await signed_in(house, await new_page(viewport=viewport, color_scheme=scheme), "specialist")
    patient = await signed_in(house, await new_page(viewport=viewport, color_scheme=scheme), "patient")
    for page, person, case_id, ending in (
        (specialist, "specialist", empty, ""),
        (specialist, "specialist", empty, "/check"),
        (specialist, "specialist", finished, "/check"),
        (specialist, "specialist", signed, ""),
        (patient, "patient", signed, ""),
        (patient, "patient", finished, ""),
    ):
        await opinion_of(house, page, person, case_id, ending)
        await assert_accessible(page)
        assert await page.evaluate(WIDER_THAN_THE_WINDOW) <= 0


async def test_two_windows_are_told_apart_in_words(house: House, new_page: Pages) -> None:
    page = await new_page(viewport=DESKTOP)
    case_id = await at_the_desk(house, page)
    await house.put("specialist", f"/cases/{case_id}/opinion", {"summary": "From the other window."})

    await page.get_by_label("In plain words").fill("From this window.")
    await expect(page.get_by_role("alert")).to_contain_text("What you typed still stands here.")
    await assert_accessible(page)
    stored = (await house.get("specialist", f"/cases/{case_id}/opinion")).body
    assert stored["summary"] == "From the other window."

    await page.get_by_role("button", name="Keep what stands here").click()
    await expect(page.locator("#saved")).to_have_text("Saved")
    stored = (await house.get("specialist", f"/cases/{case_id}/opinion")).body
    assert stored["summary"] == "From this window."


async def test_what_is_typed_without_a_line_is_saved_when_it_is_back(house: House, new_page: Pages) -> None:
    page = await new_page(viewport=DESKTOP)
    case_id = await at_the_desk(house, page)
    await page.context.set_offline(True)
    await page.get_by_label("In plain words").fill("Typed in a tunnel.")
    await expect(page.get_by_role("alert")).to_contain_text("We cannot reach the server")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_label("In plain words")).to_have_value("Typed in a tunnel.")

    await page.context.set_offline(False)
    await expect(page.locator("#saved")).to_have_text("Saved")
    stored = (await house.get("specialist", f"/cases/{case_id}/opinion")).body
    assert stored["summary"] == "Typed in a tunnel."


async def test_who_was_signed_out_signs_in_elsewhere_and_goes_on(house: House, new_page: Pages) -> None:
    page = await new_page(viewport=DESKTOP)
    case_id = await at_the_desk(house, page)
    await page.context.clear_cookies()

    await page.get_by_label("In plain words").fill("Typed after an hour.")
    await expect(page.get_by_role("alert")).to_contain_text("You are signed out.")
    await signed_in(house, await page.context.new_page(), "specialist")
    await page.get_by_label("In plain words").press("End")
    await page.keyboard.type(" And saved.")

    await expect(page.locator("#saved")).to_have_text("Saved")
    stored = (await house.get("specialist", f"/cases/{case_id}/opinion")).body
    assert stored["summary"] == "Typed after an hour. And saved."


async def test_it_is_written_and_signed_without_javascript(house: House, new_page: Pages) -> None:
    page = await new_page(viewport=DESKTOP, java_script_enabled=False)
    case_id = await at_the_desk(house, page)

    await page.get_by_label("In plain words").fill("You have time to choose.")
    await page.get_by_text("I agree with it").click()
    await page.get_by_label("Reply to question 1").fill("Yes.")
    await page.get_by_label("Reply to question 2").fill("Not now.")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#saved")).to_have_text("Saved")
    await page.get_by_role("button", name="Read it through and sign").click()
    await page.get_by_role("button", name="Sign this opinion").click()

    await expect(page.get_by_text("Nobody can change it any more.")).to_be_visible()
    assert (await house.get("patient", f"/cases/{case_id}/opinion")).status == 200
