"""A patient answers a red flag: the form stops with the fixed words and the number, and the desk is paged and calls."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from server.domain.messages import Message
from tests.e2e.journey_people import DESK, PATIENCE_MS, PHONE, Somebody
from tests.integration.cases.a_request import a_draft
from tests.integration.house import House
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = [pytest.mark.browser]

REACH = {"name": "Maria Kowalska", "phone": "+1 313 555 0142"}
FEVER = "A fever of 100.4 F (38 C) or higher during or soon after cancer treatment can be a serious infection."


async def at_the_safety_questions(demo: House, new_page: Pages) -> Somebody:
    case_id = await a_draft(demo, REACH)
    patient = Somebody(demo, "patient", await new_page(**PHONE))
    await patient.sign_in()
    await patient.open(f"/request/{case_id}/safety")
    return patient


async def page_to(demo: House, person: str) -> Message:
    """Return the text message by which somebody was paged, as soon as it is written."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            box = (await demo.mailbox()).get(demo.people[person].phone, ())
            if found := [message for message in box if message.dedupe_key.startswith("page:")]:
                return found[0]
            await asyncio.sleep(0.05)


async def test_a_patient_who_answers_a_red_flag_is_stopped_and_called(demo: House, new_page: Pages) -> None:
    patient = await at_the_safety_questions(demo, new_page)
    follow_up = patient.page.locator("[name=immunosuppressed][value=yes]")

    await expect(follow_up).to_be_hidden()
    await patient.answer(fever_38="yes")
    await expect(follow_up).to_be_visible()
    await assert_accessible(patient.page)
    await patient.answer(immunosuppressed="yes")

    await expect(patient.page).to_have_url(re.compile("/emergency$"), timeout=PATIENCE_MS)
    await patient.reads(FEVER)
    number = patient.page.get_by_role("link", name="Call 911 now").first
    await expect(number).to_have_attribute("href", "tel:911")
    await assert_accessible(patient.page)
    await the_desk_calls(demo, new_page)


async def the_desk_calls(demo: House, new_page: Pages) -> None:
    message = await page_to(demo, "scheduler")
    assert message.body.startswith("+1 313 555 0142\nEmergency call.")
    desk = Somebody(demo, "scheduler", await new_page(**DESK))
    await desk.sign_in()

    await desk.open("/requests")
    await desk.reads("Call now: an emergency")
    await desk.page.goto(message.body.split("Say that you call: ")[1].strip())
    await expect(desk.page.get_by_role("link", name="Call +1 313 555 0142")).to_have_attribute(
        "href", "tel:+13135550142"
    )
    await assert_accessible(desk.page)
    await desk.press("I am calling now")
    await desk.reads("You are calling, since")
    await assert_accessible(desk.page)
    await desk.press("Done: we have called")
    await desk.reads("This is done")


async def test_an_answer_of_no_is_asked_on_no_further(demo: House, new_page: Pages) -> None:
    patient = await at_the_safety_questions(demo, new_page)

    await patient.answer(fever_38="yes", immunosuppressed="no")

    await expect(patient.page.locator("#saved")).to_have_text("Saved", timeout=PATIENCE_MS)
    await patient.answer(fever_38="no")
    await expect(patient.page.locator("[name=immunosuppressed][value=no]")).to_be_hidden()
