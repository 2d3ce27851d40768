"""The opinion's pages without JavaScript: written, refused, read through, signed and read by forms and links alone."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.cases import Verdict
from tests import builders
from tests.integration.house import Browser, Clock, House
from tests.integration.opinions.an_opinion import QUESTIONS, a_reviewed_case, a_signed_opinion, sign

FORM: dict[str, Any] = {
    "summary": "You have time to choose.",
    "agreement": "differs",
    "kind-1": "answer",
    "text-1": "No. Radiation can do the same here.",
    "kind-2": "cannot",
    "text-2": "We lack the gene test.",
    "read": ["Pathology report, received on Monday 23 November 2026"],
    "read-added": "A letter of the family doctor\n\n",
    "missing-added": "",
    "then": "save",
}


async def at_the_desk(house: House, case_id: str) -> Browser:
    browser = await house.browser_session("specialist")
    answer = await browser.get(f"/cases/{case_id}/opinion")
    assert answer.status == 200, answer.body
    return browser


async def test_the_form_is_saved_by_its_button(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)

    page = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 1})

    stored = (await demo.get("specialist", f"/cases/{case_id}/opinion")).body
    assert page.status == 200
    assert "You have time to choose." in page.body
    assert [(block["answer"], block["cannot_because"]) for block in stored["blocks"]] == [
        ("No. Radiation can do the same here.", ""),
        ("", "We lack the gene test."),
    ]
    assert stored["read"] == ["Pathology report, received on Monday 23 November 2026", "A letter of the family doctor"]
    assert stored["missing"] == []


async def test_the_reasons_against_signing_lead_to_where_they_are_mended(demo: House) -> None:
    case_id = await a_reviewed_case(demo)

    page = (await at_the_desk(demo, case_id)).page

    for place, words in (
        ("summary", "Write the summary in plain words."),
        ("agreement", "Say whether you agree."),
        ("replies-1", "Answer question 1."),
        ("replies-2", "Answer question 2."),
    ):
        assert f'<a href="#{place}">{words}</a>' in page
        assert f'id="{place}"' in page
    assert "no visit is booked. You can sign without one." in page


async def test_two_windows_do_not_lose_what_was_typed(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)
    await demo.put("specialist", f"/cases/{case_id}/opinion", {"summary": "From the other window."})

    refused = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 1})
    stored = (await demo.get("specialist", f"/cases/{case_id}/opinion")).body

    assert refused.status == 409
    assert "This opinion was changed in another window" in refused.body
    for typed in ("You have time to choose.", "We lack the gene test.", "A letter of the family doctor"):
        assert typed in refused.body
    assert stored["summary"] == "From the other window."
    assert 'name="version" value="2"' in refused.body

    meant = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 2})
    assert meant.status == 200


@pytest.mark.parametrize("version", ["", "x", "99999999999", "-1"])
async def test_a_form_without_a_version_of_ours_overwrites_nothing(demo: House, version: str) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)

    answer = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": version})

    assert answer.status == 409


async def test_a_text_without_end_is_refused_at_its_place(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)

    answer = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 1, "text-2": "x" * 10_001})

    assert answer.status == 422
    assert '<a href="#replies-2">Please write at most 10000 characters here.</a>' in answer.body
    assert 'id="replies-2"' in answer.body


async def test_what_is_typed_is_never_read_as_markup(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)
    written = "<script>alert(1)</script> {{ 7 * 7 }}"

    page = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 1, "summary": written, "then": "check"})

    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}" in page.body
    assert "<script>alert" not in page.body


async def test_it_is_read_through_and_then_signed(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)

    check = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 1, "then": "check"})
    assert "Once you sign, nobody can change this opinion, not even you." in check.body
    signed = await browser.post(f"/cases/{case_id}/opinion/sign", {"version": 2})
    twice = await browser.post(f"/cases/{case_id}/opinion/sign", {"version": 2})
    late = await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 2})

    for page in (signed, twice, late):
        assert page.status == 200
        assert "Nobody can change it any more." in page.body
    assert (await demo.get("patient", f"/cases/{case_id}/opinion")).status == 200


async def test_an_unfinished_opinion_has_no_button_that_signs(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)

    check = await browser.get(f"/cases/{case_id}/opinion/check")
    answer = await browser.post(f"/cases/{case_id}/opinion/sign", {"version": 1})

    assert f'action="/cases/{case_id}/opinion/sign"' not in check.body
    assert f'<a href="/cases/{case_id}/opinion#replies-2">Answer question 2.</a>' in check.body
    assert answer.status == 409
    assert "Still open: 1, 2." in answer.body


async def test_what_was_changed_after_it_was_read_through_is_not_signed(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)
    await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 1, "then": "check"})
    await demo.put("specialist", f"/cases/{case_id}/opinion", {"summary": "Changed."})

    answer = await browser.post(f"/cases/{case_id}/opinion/sign", {"version": 2})

    assert answer.status == 409
    assert "Please read it through again." in answer.body


async def test_records_that_came_since_the_review_are_pointed_at(demo: House, clock: Clock) -> None:
    case_id = await a_reviewed_case(demo)
    clock.advance(timedelta(hours=1))
    await builders.give_records(demo, case_id, "labs")

    page = (await at_the_desk(demo, case_id)).page

    assert "New records have come" in page


async def test_the_patient_reads_the_answer_first(demo: House) -> None:
    case_id = await a_signed_opinion(demo)
    browser = await demo.browser_session("patient")

    page = (await browser.get(f"/cases/{case_id}/opinion")).body

    places = [
        page.index(words)
        for words in (
            "We would do something different from what was proposed to you.",
            "You have time to choose.",
            QUESTIONS[0],
            "No. Radiation can do the same here.",
            QUESTIONS[1],
            "We cannot answer this, because:",
            "We lack the gene test.",
            "What was missing",
            "Monday 23 November 2026, 9:00 am (Detroit time)",
            "SHA-256",
            "Open the letter (PDF)",
            "Choose a time for your visit",
        )
    ]
    assert places == sorted(places)


async def test_the_patient_hears_what_becomes_of_the_visit(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    slots = (await demo.get("patient", f"/slots?case={case_id}")).body["slots"]
    booked = await demo.post("patient", "/appointments", {"slot": slots[0]["token"]})
    replies = [{"number": 1, "answer": "Yes."}]
    await demo.put(
        "specialist", f"/cases/{case_id}/opinion", {"summary": "Do it.", "agreement": "agrees", "replies": replies}
    )

    desk = await (await demo.browser_session("specialist")).get(f"/cases/{case_id}/opinion")
    assert booked.status == 201
    assert (await sign(demo, case_id)).status == 200
    letter = await (await demo.browser_session("patient")).get(f"/cases/{case_id}/opinion")

    assert "You can sign before the visit or after it." in desk.body
    assert "Tuesday 24 November 2026, 9:00 am (Detroit time)" in letter.body
    assert "Choose a time for your visit" not in letter.body


async def test_a_patient_without_a_letter_hears_that_there_is_none_yet(demo: House) -> None:
    case_id = await a_reviewed_case(demo)
    await demo.put("specialist", f"/cases/{case_id}/opinion", {"summary": "Half a thought."})
    mine, others = await demo.browser_session("patient"), await demo.browser_session("other_patient")

    own = await mine.get(f"/cases/{case_id}/opinion")
    foreign = await others.get(f"/cases/{case_id}/opinion")

    assert (own.status, foreign.status) == (404, 404)
    assert "Your opinion is not here yet" in own.body
    assert "Your opinion is not here yet" not in foreign.body
    assert "Half a thought" not in own.body


async def test_a_review_that_was_taken_back_keeps_a_finished_opinion_from_being_signed(
    demo: House, clock: Clock
) -> None:
    case_id = await a_reviewed_case(demo)
    browser = await at_the_desk(demo, case_id)
    await browser.post(f"/cases/{case_id}/opinion", {**FORM, "version": 1, "then": "check"})
    clock.advance(timedelta(minutes=1))
    await builders.review(demo, case_id, "specialist", Verdict.MISSING)

    answer = await browser.post(f"/cases/{case_id}/opinion/sign", {"version": 2})

    assert answer.status == 409
    assert "Please say first that the records are enough." in answer.body
