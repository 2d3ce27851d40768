"""The coverage worksheet: the desk asks the plan and it counts from the day of the call; a patient may do it too."""

from datetime import timedelta
from typing import Any, get_args, get_type_hints

from server.domain.coverage import HEADING, QUESTIONS, Item
from server.domain.ids import CaseId
from server.http.coverage import PlanAnswers
from tests import builders
from tests.integration.house import Answer, Clock, House

UNASKED = frozenset({"payer_video", "plan_mandates_in_person", "prior_auth"})
OPEN = sorted({*UNASKED, "self_pay_accepted"})
PAYS = {"video": "yes", "in_person_only": "no", "prior_auth": "not_required", "spoke_with": "Ana", "reference": "A-17"}
TODAY = "2026-11-23"


async def an_unasked_case(house: House) -> CaseId:
    return await builders.a_bookable_case(house, without=UNASKED)


async def filled(house: House, person: str, case_id: CaseId, said_on: str = TODAY, **answers: str) -> Answer:
    body = {"said_on": said_on, "answers": answers or PAYS}
    return await house.put(person, f"/cases/{case_id}/coverage", body)


async def outcome(house: House, case_id: CaseId) -> dict[str, Any]:
    answer = await house.post("scheduler", f"/cases/{case_id}/decisions", {"stage": "booking"})
    decision: dict[str, Any] = answer.body
    return decision


async def tasks(house: House, case_id: CaseId) -> list[str]:
    found = (await house.get("scheduler", f"/cases/{case_id}/tasks")).body["tasks"]
    return [task["kind"] for task in found]


async def test_what_the_desk_writes_down_counts_and_ends_the_question(api: House) -> None:
    case_id = await an_unasked_case(api)
    assert (await outcome(api, case_id))["asks"] == OPEN
    assert await tasks(api, case_id) == ["coverage"]

    answer = await filled(api, "scheduler", case_id)

    assert answer.status == 200, answer.body
    assert answer.body["heading"] == HEADING
    assert answer.body["facts"] == {
        "payer_video": "covered",
        "prior_auth": "not_required",
        "plan_mandates_in_person": False,
    }
    assert (await outcome(api, case_id))["outcome"] == "video_ok"
    assert await tasks(api, case_id) == []


async def test_what_the_plan_did_not_say_is_unknown_also_if_it_was_known_before(api: House) -> None:
    case_id = await an_unasked_case(api)
    await filled(api, "scheduler", case_id)

    await filled(api, "scheduler", case_id, prior_auth="approved")

    assert (await outcome(api, case_id))["asks"] == sorted(set(OPEN) - {"prior_auth"})


async def test_an_answer_is_as_old_as_the_call(api: House, clock: Clock) -> None:
    case_id = await an_unasked_case(api)

    await filled(api, "scheduler", case_id, said_on="2026-10-20")  # 34 days ago: too old for a booking

    assert (await outcome(api, case_id))["asks"] == OPEN


async def test_an_earlier_call_does_not_speak_over_a_later_one(api: House) -> None:
    case_id = await an_unasked_case(api)
    await filled(api, "scheduler", case_id, said_on="2026-11-20")

    await filled(api, "scheduler", case_id, said_on="2026-11-10", video="no")
    assert (await outcome(api, case_id))["outcome"] == "video_ok"
    await filled(api, "scheduler", case_id, said_on="2026-11-20", **{**PAYS, "in_person_only": "yes"})
    assert (await outcome(api, case_id))["outcome"] == "in_person_required"


async def test_what_a_patient_writes_down_waits_for_the_desk(api: House) -> None:
    case_id = await an_unasked_case(api)

    answer = await filled(api, "patient", case_id)

    assert (answer.body["newest"]["confirmed"], answer.body["summary"], answer.body["facts"]) == (False, [], {})
    assert await tasks(api, case_id) == ["confirm-coverage"]
    await filled(api, "scheduler", case_id)
    assert await tasks(api, case_id) == []
    assert (await api.get("patient", f"/cases/{case_id}/coverage")).body["summary"]


async def test_two_who_write_at_the_same_time_do_not_lose_each_other(api: House) -> None:
    case_id = await an_unasked_case(api)
    seen = (await api.get("scheduler", f"/cases/{case_id}/coverage")).headers["ETag"]
    await filled(api, "patient", case_id)

    body = {"said_on": TODAY, "answers": {"video": "no"}}
    late = await api.put("scheduler", f"/cases/{case_id}/coverage", body, If_Match=seen)

    assert (late.status, late.body["code"]) == (409, "conflict")


async def test_what_cannot_be_is_refused_with_its_place(api: House) -> None:
    case_id = await an_unasked_case(api)

    tomorrow = await filled(api, "scheduler", case_id, said_on="2026-11-25")
    maybe = await filled(api, "scheduler", case_id, video="maybe")

    assert (tomorrow.status, tomorrow.body["code"], tomorrow.body["errors"][0]["field"]) == (409, "call-day", "said_on")
    assert (maybe.status, maybe.body["errors"][0]["field"]) == (422, "answers.video")


def test_the_wire_takes_what_the_sheet_asks() -> None:
    hints = get_type_hints(PlanAnswers, include_extras=True)

    assert set(hints) == set(Item)
    for item, question in QUESTIONS.items():
        assert literals(hints[item.value]) == {code for code, _ in question.options}, item


def literals(hint: Any) -> set[str]:
    found: set[str] = set()
    for argument in get_args(hint):
        found |= {argument} if isinstance(argument, str) else literals(argument)
    return found


async def test_others_do_not_know_of_it(api: House) -> None:
    case_id = await an_unasked_case(api)

    for person, status in (("other_patient", 404), ("specialist", 403), ("companion", 403), ("admin", 403)):
        assert (await api.get(person, f"/cases/{case_id}/coverage")).status == status, person
        assert (await filled(api, person, case_id)).status == status, person


async def test_the_desks_page_asks_in_order_and_keeps_what_was_typed(demo: House) -> None:
    case_id = await an_unasked_case(demo)
    desk = await demo.browser_session("scheduler")
    page = await desk.get(f"/cases/{case_id}/coverage")
    assert page.body.index("What kind of plan") < page.body.index("sound only") < page.body.index("Reference number")

    wrong = await desk.post(f"/cases/{case_id}/coverage", {"video": "yes", "copay": "$40"})
    assert wrong.status == 422
    assert "Give the day of the call" in wrong.body
    assert 'value="$40"' in wrong.body
    saved = await desk.post(f"/cases/{case_id}/coverage", {**PAYS, "said_on": TODAY, "version": "0"})

    assert f"{HEADING}" in saved.body
    assert "Your plan says that it pays for this visit by video." in saved.body
    assert "Said by <bdi>Ana</bdi>" in saved.body
    stale = await desk.post(f"/cases/{case_id}/coverage", {"said_on": TODAY, "version": "0"})
    assert stale.status == 409


async def test_a_patient_reads_what_the_plan_said_under_its_heading(demo: House) -> None:
    case_id = await an_unasked_case(demo)
    patient = await demo.browser_session("patient")
    before = await patient.get(f"/cases/{case_id}/coverage")
    assert "We have not asked your plan yet." in before.body

    sent = await patient.post(f"/cases/{case_id}/coverage", {**PAYS, "said_on": TODAY, "version": "0"})
    assert "It counts when we have looked at it." in sent.body
    await filled(demo, "scheduler", case_id)

    page = await patient.get(f"/cases/{case_id}/coverage")
    assert HEADING.replace("'", "&#39;") in page.body
    assert "A second opinion by video counts for your plan too." in page.body


async def test_the_questions_about_coverage_lead_to_the_worksheet(demo: House) -> None:
    case_id = await an_unasked_case(demo)
    desk = await demo.browser_session("scheduler")

    page = await desk.get(f"/cases/{case_id}/questions")

    assert f'href="/cases/{case_id}/coverage"' in page.body
    assert 'name="payer_video"' not in page.body


async def test_a_patient_hears_when_the_plans_answer_was_the_last_thing_of_ours(demo: House, clock: Clock) -> None:
    case_id = await an_unasked_case(demo)
    await outcome(demo, case_id)
    clock.advance(timedelta(seconds=1))

    await filled(demo, "scheduler", case_id)

    subjects = [letter.subject for letter in (await demo.mailbox())[demo.people["patient"].email]]
    assert subjects == ["You can choose a time for your visit"]
