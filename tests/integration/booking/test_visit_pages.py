"""A booked visit on pages, without JavaScript: moved, called off, and shown to whom it concerns."""

from tests import builders
from tests.integration.booking.pages import address_of, at_the_times, at_the_visit, labels, opened, tokens
from tests.integration.house import House

NINE = "9:00 am"


async def test_a_visit_moves_to_another_time_and_sent_twice_it_has_moved_once(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_visit(demo, case_id)
    address = address_of(browser.page, "move")
    others = (await browser.get(address)).body
    assert NINE not in labels(others)[:1]  # the time it has is not another one
    form = {"slot": tokens(others)[-1], "version": "1"}

    first = await browser.post(address, form)
    browser.page = others
    again = await browser.post(address, form)

    assert "The visit has moved" in first.body
    assert first.body == again.body
    assert "Friday 27 November 2026, 11:00 am" in first.body


async def test_a_visit_that_somebody_else_has_moved_is_shown_as_it_stands(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_visit(demo, case_id)
    address = address_of(browser.page, "move")
    others = (await browser.get(address)).body
    desk = await opened(demo, "scheduler", address)
    await desk.post(address, {"slot": tokens(desk.page)[-1], "version": "1"})

    answer = await browser.post(address, {"slot": tokens(others)[0], "version": "1"})

    assert "This visit has changed in the meantime" in answer.body
    assert "Friday 27 November 2026, 11:00 am" in answer.body


async def test_a_visit_is_cancelled_with_a_reason_and_sent_twice_it_is_cancelled(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_visit(demo, case_id)
    page, address = browser.page, address_of(browser.page, "cancel")

    silent = await browser.post(address, {"reason": " ", "version": "1"})
    done = await browser.post(address, {"reason": "I am in hospital.", "version": "1"})
    browser.page = page
    again = await browser.post(address, {"reason": "I am in hospital.", "version": "1"})

    assert silent.status == 422
    assert "Please tell us why" in silent.body
    for answer in (done, again):
        assert "This visit is cancelled" in answer.body
        assert "I am in hospital." in answer.body
        assert f'href="/cases/{case_id}/times"' in answer.body


async def test_a_cancelled_visit_cannot_be_moved(demo: House) -> None:
    browser = await at_the_visit(demo, await builders.a_bookable_case(demo))
    address = address_of(browser.page, "move")
    await browser.post(address_of(browser.page, "cancel"), {"reason": "No.", "version": "1"})

    page = await browser.get(address)

    assert "This visit is cancelled" in page.body


async def test_the_specialist_sees_the_visit_and_changes_nothing(demo: House) -> None:
    browser = await at_the_visit(demo, await builders.a_bookable_case(demo))
    address = address_of(browser.page, "move").removesuffix("/move")
    specialist = await opened(demo, "specialist", address)

    assert "The visit of Maria Kowalska is on" in specialist.page
    assert "Cancel this visit" not in specialist.page
    assert (await specialist.get(f"{address}/move")).status == 403


async def test_somebody_elses_times_and_visits_do_not_exist(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    mine = await at_the_visit(demo, case_id)
    address = address_of(mine.page, "move").removesuffix("/move")
    theirs = await builders.a_bookable_case(demo, patient="other_patient")
    stranger = await at_the_times(demo, theirs, "other_patient")

    assert (await stranger.get(f"/cases/{case_id}/times")).status == 404
    assert (await stranger.get(f"/cases/{case_id}/check")).status == 404
    assert (await stranger.get(f"/appointments/{address[14:]}")).status == 404
    token = tokens((await stranger.get(f"/cases/{theirs}/times")).body)[0]
    assert (await stranger.post(f"/cases/{case_id}/times", {"slot": token})).status == 404
    assert (await stranger.post(f"{address}/cancel", {"reason": "No."})).status == 404
    helper = await demo.browser_session("companion")
    assert (await helper.get(f"/cases/{case_id}/times")).status == 403


async def test_who_has_tried_the_camera_is_asked_for_nothing_more_until_the_visit(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_visit(demo, case_id)

    assert "You are ready" in browser.page
    assert "Nothing is asked of you until the visit" in (await browser.get(f"/cases/{case_id}")).body


async def test_the_mail_about_a_moved_visit_says_that_it_has_moved(demo: House) -> None:
    browser = await at_the_visit(demo, await builders.a_bookable_case(demo))
    address = address_of(browser.page, "move")
    others = (await browser.get(address)).body
    await browser.post(address, {"slot": tokens(others)[-1], "version": "1"})

    subjects = {message.subject for message in (await demo.mailbox())[demo.people["patient"].email]}

    assert "Your visit has moved: Friday 27 November 2026, 11:00 am (Detroit time)" in subjects
    assert "Your visit: Tuesday 24 November 2026, 9:00 am (Detroit time)" in subjects
