"""A patient who checks in from another state than booked: decided anew, with words, ways on, and a way back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests import builders
from tests.e2e.journey_people import DESK, PATIENCE_MS, PHONE, Somebody
from tests.e2e.visit_people import Person
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_visit_tomorrow
from tests.parts.accessibility import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NewPage = Callable[..., Awaitable[Page]]
NO = ("rf_breathing", "rf_heart_brain", "rf_cord", "rf_svc", "rf_bleeding", "rf_metabolic", "rf_self_harm", "fever_38")


@pytest.fixture
async def visit(demo: House, clock: Clock) -> str:
    """A visit that was booked from Michigan; its door is open and its line was tried."""
    booked = await a_visit_tomorrow(demo)
    clock.advance(timedelta(hours=23, minutes=45))
    await builders.say(demo, booked["visit_id"], bandwidth_kbps=4000, packet_loss_pct=0.2)
    return str(booked["visit_id"])


async def test_a_patient_who_checks_in_from_another_state(
    demo: House, clock: Clock, visit: str, new_page: NewPage, tmp_path: Path
) -> None:
    patient = Somebody(demo, "patient", await new_page(**PHONE))
    host = Somebody(demo, "specialist", await new_page(**DESK))
    await patient.sign_in()
    await host.sign_in()

    await patient.open(f"/visits/{visit}")
    await Person(patient.page).go_in()
    await Person(patient.page).is_at("check-in")
    await expect(patient.page.locator("#check-in-place h2").first).to_have_text("Where are you right now?")
    await patient.look(tmp_path, "questions")
    await assert_accessible(patient.page)
    await says_where(patient, "OH", "40 Lake Avenue, Toledo")
    await feels_well(patient)
    await patient.press("Send my answers")

    await patient.reads("You booked this visit from Michigan. You are in Ohio now, so we looked again.")
    await patient.reads("The law does not let this doctor see you by video in the state you are in.")
    await expect(patient.page.get_by_role("link", name="See other times")).to_be_visible()
    await patient.look(tmp_path, "elsewhere")
    await assert_accessible(patient.page)
    await patient.press("Ask us to call you")
    await patient.reads("Somebody from our desk calls you soon")

    await host.open(f"/visits/{visit}")
    await Person(host.page).go_in()
    await Person(host.page).is_at("room")
    await is_not_there(host)

    clock.advance(timedelta(minutes=1))
    await comes_back_to_michigan(patient)
    await Person(patient.page).is_at("waiting")
    await host.page.click("[data-act=admit]", timeout=PATIENCE_MS)
    await Person(patient.page).is_at("room")


async def test_a_warning_sign_at_check_in_stops_everything(demo: House, visit: str, new_page: NewPage) -> None:
    patient = Somebody(demo, "patient", await new_page(**PHONE))
    await patient.sign_in()
    await patient.open(f"/visits/{visit}")
    await Person(patient.page).go_in()
    await Person(patient.page).is_at("check-in")

    await says_where(patient, "MI", "12 Elm Street, Detroit")
    await feels_well(patient)
    await patient.answer(rf_bleeding="true")
    await patient.press("Send my answers")

    await patient.reads("Please get help now")
    await patient.reads("Bleeding that is heavy or does not stop is an emergency. Call 911 now.")
    await expect(patient.page.locator("video")).to_have_count(0)
    await assert_accessible(patient.page)


async def test_who_waits_is_asked_again_when_an_answer_grows_old(
    demo: House, clock: Clock, visit: str, new_page: NewPage
) -> None:
    patient = await who_has_checked_in(demo, visit, new_page)
    await Person(patient.page).go_in()
    await patient.reads("You are in the waiting room")

    clock.advance(timedelta(minutes=31))
    await builders.say(demo, visit, bandwidth_kbps=4000, packet_loss_pct=0.2, camera_ok=True, mic_ok=True)
    await builders.say(demo, visit, browser_supported=True)
    await patient.reads("Before you can go in")
    await patient.press("Go to the questions")
    await Person(patient.page).is_at("check-in")
    await patient.answer(setting_safe_private="true", phone_reachable="true")
    await patient.press("Send my answers")

    await Person(patient.page).is_at("waiting")
    await expect(patient.page.locator("#waiting-missing")).to_be_hidden(timeout=PATIENCE_MS)


async def test_questions_that_come_slowly_are_not_answered_before_they_are_there(
    demo: House, visit: str, new_page: NewPage
) -> None:
    patient = await who_has_checked_in(demo, visit, new_page)
    await patient.reads("Done. You can look at your answers and change them.")
    asked: asyncio.Queue[Route] = asyncio.Queue()
    await patient.page.route("**/check-in", asked.put)

    await patient.page.click("#preview-check-in-open")
    await patient.reads("We are getting your questions.")
    await expect(patient.page.locator("#check-in-place > *")).to_have_count(0)
    await (await asked.get()).continue_()
    await expect(patient.page.locator("#check-in-place > *")).not_to_have_count(0)


async def test_what_somebody_writes_stays_when_something_else_is_found_out(
    demo: House, visit: str, new_page: NewPage
) -> None:
    patient = await who_has_checked_in(demo, visit, new_page)
    await patient.page.click("#preview-check-in-open")
    await patient.page.locator("#check-in-place summary").first.click()
    await patient.answer(address="14 Elm Street, Detroit")

    async with patient.page.expect_response("**/check-in") as looked:
        await patient.page.evaluate("() => void document.dispatchEvent(new Event('line-tested'))")
    await (await looked.value).finished()

    await expect(patient.page.locator("[name='address']")).to_have_value("14 Elm Street, Detroit")


async def who_has_checked_in(demo: House, visit: str, new_page: NewPage) -> Somebody:
    """The patient in front of the visit's page, with every answer given."""
    await builders.checked_in(demo, visit)
    patient = Somebody(demo, "patient", await new_page(**PHONE))
    await patient.sign_in()
    await patient.open(f"/visits/{visit}")
    return patient


async def says_where(patient: Somebody, state: str, address: str) -> None:
    await patient.answer(country="US", state=state, address=address, callback="313 555 0142")


async def feels_well(patient: Somebody) -> None:
    await patient.answer(**dict.fromkeys((*NO, "new_neuro_nonurgent"), "false"))
    await patient.answer(amber_symptom_count="none", setting_safe_private="true", phone_reachable="true")


async def is_not_there(host: Somebody) -> None:
    await expect(host.page.locator(".waiter")).to_have_count(0)


async def comes_back_to_michigan(patient: Somebody) -> None:
    await patient.answer(state="MI", address="12 Elm Street, Detroit")
    await patient.press("Save what I changed")
