"""Coming back to a request that an emergency has stopped."""

from tests.integration.cases.a_request import COMPLETE, a_draft
from tests.integration.house import House


async def test_a_request_that_an_emergency_has_stopped_goes_on_where_help_is(demo: House) -> None:
    case = await a_draft(demo, {**COMPLETE, "rf_breathing": "yes"})
    browser = await demo.browser_session("patient")

    page = await browser.get(f"/request/{case}")

    assert "Please get help now" in page.body
    assert "I chose this by mistake" in page.body
    assert (await browser.get(f"/request/{case}/safety")).status == 200


async def test_a_patient_without_a_specialist_yet_reads_of_one_in_plain_words(demo: House) -> None:
    case = await a_draft(demo)
    page = (await (await demo.browser_session("patient")).get(f"/cases/{case}")).body

    assert "You meet your specialist" in page
    assert "Your specialist reads your records" in page
