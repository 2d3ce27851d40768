"""The page of the records asks of the patient what the case's own page asks, and nothing more."""

from server.domain.cases import Verdict
from server.domain.ids import CaseId
from tests import builders
from tests.integration.cases.a_request import an_accepted_request
from tests.integration.house import House


async def test_before_the_review_the_records_are_asked_for(demo: House) -> None:
    page = await _page(demo, await an_accepted_request(demo))

    assert "Please send your records" in page
    assert "Still needed" in page


async def test_what_the_specialist_still_needs_stands_first(demo: House) -> None:
    case = await an_accepted_request(demo)
    answer = await demo.post("specialist", f"/cases/{case}/review", {"verdict": "missing", "note": "The gene test."})
    assert answer.status in (200, 201), answer.body

    page = await _page(demo, case)

    assert "We need something more" in page
    assert "The gene test." in page


async def test_once_the_specialist_has_enough_nothing_is_asked(demo: House) -> None:
    case = await an_accepted_request(demo)
    await builders.review(demo, CaseId(case), "specialist", Verdict.ENOUGH)

    page = await _page(demo, case)

    assert "Nothing is asked of you now" in page
    assert "Please send your records" not in page
    assert "Still needed" not in page


async def _page(house: House, case: str) -> str:
    browser = await house.browser_session("patient")
    return str((await browser.get(f"/cases/{case}/records")).body)
