"""A patient whose state is not covered, who is offered another specialist: from the offer to the booked visit."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from server.domain.facts import Party
from tests import builders
from tests.e2e.journey_people import DESK, PHONE, Somebody
from tests.e2e.visit_people import PATIENCE_MS, Person
from tests.integration.booking.test_in_person import say
from tests.integration.house import House
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = [pytest.mark.browser]

WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"


async def at_the_page(demo: House, key: str, new_page: Pages, path: str, **view: object) -> Somebody:
    person = Somebody(demo, key, await new_page(**view))
    await person.sign_in()
    await person.open(path)
    return person


async def looks_good(person: Somebody) -> None:
    await assert_accessible(person.page)
    assert await person.page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, person.page.url


@pytest.fixture
async def case_id(demo: House) -> str:
    """A patient of Dr Osei's, who has a license in Michigan; Dr Lund has one in Ohio."""
    found = await builders.a_bookable_case(demo)
    await builders.license_in(demo, "other_specialist", "OH")
    await builders.work_mornings(demo, "other_specialist")
    return found


async def test_a_patient_who_will_be_in_another_state_is_seen_by_another_specialist(
    demo: House, case_id: str, new_page: Pages
) -> None:
    patient = await at_the_page(demo, "patient", new_page, f"/cases/{case_id}/times", **PHONE)
    await patient.reads("You meet Dr Amara Osei by video")

    await says_where_they_will_be(patient, case_id, "OH")
    await chooses_the_other_specialist(patient)
    await the_case_has_changed_hands(demo, case_id, new_page)


async def says_where_they_will_be(patient: Somebody, case_id: str, state: str) -> None:
    await patient.open(f"/cases/{case_id}/questions")
    await patient.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    await patient.answer(patient_state=state)
    async with patient.page.expect_navigation(timeout=PATIENCE_MS):
        await patient.press("Send my answers")
    await patient.open(f"/cases/{case_id}/times")


async def chooses_the_other_specialist(patient: Somebody) -> None:
    page = patient.page
    await patient.reads("Dr Henrik Lund may see you by video in Ohio")
    await patient.reads("Your case goes to the specialist you choose")
    await patient.reads("The law does not let this doctor see you by video in the state you are in.")
    await looks_good(patient)

    await patient.press("See times at the clinic with Dr Amara Osei")
    await patient.reads("Choose a time at the clinic")
    await looks_good(patient)
    await patient.press("See times by video with another specialist")

    await page.get_by_role("group", name="Tuesday 24 November 2026").get_by_label("9:00 am").check()
    await expect(page.locator("#chosen")).to_have_text("You chose Tuesday 24 November 2026, 9:00 am (Detroit time).")
    await patient.press("Book this time")
    await patient.reads("The visit is booked")
    await patient.reads("Dr Henrik Lund")
    await looks_good(patient)


async def the_case_has_changed_hands(demo: House, case_id: str, new_page: Pages) -> None:
    lund = await at_the_page(demo, "other_specialist", new_page, f"/cases/{case_id}", **DESK)
    await lund.reads("A case has come to you")
    await lund.reads("Dr Amara Osei read the records on Monday 23 November 2026, and that review stands.")
    await lund.reads("Dr Amara Osei said this on")
    await looks_good(lund)

    osei = await at_the_page(demo, "specialist", new_page, f"/cases/{case_id}", **DESK)
    await osei.reads("We cannot find this page")


async def test_who_has_the_old_link_open_learns_that_the_visit_is_at_the_clinic(
    demo: House, case_id: str, new_page: Pages
) -> None:
    slots = (await demo.get("patient", f"/slots?case={case_id}")).body["slots"]
    visit = (await demo.post("patient", "/appointments", {"slot": slots[0]["token"]})).body
    demo.clock.advance(timedelta(hours=23, minutes=45))
    await builders.checked_in(demo, visit["visit_id"])
    patient = await at_the_page(demo, "patient", new_page, f"/visits/{visit['visit_id']}", **PHONE)
    await Person(patient.page).go_in()
    await Person(patient.page).is_at("waiting")

    await say(demo, case_id, Party.SPECIALIST, exam_needed=True)
    at_the_clinic = (await demo.get("scheduler", f"/slots?case={case_id}")).body["slots"]
    moved = await demo.post("scheduler", f"/appointments/{visit['id']}/reschedule", {"slot": at_the_clinic[0]["token"]})

    assert moved.status == 200
    await patient.reads("Do not join here, come to 1 Lakeside Drive, Detroit, MI 48201")
    await patient.reads("Come in by the main entrance")
    await looks_good(patient)
