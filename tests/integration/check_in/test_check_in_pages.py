"""The check-in as a page, without JavaScript: for the patient, and for the desk and the specialist."""

from datetime import timedelta

import pytest

from tests import builders
from tests.integration.check_in.test_check_in import CALM, HERE, look
from tests.integration.house import Browser, Clock, House
from tests.integration.visits.meeting import a_visit_tomorrow

CHOSEN = {name: str(value).lower() for name, value in CALM.items()} | {"amber_symptom_count": "none"}


@pytest.fixture
async def visit(demo: House, clock: Clock) -> str:
    """A visit whose door has just opened: nobody has said anything today."""
    booked = await a_visit_tomorrow(demo)
    clock.advance(timedelta(hours=23, minutes=45))
    return str(booked["visit_id"])


async def at(demo: House, visit: str, person: str = "patient") -> Browser:
    browser = await demo.browser_session(person)
    answer = await browser.get(f"/visits/{visit}/check-in")
    assert answer.status == 200
    return browser


def place_of(page: str) -> int:
    return page.index("Where are you right now?")


async def test_where_somebody_is_comes_first_and_nothing_is_filled_in(demo: House, visit: str) -> None:
    browser = await at(demo, visit)

    page = browser.page
    assert place_of(page) < page.index('name="rf_breathing"')
    assert demo.people["patient"].phone not in page
    assert 'data-admissible="no"' in page
    assert "Call 911 now" in page


async def test_everything_is_answered_in_one_form(demo: House, visit: str) -> None:
    await builders.say(demo, visit, bandwidth_kbps=4000, packet_loss_pct=0.2)
    await demo.post("patient", f"/visits/{visit}/checks", {"camera": True, "microphone": True, "browser": True})
    browser = await at(demo, visit)

    asked = {"setting_safe_private": "true", "phone_reachable": "true"}
    answer = await browser.post(f"/visits/{visit}/check-in", HERE | CHOSEN | asked)

    assert answer.status == 200
    assert "Your check-in is done" in browser.page
    assert (await look(demo, visit))["admissible"]


async def test_what_is_missing_is_named_beside_its_field_and_nothing_is_lost(demo: House, visit: str) -> None:
    browser = await at(demo, visit)

    answer = await browser.post(f"/visits/{visit}/check-in", {"country": "US", "address": "12 Elm Street"})

    assert answer.status == 422
    assert "Please write a phone number" in browser.page
    assert 'value="12 Elm Street"' in browser.page
    assert "Please answer, or choose" in browser.page


async def test_no_state_in_a_country_that_needs_one_is_asked_for(demo: House, visit: str) -> None:
    await builders.checked_in(demo, visit)
    browser = await at(demo, visit)

    answer = await browser.post(f"/visits/{visit}/check-in", HERE | {"state": ""})

    assert answer.status == 422
    assert "Please choose the state you are in right now." in browser.page


async def test_another_state_than_booked_says_so_and_what_can_be_done(demo: House, visit: str) -> None:
    await builders.checked_in(demo, visit)
    browser = await at(demo, visit)

    await browser.post(f"/visits/{visit}/check-in", HERE | {"state": "OH"})

    assert "You booked this visit from Michigan. You are in Ohio now" in browser.page
    assert "See other times" in browser.page
    await browser.post(f"/visits/{visit}/check-in/call")
    assert "We call you" in browser.page
    case = (await demo.get("patient", f"/visits/{visit}")).body["case_id"]
    tasks = (await demo.get("scheduler", f"/cases/{case}/tasks")).body["tasks"]
    assert [task["kind"] for task in tasks] == ["call-back"]


async def test_a_warning_sign_stops_everything(demo: House, visit: str) -> None:
    await builders.checked_in(demo, visit)
    browser = await at(demo, visit)

    await browser.post(f"/visits/{visit}/check-in", HERE | {"rf_bleeding": "true"})

    assert "Please get help now" in browser.page
    assert "does not stop is an emergency. Call 911 now." in browser.page
    assert "<form" not in browser.page.partition("<main")[2]
    await browser.get(f"/visits/{visit}/check-in")
    assert "Please get help now" in browser.page


async def test_what_the_desk_has_to_find_out_is_said(demo: House, visit: str) -> None:
    await builders.checked_in(demo, visit)
    await builders.say(demo, visit, prior_auth=None)

    browser = await at(demo, visit)

    assert "You have answered everything" in browser.page
    assert "We are asking the desk: Does the plan have to approve this visit first, and has it?" in browser.page


async def test_the_desk_sees_place_and_parts_and_says_who_it_is(demo: House, visit: str) -> None:
    await builders.checked_in(demo, visit, without=frozenset({"identity_verified"}))
    browser = await at(demo, visit, "scheduler")

    assert "12 Elm Street, Detroit" in browser.page
    assert "Who it is" in browser.page
    await browser.post(f"/visits/{visit}/check-in/identity")

    assert "Saved" in browser.page
    assert (await look(demo, visit))["admissible"]


async def test_the_desk_writes_down_what_the_patient_says_on_the_phone(demo: House, visit: str) -> None:
    await builders.checked_in(demo, visit, without=frozenset({"rf_cord"}))
    browser = await at(demo, visit, "scheduler")

    answer = await browser.post(f"/visits/{visit}/check-in", {"rf_cord": "false"})

    assert answer.status == 200
    assert (await look(demo, visit))["admissible"]


async def test_before_the_door_opens_the_visits_page_says_when(demo: House) -> None:
    booked = await a_visit_tomorrow(demo)
    browser = await demo.browser_session("patient")

    await browser.get(f"/visits/{booked['visit_id']}/check-in")

    assert "When the door opens" in browser.page


async def test_the_visits_page_leads_to_it_also_without_javascript(demo: House, visit: str) -> None:
    browser = await demo.browser_session("patient")
    await browser.get(f"/visits/{visit}")
    hosting = await demo.browser_session("specialist")
    await hosting.get(f"/visits/{visit}")

    assert f'href="/visits/{visit}/check-in"' in browser.page
    assert 'id="check-in"' in browser.page
    assert 'id="check-in"' not in hosting.page
