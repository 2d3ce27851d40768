"""The specialist's page of a case: what recommends to meet in person, and the word of a clinician against it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests import builders
from tests.integration.house import Browser, Clock, House

BECAUSE = "A nurse sits <beside> her."
CALLED = "In bed or chair most of the day (ECOG 3-4)"


async def a_page(house: House, **changed: Any) -> tuple[str, Browser]:
    case_id = await builders.a_bookable_case(house, **{"ecog": 3} | changed)
    await house.post("specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})
    browser = await house.browser_session("specialist")
    await browser.get(f"/cases/{case_id}")
    return case_id, browser


async def approved(browser: Browser, case_id: str, reason: str = BECAUSE, rule: str = "C07") -> None:
    await browser.post(f"/cases/{case_id}/approvals", {"rule": rule, f"reason-{rule}": reason})


def card(page: str) -> str:
    found = re.search(r'<section class="card" aria-labelledby="rule-title">(.*?)<div class="flow">', page, re.DOTALL)
    assert found
    return found[1]


async def test_the_page_says_what_recommends_it_and_who_said_what_it_stands_on(demo: House) -> None:
    _, browser = await a_page(demo)

    shown = card(browser.page)

    assert CALLED in shown
    assert "You spend much of the day resting." in shown
    assert "Said by a specialist, " in shown
    assert "Why is a video visit still right for this patient?" in shown


async def test_an_approval_is_shown_with_name_and_reason(demo: House) -> None:
    case_id, browser = await a_page(demo)

    await approved(browser, case_id)

    shown = card(browser.page)
    assert "Saved: a video visit is approved" in shown
    assert "By video" in shown
    assert "A nurse sits &lt;beside&gt; her." in shown
    assert demo.people["specialist"].name in shown
    assert "Approved all the same" in shown


async def test_without_a_reason_the_page_comes_back_and_says_so(demo: House) -> None:
    case_id, browser = await a_page(demo)

    answer = await browser.post(f"/cases/{case_id}/approvals", {"rule": "C07", "reason-C07": "  "})

    assert answer.status == 422
    assert 'href="#reason-C07"' in browser.page
    assert "Please say why a video visit is still right for this patient." in card(browser.page)
    assert "Nothing is saved yet" in browser.page


async def test_an_approval_can_be_taken_back(demo: House) -> None:
    case_id, browser = await a_page(demo)
    await approved(browser, case_id)
    withdraw = re.search(r'action="(/cases/[^"]+/withdraw)"', browser.page)
    assert withdraw

    await browser.post(withdraw[1])

    shown = card(browser.page)
    assert "Saved: your approval is taken back" in shown
    assert "Better in person" in shown
    assert "Taken back, " in shown
    assert "Approve a video visit" in shown


async def test_a_void_approval_is_shown_as_one_that_does_not_count(demo: House, clock: Clock) -> None:
    case_id, browser = await a_page(demo)
    await approved(browser, case_id)
    clock.advance(timedelta(minutes=1))
    await demo.post("specialist", f"/cases/{case_id}/answers", {"answers": {"ecog": 4}})

    await browser.get(f"/cases/{case_id}")

    shown = card(browser.page)
    assert "No longer counts: something it stood on has changed, seen " in shown
    assert "Approve a video visit" in shown


async def test_what_cannot_be_judged_yet_offers_no_approval(demo: House) -> None:
    case_id, browser = await a_page(demo, ecog=1, amber_symptom_count=1)
    assert "Approve a video visit" in card(browser.page)
    demo.clock.advance(timedelta(minutes=1))
    await demo.post("patient", f"/cases/{case_id}/answers", {"answers": {"fever_38": None}})

    await browser.get(f"/cases/{case_id}")

    assert "Not everything that this looks at is known yet." in card(browser.page)
    assert "Approve a video visit" not in card(browser.page)


@pytest.mark.parametrize("rule", ["C04", "C08", "Z99", ""])
async def test_what_cannot_be_approved_is_said_calmly(demo: House, rule: str) -> None:
    case_id, browser = await a_page(demo, exam_needed=True)

    await approved(browser, case_id, rule=rule)

    assert "This could not be approved" in card(browser.page)


async def test_where_nothing_is_recommended_nothing_is_offered(demo: House) -> None:
    _, browser = await a_page(demo, ecog=1)

    assert "Approve" not in card(browser.page)


async def test_the_desk_sees_what_was_approved_and_cannot_do_it(demo: House) -> None:
    case_id, browser = await a_page(demo)
    await approved(browser, case_id)
    desk = await demo.browser_session("scheduler")

    await desk.get(f"/cases/{case_id}")

    assert "Approved all the same" in desk.page
    assert "/approvals" not in desk.page


async def a_page_where_something_stands(house: House) -> tuple[str, Browser]:
    case_id, browser = await a_page(house, ecog=1)
    said = {"stage": "during_visit", "answers": {"prefers_in_person": True}}
    await house.post("patient", f"/cases/{case_id}/answers", said)
    house.clock.advance(timedelta(minutes=1))
    await browser.get(f"/cases/{case_id}")
    return case_id, browser


async def test_what_stands_is_shown_and_cleared_with_a_reason(demo: House) -> None:
    case_id, browser = await a_page_where_something_stands(demo)
    shown = card(browser.page)
    assert "Would you rather be seen in person than by video? Yes." in shown
    assert f"Said in a visit by {demo.people['patient'].name}, " in shown

    form = {"clear-prefers_in_person": "We talked about it."}
    await browser.post(f"/cases/{case_id}/events/prefers_in_person/clear", form)

    assert "Saved: it does not count any more" in card(browser.page)
    assert "Clear this" not in card(browser.page)
    assert "By video" in card(browser.page)
    letters = (await demo.mailbox())[demo.people["patient"].email]
    assert len(letters) == 1  # it is the patient's turn again


async def test_what_stands_is_not_cleared_without_a_reason(demo: House) -> None:
    case_id, browser = await a_page_where_something_stands(demo)

    answer = await browser.post(f"/cases/{case_id}/events/prefers_in_person/clear", {"clear-prefers_in_person": " "})

    assert answer.status == 422
    assert 'href="#clear-prefers_in_person"' in browser.page
    assert "Please say why this does not count any more." in card(browser.page)
    assert "Clear this" in card(browser.page)
