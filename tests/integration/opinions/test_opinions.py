"""An opinion answers every question or says why not, is signed once, and is read by those it is for."""

import asyncio
import hashlib
import io
from datetime import timedelta
from typing import Any

from pypdf import PdfReader

from server.domain import opinion_signing
from server.domain.cases import Verdict
from server.domain.ids import CaseId
from server.storage import audit, opinions
from tests import builders
from tests.integration.house import Clock, House
from tests.integration.opinions.an_opinion import FINISHED, QUESTIONS, a_reviewed_case, a_signed_opinion, sign


async def trail_of(api: House, case_id: CaseId) -> list[tuple[str | None, str]]:
    async with api.database.read() as connection:
        return [(event.role, event.action) for event in await audit.of_case(connection, case_id)]


async def test_the_first_look_drafts_one_block_for_each_question(api: House) -> None:
    case_id = await a_reviewed_case(api)

    answer = await api.get("specialist", f"/cases/{case_id}/opinion")

    assert (answer.status, answer.body["status"], answer.headers["ETag"]) == (200, "draft", '"1"')
    assert [(block["number"], block["question"]) for block in answer.body["blocks"]] == list(enumerate(QUESTIONS, 1))
    assert [gap["field"] for gap in answer.body["gaps"]] == ["summary", "agreement", "replies.1", "replies.2"]


async def test_accepted_records_and_the_gaps_of_the_list_are_suggested(api: House) -> None:
    case_id = await a_reviewed_case(api)

    draft = (await api.get("specialist", f"/cases/{case_id}/opinion")).body

    assert "Pathology report, received on Monday 23 November 2026" in draft["read"]
    assert "Tissue slides" in draft["missing"]
    assert not any(entry.startswith("Pathology report") for entry in draft["missing"])


async def test_no_opinion_before_the_records_are_enough(api: House) -> None:
    case_id = await builders.an_accepted_case(api)

    unread = await api.get("specialist", f"/cases/{case_id}/opinion")
    await builders.review(api, case_id, "specialist", Verdict.MISSING)
    lacking = await api.put("specialist", f"/cases/{case_id}/opinion", {"summary": "Too early."})

    assert [(answer.status, answer.body["code"]) for answer in (unread, lacking)] == [(409, "review-first")] * 2


async def test_what_is_left_out_stays_as_it_is(api: House) -> None:
    case_id = await a_reviewed_case(api)
    path = f"/cases/{case_id}/opinion"

    await api.put("specialist", path, FINISHED)
    later = await api.put("specialist", path, {"replies": [{"number": 2, "answer": "Yes, in Ann Arbor."}]})

    assert (later.body["summary"], later.body["agreement"]) == ("You have time to choose.", "differs")
    assert [block["answer"] for block in later.body["blocks"]] == [
        "No. Radiation can do the same here.",
        "Yes, in Ann Arbor.",
    ]
    assert later.body["blocks"][1]["cannot_because"] == ""
    assert (later.body["version"], later.headers["ETag"]) == (3, '"3"')


async def test_the_same_words_again_change_nothing(api: House) -> None:
    case_id = await a_reviewed_case(api)

    first = await api.put("specialist", f"/cases/{case_id}/opinion", FINISHED)
    again = await api.put("specialist", f"/cases/{case_id}/opinion", FINISHED)

    assert first.body == again.body


async def test_two_windows_do_not_write_over_each_other(api: House) -> None:
    case_id = await a_reviewed_case(api)
    path = f"/cases/{case_id}/opinion"
    seen = (await api.get("specialist", path)).headers["ETag"]

    one = await api.put("specialist", path, {"summary": "One."}, If_Match=seen)
    other = await api.put("specialist", path, {"summary": "Other."}, If_Match=seen)
    meant = await api.put("specialist", path, {"summary": "Other."}, If_Match="*")

    assert [answer.status for answer in (one, other, meant)] == [200, 409, 200]
    assert other.body["code"] == "conflict"


async def test_signing_names_the_questions_that_are_open(api: House) -> None:
    case_id = await a_reviewed_case(api)
    path = f"/cases/{case_id}/opinion"

    nothing = await sign(api, case_id)
    await api.put("specialist", path, {"replies": [{"number": 1, "answer": "No."}]})
    half = await sign(api, case_id)

    assert (nothing.status, nothing.body["code"], nothing.body["numbers"]) == (409, "questions-open", [1, 2])
    assert (half.status, half.body["numbers"]) == (409, [2])


async def test_signing_needs_a_summary_and_a_stand(api: House) -> None:
    case_id = await a_reviewed_case(api)
    path = f"/cases/{case_id}/opinion"

    await api.put("specialist", path, {"replies": FINISHED["replies"]})
    without_summary = await sign(api, case_id)
    await api.put("specialist", path, {"summary": "You have time."})
    without_stand = await sign(api, case_id)

    assert [answer.body["code"] for answer in (without_summary, without_stand)] == [
        "summary-missing",
        "agreement-missing",
    ]


async def test_signing_waits_for_records_that_are_said_to_be_missing_since(api: House, clock: Clock) -> None:
    case_id = await a_reviewed_case(api)
    await api.put("specialist", f"/cases/{case_id}/opinion", FINISHED)
    clock.advance(timedelta(hours=1))
    await builders.review(api, case_id, "specialist", Verdict.MISSING)

    answer = await sign(api, case_id)

    assert (answer.status, answer.body["code"]) == (409, "review-first")


async def test_what_is_signed_says_who_when_and_what(api: House, clock: Clock) -> None:
    case_id = await a_signed_opinion(api)

    signed = (await api.get("patient", f"/cases/{case_id}/opinion")).body

    async with api.database.read() as connection:
        stored = await opinions.of_case(connection, case_id)
    assert stored is not None
    assert (signed["status"], signed["gaps"]) == ("signed", [])
    assert signed["signature"] == {
        "by": api.people["specialist"].id,
        "name": "Dr Amara Osei",
        "at": f"{clock():%Y-%m-%dT%H:%M:%SZ}",
        "zone": "America/Detroit",
        "sha256": hashlib.sha256(opinion_signing.signed_text(stored)).hexdigest(),
    }


async def test_nothing_signed_is_changed_or_signed_again(api: House) -> None:
    case_id = await a_signed_opinion(api)

    written = await api.put("specialist", f"/cases/{case_id}/opinion", {"summary": "Something else."})
    again = await sign(api, case_id)

    assert [(answer.status, answer.body["code"]) for answer in (written, again)] == [(409, "opinion-signed")] * 2


async def test_only_what_was_seen_is_signed(api: House) -> None:
    case_id = await a_reviewed_case(api)
    seen = (await api.put("specialist", f"/cases/{case_id}/opinion", FINISHED)).headers["ETag"]
    await api.put("specialist", f"/cases/{case_id}/opinion", {"summary": "Changed in another window."})

    answer = await sign(api, case_id, If_Match=seen)

    assert (answer.status, answer.body["code"]) == (409, "conflict")


async def test_of_two_who_sign_at_once_one_does(api: House) -> None:
    case_id = await a_reviewed_case(api)
    await api.put("specialist", f"/cases/{case_id}/opinion", FINISHED)

    answers = await asyncio.gather(*(sign(api, case_id) for _ in range(4)))

    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.body["code"] for answer in answers if answer.status == 409} == {"opinion-signed"}
    assert len((await api.mailbox())["patient@demo.example"]) == 1


async def test_two_first_looks_at_once_make_one_draft(api: House) -> None:
    case_id = await a_reviewed_case(api)
    await api.token("specialist")  # a new one would take the place of the one before

    looks = await asyncio.gather(*(api.get("specialist", f"/cases/{case_id}/opinion") for _ in range(4)))

    assert {look.status for look in looks} == {200}
    assert len({look.body["id"] for look in looks}) == 1
    assert [action for _, action in await trail_of(api, case_id)].count("opinion.begun") == 1


async def test_signing_with_the_same_key_gives_the_first_answer_again(api: House) -> None:
    case_id = await a_reviewed_case(api)
    await api.put("specialist", f"/cases/{case_id}/opinion", FINISHED)

    first = await sign(api, case_id, Idempotency_Key="sign-1")
    again = await sign(api, case_id, Idempotency_Key="sign-1")

    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body


async def test_the_patient_is_written_to_once_and_without_a_clinical_word(api: House) -> None:
    await a_signed_opinion(api)

    (letter,) = (await api.mailbox())["patient@demo.example"]

    assert letter.subject == "Your second opinion is ready"
    assert "/i#" in letter.body
    assert "Radiation" not in letter.body
    assert "time to choose" not in letter.body


async def test_the_letter_has_the_answers_and_nobodys_name_in_its_own(api: House) -> None:
    case_id = await a_signed_opinion(api)

    answer = await api.get("patient", f"/cases/{case_id}/opinion.pdf")

    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body)).pages).split())
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="second-opinion-2026-11-23.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    for words in ("You have time to choose.", "Radiation can do the same here.", "We lack the gene test.", "Dr Amara"):
        assert words in text


async def test_a_drafts_letter_says_that_it_is_one(api: House) -> None:
    case_id = await a_reviewed_case(api)

    answer = await api.get("specialist", f"/cases/{case_id}/opinion.pdf")

    assert "second-opinion-draft.pdf" in answer.headers["Content-Disposition"]
    assert "may still change" in PdfReader(io.BytesIO(answer.body)).pages[0].extract_text()


async def test_who_has_read_it_is_written_down(api: House) -> None:
    case_id = await a_signed_opinion(api)
    await api.get("patient", f"/cases/{case_id}/opinion")
    await api.get("patient", f"/cases/{case_id}/opinion.pdf")

    assert (await trail_of(api, case_id))[:4] == [
        ("patient", "opinion.printed"),
        ("patient", "opinion.read"),
        ("specialist", "opinion.signed"),
        ("specialist", "opinion.begun"),
    ]


async def test_an_opinion_can_be_written_before_and_after_they_have_met(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    slots = (await api.get("patient", f"/slots?case={case_id}")).body["slots"]
    await api.post("patient", "/appointments", {"slot": slots[0]["token"]})
    answered = {**FINISHED, "replies": [{"number": 1, "answer": "Yes."}]}

    await api.put("specialist", f"/cases/{case_id}/opinion", answered)
    signed = await sign(api, case_id)
    before = await api.get("patient", f"/cases/{case_id}/stage")
    api.clock.advance(timedelta(days=2))
    after = await api.get("patient", f"/cases/{case_id}/stage")

    assert (signed.status, before.body["stage"]) == (200, "booked")  # a visit to come is never hidden
    assert (after.body["stage"], after.body["next"]["href"]) == ("opinion-ready", f"/cases/{case_id}/opinion")


async def refused(api: House, case_id: CaseId, body: Any) -> tuple[int, Any]:
    answer = await api.put("specialist", f"/cases/{case_id}/opinion", body)
    field = answer.body["errors"][0]["field"] if "errors" in answer.body else None
    return answer.status, field or answer.body["code"]


async def test_what_cannot_be_accepted_is_refused_with_its_place(api: House) -> None:
    case_id = await a_reviewed_case(api)

    assert await refused(api, case_id, {"replies": [{"number": 3, "answer": "x"}]}) == (409, "unknown-question")
    both = {"number": 1, "answer": "x", "cannot_because": "y"}
    assert await refused(api, case_id, {"replies": [both]}) == (422, "answer-or-reason")
    twice = [{"number": 1, "answer": "x"}, {"number": 1, "answer": "y"}]
    assert await refused(api, case_id, {"replies": twice}) == (422, "replies")
    assert await refused(api, case_id, {"summary": "x" * 10_001}) == (422, "summary")
    assert await refused(api, case_id, {"agreement": "maybe"}) == (422, "agreement")
    assert await refused(api, case_id, {"sumary": "x"}) == (422, "sumary")
    assert await refused(api, case_id, {"replies": [{"number": 10**30, "answer": ""}]}) == (422, "replies.0.number")
