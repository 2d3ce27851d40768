"""The request in a real browser: saved as people type, stopped at once, never lost to a bad line, open to everybody."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.builders import give_records
from tests.integration.cases.a_request import COMPLETE, a_draft, a_sent_request, an_accepted_request, takes_part
from tests.integration.house import House
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = pytest.mark.browser


async def test_what_is_typed_is_saved_without_pressing_anything(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, {})
    page = await _open(demo, await new_page(), "patient", f"/request/{case}/story")

    await page.get_by_label("What did the doctors find?").fill("A lump, found in March.")
    await page.get_by_label("Breast").check()

    await expect(page.locator("#saved")).to_have_text("Saved")
    answers = (await demo.get("patient", f"/cases/{case}")).body["answers"]
    assert (answers["diagnosis"], answers["cancer_type"]) == ("A lump, found in March.", "breast")


async def test_only_what_changed_is_said_again(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, COMPLETE)
    page = await _open(demo, await new_page(), "patient", f"/request/{case}/about")
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "PATCH" else None)

    await page.get_by_label("How old are you, in years?").fill("59")
    await expect(page.locator("#saved")).to_have_text("Saved")

    assert sent == [{"answers": {"age_years": 59}}]


async def test_a_red_flag_opens_the_page_with_help_at_once(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, {"phone": "313 555 0142"})
    page = await _open(demo, await new_page(), "patient", f"/request/{case}/safety")

    await page.locator('input[name="rf_bleeding"][value="yes"]').click()

    await expect(page.get_by_role("heading", name="Please get help now")).to_be_visible()
    await expect(page.get_by_role("link", name="Call 911 now")).to_be_visible()


async def test_who_goes_back_to_mend_a_red_flag_can_answer_in_any_order(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, {"phone": "313 555 0142", "rf_bleeding": "yes"})
    page = await _open(demo, await new_page(), "patient", f"/request/{case}/safety")

    await page.locator('input[name="rf_breathing"][value="no"]').check()
    await expect(page.locator("#saved")).to_have_text("Saved")
    await page.locator('input[name="rf_cord"][value="yes"]').click()  # check() would look at a page that is gone

    await expect(page.get_by_role("heading", name="Please get help now")).to_be_visible()


async def test_the_emergency_number_shows_without_script_and_without_a_line(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, {})
    page = await _open(demo, await new_page(java_script_enabled=False), "patient", f"/request/{case}/safety")
    stop = page.locator(".stop-here").first
    await expect(stop).to_be_hidden()

    await page.context.set_offline(True)
    await page.locator('input[name="rf_breathing"][value="yes"]').check()

    await expect(stop.get_by_role("link", name="Call 911 now")).to_be_visible()


async def test_a_lost_line_is_said_in_words_and_nothing_is_lost(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, {})
    page = await _open(demo, await new_page(), "patient", f"/request/{case}/reach")

    await page.context.set_offline(True)
    await page.get_by_label("Your name").fill("Maria")
    await expect(page.locator("#saved")).to_contain_text("there is no connection")
    await page.get_by_role("button", name="Save and go on").click()
    await expect(page.get_by_label("Your name")).to_have_value("Maria")
    await page.context.set_offline(False)

    await expect(page.locator("#saved")).to_have_text("Saved")
    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["name"] == "Maria"


async def test_another_window_is_noticed_and_left_to_the_person(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, {"name": "Maria"})
    page = await _open(demo, await new_page(), "patient", f"/request/{case}/reach")
    await demo.patch("patient", f"/cases/{case}", {"answers": {"name": "From the telephone"}})

    await page.get_by_label("Your name").fill("From this window")
    await page.get_by_role("button", name="Keep what is on this page").click()

    await expect(page.locator("#saved")).to_have_text("Saved")
    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["name"] == "From this window"


async def test_the_form_goes_on_right_after_the_last_letter(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, {})
    page = await _open(demo, await new_page(), "patient", f"/request/{case}/reach")

    await page.get_by_label("Your name").fill("Maria")
    await page.get_by_label("Your telephone number").fill("313 555 0142")
    await page.get_by_role("button", name="Save and go on").click()

    await expect(page.get_by_role("heading", name="How are you now?")).to_be_visible()


async def test_the_pages_of_the_request_are_open_to_everybody(demo: House, new_page: Pages) -> None:
    case = await a_draft(demo, COMPLETE)
    urgent = await a_draft(demo, {**COMPLETE, "rf_self_harm": "yes"})
    sections = ("reach", "safety", "story", "questions", "about", "visit", "send")
    paths = ["/request", f"/request/{urgent}/emergency", *(f"/request/{case}/{section}" for section in sections)]

    await _assert_accessible(demo, new_page, "patient", paths)


async def test_the_pages_of_the_case_are_open_to_everybody(demo: House, new_page: Pages) -> None:
    sent = await a_sent_request(demo, {**COMPLETE, "rf_cord": "unknown"})
    accepted = await an_accepted_request(demo)
    await takes_part(demo, accepted, "companion")
    await give_records(demo, accepted)
    await demo.post("specialist", f"/cases/{accepted}/review", {"verdict": "enough"})

    await _assert_accessible(demo, new_page, "patient", ["/", f"/cases/{sent}", f"/cases/{accepted}"])
    await _assert_accessible(demo, new_page, "scheduler", ["/requests", f"/cases/{sent}", f"/cases/{accepted}"])
    await _assert_accessible(demo, new_page, "specialist", ["/todo", f"/cases/{accepted}"])
    await _assert_accessible(demo, new_page, "companion", ["/", f"/cases/{accepted}"])
    await _assert_accessible(demo, new_page, "admin", ["/"])


async def _open(house: House, page: Page, person: str, path: str) -> Page:
    entrance = await house.sign_in_url(person)
    await page.goto(f"{entrance}?next={path}")
    return page


async def _assert_accessible(house: House, new_page: Pages, person: str, paths: list[str]) -> None:
    page = await new_page(viewport={"width": 320, "height": 800})
    await _open(house, page, person, paths[0])
    origin = await page.evaluate("location.origin")
    for path in paths:
        await page.goto(origin + path)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        await assert_accessible(page)
