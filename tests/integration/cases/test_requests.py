"""A patient begins a request, saves it as they type, and sends it once."""

from datetime import timedelta
from typing import Any, get_args, get_type_hints

from server.http.answers import Answers
from server.keys import CASES
from tests.integration.cases.a_request import COMPLETE, WELL, a_draft, a_sent_request, letters
from tests.integration.house import House
from tests.integration.policy import office


async def test_a_request_is_begun_saved_and_sent(api: House) -> None:
    case = await a_draft(api, {})
    assert (await api.get("patient", f"/cases/{case}")).body["status"] == "draft"

    saved = await api.patch("patient", f"/cases/{case}", {"answers": dict(COMPLETE)})
    sent = await api.post("patient", f"/cases/{case}/submit")

    assert (saved.status, saved.body["missing"]) == (200, [])
    assert (sent.status, sent.body["status"]) == (200, "submitted")
    assert sent.body["answers"]["questions"] == COMPLETE["questions"]


async def test_saving_puts_new_answers_over_the_old_ones(api: House) -> None:
    case = await a_draft(api, {"name": "Maria", "diagnosis": "a lump", "reasons": ["rare"]})

    await api.patch("patient", f"/cases/{case}", {"answers": {"name": " Maria Kowalska ", "diagnosis": None}})
    answers = (await api.get("patient", f"/cases/{case}")).body["answers"]

    assert answers["name"] == "Maria Kowalska"
    assert answers["diagnosis"] is None
    assert answers["reasons"] == ["rare"]


async def test_nothing_is_answered_until_somebody_answers(api: House) -> None:
    case = await a_draft(api, {})

    answers = (await api.get("patient", f"/cases/{case}")).body["answers"]

    assert set(answers.values()) == {None}


async def test_a_whole_number_may_be_written_with_a_point(demo: House) -> None:
    case = await a_draft(demo, {"age_years": 58.0, "amber_symptom_count": 3.0})

    answers = (await demo.get("patient", f"/cases/{case}")).body["answers"]

    assert (answers["age_years"], answers["amber_symptom_count"]) == (58, 3)


async def test_what_is_missing_is_said_in_words(api: House) -> None:
    case = await a_draft(api, {name: value for name, value in COMPLETE.items() if name not in ("phone", "questions")})

    refused = await api.post("patient", f"/cases/{case}/submit")

    assert (refused.status, refused.body["code"]) == (409, "request-incomplete")
    assert refused.body["errors"] == [
        {"field": "answers.phone", "message": "Give us a telephone number."},
        {"field": "answers.questions", "message": "Write at least one question."},
    ]
    assert (await api.get("patient", f"/cases/{case}")).body["status"] == "draft"


async def test_a_request_sent_twice_is_sent_once(api: House) -> None:
    case = await a_sent_request(api)

    again = await api.post("patient", f"/cases/{case}/submit")

    assert (again.status, again.body["code"]) == (409, "case-moved-on")
    assert await letters(api) == ["We have your request"]


async def test_a_request_that_was_sent_does_not_change(api: House) -> None:
    case = await a_sent_request(api)

    refused = await api.patch("patient", f"/cases/{case}", {"answers": {"name": "Somebody Else"}})

    assert (refused.status, refused.body["code"]) == (409, "case-moved-on")


async def test_beginning_twice_with_one_key_begins_once(api: House) -> None:
    first = await api.post("patient", "/cases", {}, Idempotency_Key="k1")
    second = await api.post("patient", "/cases", {}, Idempotency_Key="k1")

    assert first.body["id"] == second.body["id"]
    assert len((await api.get("patient", "/cases")).body["cases"]) == 1


async def test_two_windows_do_not_undo_each_other(api: House) -> None:
    case = await a_draft(api, {"name": "Maria"})
    seen = (await api.get("patient", f"/cases/{case}")).headers["ETag"]

    first = await api.patch("patient", f"/cases/{case}", {"answers": {"language": "Polish"}}, If_Match=seen)
    second = await api.patch("patient", f"/cases/{case}", {"answers": {"name": "M"}}, If_Match=seen)
    third = await api.patch("patient", f"/cases/{case}", {"answers": {"name": "M"}}, If_Match=first.headers["ETag"])

    assert (first.status, second.status, second.body["code"]) == (200, 409, "conflict")
    assert (third.status, third.body["answers"]["language"]) == (200, "Polish")


async def test_a_strangers_draft_does_not_exist(api: House) -> None:
    case = await a_draft(api)

    for person in ("other_patient", "specialist", "scheduler", "companion", "interpreter"):
        assert (await api.get(person, f"/cases/{case}")).status == 404
        assert (await api.get(person, "/cases")).body["cases"] == []
    assert (await api.patch("other_patient", f"/cases/{case}", {"answers": {}})).status == 404
    assert (await api.get("admin", f"/cases/{case}")).status == 403


NO_ANSWERS: tuple[tuple[object, int], ...] = (
    ({"answers": {"unheard_of": "yes"}}, 422),
    ({"answers": {"rf_cord": "maybe"}}, 422),
    ({"answers": {"rf_cord": True}}, 422),
    ({"answers": {"age_years": "58"}}, 422),
    ({"answers": {"age_years": 58.5}}, 422),
    ({"answers": {"age_years": 10**30}}, 422),
    ({"answers": {"questions": ["one"] * 6}}, 422),
    ({"answers": {"questions": "one"}}, 422),
    ({"answers": {"diagnosis": "x" * 4001}}, 422),
    ({"answers": {"phone": "call me"}}, 422),
    ({"answers": {"treatment_start": "2026-02-30"}}, 422),
    ({"answers": {"patient_country": "Poland"}}, 422),
    ({"answers": []}, 422),
    ({}, 422),
    ({"answers": {}, "status": "accepted"}, 422),
    ([], 400),
)


async def test_what_is_no_answer_is_refused_and_nothing_is_lost(demo: House) -> None:
    case = await a_draft(demo, {"name": "Maria"})

    for body, status in NO_ANSWERS:
        refused = await demo.patch("patient", f"/cases/{case}", body)
        assert refused.status == status, (body, refused.body)
    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["name"] == "Maria"


async def test_a_huge_text_is_refused_in_words(demo: House) -> None:
    case = await a_draft(demo, {})

    refused = await demo.patch("patient", f"/cases/{case}", {"answers": {"diagnosis": "x" * 300_000}})

    assert (refused.status, refused.body["code"]) == (413, "body-too-large")


async def test_a_red_flag_stops_the_form_in_the_policys_words_and_somebody_rings(demo: House) -> None:
    flags = [name for name in WELL if name.startswith("rf_")]
    for flag in (*flags, "fever_38"):
        case = await a_draft(demo, {"name": "Maria Kowalska", "phone": "313 555 0142"})

        stopped = await demo.patch("patient", f"/cases/{case}", {"answers": {flag: "yes"}})

        assert stopped.body["emergency"], flag
        (task,) = [one for one in (await demo.get("scheduler", "/tasks")).body["tasks"] if one["case_id"] == case]
        assert task["kind"] == "emergency-call"
        assert task["note"].startswith("Call 313 555 0142.")
        (decision,) = (await demo.get("patient", f"/cases/{case}/decisions")).body["decisions"]
        assert decision["outcome"] == "emergency_now"
        assert set(stopped.body["emergency"]) <= set(decision["words"])


async def test_the_form_stops_in_the_words_of_the_policy_that_is_in_force_now(api: House) -> None:
    words = "Bleeding like this cannot wait. Call 911 now."
    version = await office.signed(api, {"rules": {"E06": {"patient": words}}})
    assert (await office.activate(api, version)).status == 200

    case = await a_draft(api, {"rf_bleeding": "yes"})

    assert (await api.get("patient", f"/cases/{case}")).body["emergency"] == [words]


async def test_an_emergency_cannot_be_sent_as_a_request(api: House) -> None:
    case = await a_draft(api, COMPLETE | {"rf_bleeding": "yes"})

    refused = await api.post("patient", f"/cases/{case}/submit")

    assert (refused.status, refused.body["code"]) == (409, "emergency-first")


async def test_saying_the_same_emergency_again_rings_once(api: House) -> None:
    case = await a_draft(api, COMPLETE | {"rf_bleeding": "yes"})

    await api.patch("patient", f"/cases/{case}", {"answers": {"rf_bleeding": "yes"}})

    assert len((await api.get("scheduler", "/tasks")).body["tasks"]) == 1


async def test_the_desk_ticks_an_emergency_call_off_though_the_draft_is_not_theirs_to_see(api: House) -> None:
    case = await a_draft(api, COMPLETE | {"rf_bleeding": "yes"})
    (task,) = (await api.get("scheduler", "/tasks")).body["tasks"]

    assert (await api.get("scheduler", f"/cases/{case}/tasks")).status == 404
    assert (await api.post("specialist", f"/cases/{case}/tasks/{task['id']}/finish")).status == 404
    assert (await api.post("scheduler", f"/cases/{case}/tasks/{task['id']}/finish")).status == 204
    assert (await api.post("scheduler", f"/cases/{case}/tasks/{task['id']}/finish")).status == 404
    assert (await api.get("scheduler", "/tasks")).body["tasks"] == []


async def test_who_is_unsure_or_unwell_may_send_and_is_rung(demo: House) -> None:
    for change, rings in (
        ({}, 0),
        ({"rf_cord": "unknown"}, 1),
        ({"amber_symptom_count": 2}, 1),
        ({"new_neuro_nonurgent": "yes"}, 1),
    ):
        case = await a_sent_request(demo, {**COMPLETE, **change})
        tasks = (await demo.get("scheduler", f"/cases/{case}/tasks")).body["tasks"]
        assert [task["kind"] for task in tasks] == ["nurse-call"] * rings


async def test_the_in_person_rule_is_asked_when_a_request_is_sent(api: House) -> None:
    case = await a_sent_request(api)

    (decision,) = (await api.get("patient", f"/cases/{case}/decisions")).body["decisions"]

    assert (decision["stage"], decision["outcome"], decision["asks"]) == ("request", "video_ok", [])


async def test_what_is_not_known_is_asked_and_never_defaulted(api: House) -> None:
    case = await a_sent_request(api, {**COMPLETE, "rf_cord": "unknown", "prefers_in_person": "unknown"})

    (decision,) = (await api.get("patient", f"/cases/{case}/decisions")).body["decisions"]

    assert (decision["outcome"], decision["asks"]) == ("needs_information", ["prefers_in_person", "rf_cord"])
    assert decision["safety_screen_incomplete"]


async def test_answers_about_emergencies_that_are_a_day_old_are_asked_again(api: House) -> None:
    case = await a_draft(api)
    api.clock.advance(timedelta(hours=25))

    refused = await api.post("patient", f"/cases/{case}/submit")
    await api.patch("patient", f"/cases/{case}", {"answers": dict(WELL)})
    sent = await api.post("patient", f"/cases/{case}/submit")

    assert (refused.status, refused.body["errors"][0]["field"]) == (409, "answers.rf_breathing")
    assert sent.status == 200


async def test_the_wire_and_the_form_ask_the_same(demo: House) -> None:
    items = {item.name: item for item in demo.app[CASES].form.items}

    assert set(Answers.model_fields) == set(items)


async def test_the_wire_takes_what_the_form_offers(demo: House) -> None:
    own = [item for item in demo.app[CASES].form.items if item.options and item.entry is None]

    for item in own:
        offered = {code for code, _ in item.options}
        assert _literals(get_type_hints(Answers, include_extras=True)[item.name]) == offered, item.name


def _literals(hint: Any) -> set[str]:
    found: set[str] = set()
    for argument in get_args(hint):
        found |= {argument} if isinstance(argument, str) else _literals(argument)
    return found
