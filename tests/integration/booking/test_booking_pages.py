"""Choosing a time on pages, without JavaScript: the list, what stands in the way, and the visit that comes of it."""

import re
from datetime import timedelta

from server.storage import hours
from server.storage.schema import accounts
from tests import builders
from tests.integration.booking.pages import at_the_times, at_the_visit, days, labels, opened, tokens
from tests.integration.house import Clock, House

NINE = "9:00 am"


async def move_to(house: House, person: str, zone: str) -> None:
    """Let a person's clock be in another zone."""
    async with house.database.write() as connection:
        await connection.execute(accounts.update().where(accounts.c.id == house.people[person].id).values(zone=zone))


async def test_times_stand_by_day_in_the_patients_own_zone(demo: House) -> None:
    browser = await at_the_times(demo, await builders.a_bookable_case(demo))

    assert days(browser.page) == [
        "Tuesday 24 November 2026",
        "Wednesday 25 November 2026",
        "Thursday 26 November 2026",
        "Friday 27 November 2026",
    ]
    assert labels(browser.page)[:3] == [NINE, "9:15 am", "9:30 am"]
    assert "All times are <strong>Detroit time</strong>." in browser.page
    assert "You can be at home." in browser.page
    assert "Later week" in browser.page
    assert "Earlier week" not in browser.page


async def test_weeks_lead_to_each_other(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)

    browser = await opened(demo, "patient", f"/cases/{case_id}/times?week=2026-12-02")

    assert days(browser.page)[0] == "Monday 30 November 2026"
    assert f"/cases/{case_id}/times?week=2026-11-23" in browser.page
    assert f"/cases/{case_id}/times?week=2026-12-07" in browser.page
    assert days((await browser.get(f"/cases/{case_id}/times?week=nonsense")).body)[0] == "Tuesday 24 November 2026"


async def test_both_clocks_are_shown_where_they_differ(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    await move_to(demo, "patient", "America/Los_Angeles")

    browser = await at_the_times(demo, case_id)

    assert labels(browser.page)[0] == "6:00 am"
    assert "All times are <strong>Los Angeles time</strong>." in browser.page
    assert '<span class="hint">9:00 am, Detroit time</span>' in browser.page


async def test_a_chosen_time_is_booked_and_said_with_place_zone_and_what_comes_next(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)

    browser = await at_the_visit(demo, case_id)

    assert "The visit is booked" in browser.page
    assert "Your visit is on Tuesday 24 November 2026, 9:00 am (Detroit time)" in browser.page
    assert "Be at home, or in any quiet, private place." in browser.page
    assert "the door opens at 8:30 am (Detroit time)" in browser.page
    assert f'href="/cases/{case_id}/check"' in browser.page
    file = re.search(r'href="(/api/v1/appointments/\w+/calendar\.ics)"', browser.page)
    assert file
    assert "BEGIN:VEVENT" in (await browser.get(file[1])).body


async def test_a_form_sent_twice_shows_the_booked_visit(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_times(demo, case_id)
    page, token = browser.page, tokens(browser.page)[0]
    first = await browser.post(f"/cases/{case_id}/times", {"slot": token}, follow=False)

    browser.page = page
    again = await browser.post(f"/cases/{case_id}/times", {"slot": token}, follow=False)
    browser.page = page
    other = await browser.post(f"/cases/{case_id}/times", {"slot": tokens(page)[-1]})

    assert (again.status, again.headers["Location"]) == (first.status, first.headers["Location"])
    assert "This visit was booked before" in other.body
    assert "9:00 am (Detroit time)" in other.body


async def test_a_page_of_times_shows_the_visit_once_there_is_one(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_visit(demo, case_id)

    page = await browser.get(f"/cases/{case_id}/times")

    assert "Your visit is on Tuesday 24 November 2026" in page.body


async def test_a_time_that_has_gone_gives_way_to_the_nearest_ones(demo: House) -> None:
    mine, theirs = await builders.a_bookable_case(demo), await builders.a_bookable_case(demo, patient="other_patient")
    browser = await at_the_times(demo, mine)
    token = tokens(browser.page)[0]
    await at_the_visit(demo, theirs, "other_patient")

    answer = await browser.post(f"/cases/{mine}/times", {"slot": token})

    assert answer.status == 409
    assert "Somebody else has just taken this time." in answer.body
    assert "Nothing is booked yet." in answer.body
    assert len(tokens(answer.body)) == 3
    booked = await browser.post(f"/cases/{mine}/times", {"slot": tokens(answer.body)[0]})
    assert "The visit is booked" in booked.body


async def test_a_list_that_has_grown_old_is_loaded_again(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_times(demo, case_id)
    clock.advance(timedelta(minutes=16))

    answer = await browser.post(f"/cases/{case_id}/times", {"slot": tokens(browser.page)[0]})

    assert answer.status == 410
    assert "You looked at these times a while ago." in answer.body
    assert tokens(answer.body)


async def test_nothing_chosen_and_a_made_up_time_are_explained(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_times(demo, case_id)

    nothing = await browser.post(f"/cases/{case_id}/times", {})
    made_up = await browser.post(f"/cases/{case_id}/times", {"slot": "abc.def"})

    assert (nothing.status, made_up.status) == (422, 409)
    assert '<a href="#slot">Choose one of the times.</a>' in nothing.body
    assert "We do not know this time." in made_up.body


async def test_open_questions_come_first(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))

    browser = await at_the_times(demo, case_id)

    assert "First, a few questions" in browser.page
    assert f'href="/cases/{case_id}/questions"' in browser.page
    assert not tokens(browser.page)


async def test_the_device_check_comes_before_the_times(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset(builders.DEVICE_SAYS))
    broken = await builders.a_bookable_case(demo, camera_ok=False)

    untried, tried = await at_the_times(demo, case_id), await at_the_times(demo, broken)

    assert f'href="/cases/{case_id}/check"' in untried.page
    assert "Your device is not ready for video yet." in tried.page
    assert f'action="/cases/{broken}/times/call"' in tried.page


async def test_in_person_without_a_free_time_says_why_where_and_what_else_can_be_done(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, patient_state="OH")
    async with demo.database.write() as connection:
        await hours.replace_weekly(connection, demo.people["specialist"].id, ())

    browser = await at_the_times(demo, case_id)

    assert "You come to the hospital for this visit" in browser.page
    assert "The law does not let this doctor see you by video in the state you are in." in browser.page
    assert "1 Lakeside Drive, Detroit" in browser.page
    assert "What else can be done" in browser.page


async def test_what_is_ours_to_find_out_asks_nothing_of_the_patient(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"payer_video", "ecog"}))

    browser, desk = await at_the_times(demo, case_id), await at_the_times(demo, case_id, "scheduler")

    assert "Nothing is asked of you now." in browser.page
    assert "Does the plan pay for a video visit with a new specialist?" in desk.page
    assert "How active is the patient (ECOG, 0 to 4)?" in desk.page


async def test_without_hours_we_promise_a_call_and_the_desk_has_it_as_a_task(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    async with demo.database.write() as connection:
        await hours.replace_weekly(connection, demo.people["specialist"].id, ())
    browser = await at_the_times(demo, case_id)
    assert "There is no free time just now" in browser.page

    page = await browser.post(f"/cases/{case_id}/times/call", {})
    await browser.post(f"/cases/{case_id}/times/call", {})

    assert "We call you within one working day" in page.body
    [task] = (await demo.get("scheduler", f"/cases/{case_id}/tasks")).body["tasks"]
    assert task["kind"] == "call-back"
    assert task["note"].startswith("Call +1 313 555 0142.\nAsk for Maria Kowalska.")


async def test_the_desk_books_for_the_patient(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_times(demo, case_id, "scheduler")
    assert "Book a visit for Maria Kowalska" in browser.page

    page = await browser.post(f"/cases/{case_id}/times", {"slot": tokens(browser.page)[0]})

    assert "The visit of Maria Kowalska is on Tuesday 24 November 2026" in page.body
    assert "9:00 am" in (await demo.mailbox())["patient@demo.example"][0].subject


async def test_without_javascript_the_check_says_what_a_visit_needs(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)

    browser = await opened(demo, "patient", f"/cases/{case_id}/check")

    assert "A video visit does not work in this browser as it is" in browser.page
    assert f'data-report="/api/v1/cases/{case_id}/checks"' in browser.page
