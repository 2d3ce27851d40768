"""The specialist's review on the page: judgements of facts and the word on the records, by one form. No JavaScript."""

from server.domain.cases import Verdict
from server.domain.ids import CaseId
from server.domain.policy import FactValue
from server.storage import decisions, statements
from tests import builders
from tests.integration.house import Browser, House
from tests.integration.opinions.an_opinion import FINISHED, sign

JUDGED = {name: str(value).lower() for name, value in builders.SPECIALIST_SAYS.items()}
NO_JUDGEMENT = frozenset(builders.SPECIALIST_SAYS)


async def a_case_to_review(house: House) -> tuple[CaseId, Browser]:
    case_id = await builders.an_accepted_case(house)
    await builders.say_everything(house, case_id, without=NO_JUDGEMENT)
    await builders.give_records(house, case_id)
    browser = await house.browser_session("specialist")
    await browser.get(f"/cases/{case_id}")
    return case_id, browser


async def said(house: House, case_id: CaseId) -> dict[str, FactValue | None]:
    async with house.database.read() as connection:
        found = await statements.of_case(connection, case_id)
    return {one.name: one.value for one in found if one.name in NO_JUDGEMENT}


async def stage(house: House, case_id: CaseId) -> str:
    return str((await house.get("patient", f"/cases/{case_id}/stage")).body["stage"])


async def test_one_press_saves_the_judgements_and_the_word_on_the_records(demo: House) -> None:
    case_id, browser = await a_case_to_review(demo)

    await browser.post(f"/cases/{case_id}/review", {**JUDGED, "verdict": "enough"})

    assert "Saved: the records are enough" in browser.page
    assert "judgment is open" not in browser.page
    assert "judgments are open" not in browser.page
    assert await said(demo, case_id) == builders.SPECIALIST_SAYS
    assert await stage(demo, case_id) == "choose-a-time"
    async with demo.database.read() as connection:
        newest = await decisions.newest(connection, case_id)
    assert newest is not None
    assert newest.facts["tumour_site"]["value"] == "lung"  # decided with what was said in the same moment


async def test_an_open_judgement_is_named_when_enough_is_said(demo: House) -> None:
    case_id, browser = await a_case_to_review(demo)

    await browser.post(f"/cases/{case_id}/review", {**JUDGED, "ecog": "", "verdict": "enough"})

    assert "You have 1 judgment still open" in browser.page


async def test_a_judgement_that_cannot_be_taken_loses_nothing_and_saves_nothing(demo: House) -> None:
    case_id, browser = await a_case_to_review(demo)
    typed = {**JUDGED, "ecog": "lots", "note": "The scan of May.", "verdict": "missing"}

    refused = await browser.post(f"/cases/{case_id}/review", typed)

    assert refused.status == 422
    assert "Nothing is saved yet" in refused.body
    assert '<a href="#ecog">' in refused.body
    assert "The scan of May." in refused.body
    assert '<option value="lung" selected>' in refused.body
    assert (await said(demo, case_id), await stage(demo, case_id)) == ({}, "records")


async def test_a_missing_word_to_the_patient_keeps_the_judgements_on_the_page(demo: House) -> None:
    case_id, browser = await a_case_to_review(demo)

    refused = await browser.post(f"/cases/{case_id}/review", {**JUDGED, "verdict": "missing", "note": " "})

    assert refused.status == 422
    assert '<a href="#note">Please say what is missing.' in refused.body
    assert '<option value="lung" selected>' in refused.body
    assert await said(demo, case_id) == {}


async def test_judgements_alone_are_saved_and_nobody_is_told(demo: House) -> None:
    case_id, browser = await a_case_to_review(demo)
    before = await demo.mailbox()

    await browser.post(f"/cases/{case_id}/review", JUDGED)

    assert "Your answers are saved" in browser.page
    assert await said(demo, case_id) == builders.SPECIALIST_SAYS
    assert (await stage(demo, case_id), await demo.mailbox()) == ("records", before)


async def test_a_visit_after_a_signed_opinion_is_on_the_pages_and_the_opinion_beside_it(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    slots = (await demo.get("patient", f"/slots?case={case_id}")).body["slots"]
    await demo.post("patient", "/appointments", {"slot": slots[0]["token"]})
    await demo.put("specialist", f"/cases/{case_id}/opinion", {**FINISHED, "replies": FINISHED["replies"][:1]})
    assert (await sign(demo, case_id)).status == 200

    patient = await (await demo.browser_session("patient")).get(f"/cases/{case_id}")
    specialist = await (await demo.browser_session("specialist")).get(f"/cases/{case_id}")

    assert await stage(demo, case_id) == "booked"
    assert "Your visit is on" in patient.body
    for page in (patient, specialist):
        assert f'href="/cases/{case_id}/opinion"' in page.body
    assert f'value="{Verdict.ENOUGH}"' not in specialist.body  # the review is closed
