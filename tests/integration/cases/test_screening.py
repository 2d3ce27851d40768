"""The desk accepts or declines; the specialist says whether the records are enough; everybody sees where it stands."""

from server.domain.ids import CaseId
from tests.builders import give_records, license_in, say_everything
from tests.integration.cases.a_request import a_draft, a_sent_request, an_accepted_request, letters, takes_part
from tests.integration.house import House

EVERYTHING = (
    "pathology_report",
    "pathology_slides",
    "imaging_study",
    "imaging_report",
    "labs",
    "medication_list",
    "consult_notes",
)


async def test_the_desk_gives_a_request_to_a_specialist(api: House) -> None:
    case = await an_accepted_request(api)

    seen = (await api.get("specialist", f"/cases/{case}")).body

    assert (seen["status"], seen["specialist"]["name"]) == ("accepted", "Dr Amara Osei")
    assert "We can help you: please send your records" in await letters(api)


async def test_another_specialist_does_not_know_of_it(api: House) -> None:
    case = await an_accepted_request(api)

    assert (await api.get("other_specialist", f"/cases/{case}")).status == 404
    assert (await api.get("other_specialist", "/cases")).body["cases"] == []


async def test_the_patient_reads_why_a_request_was_declined_and_what_to_do_now(api: House) -> None:
    case = await a_sent_request(api)
    body = {"reason": "We do not treat this kind of cancer.", "next_step": "Call the cancer line at 313 555 0199."}

    declined = await api.post("scheduler", f"/cases/{case}/decline", body)
    seen = (await api.get("patient", f"/cases/{case}")).body

    assert (declined.status, seen["status"]) == (200, "declined")
    assert (seen["reason"], seen["next_step"]) == (body["reason"], body["next_step"])
    assert "About your request" in await letters(api)


async def test_nobody_is_declined_without_a_reason_and_a_next_step(demo: House) -> None:
    case = await a_sent_request(demo)

    for body in ({"reason": "No."}, {"next_step": "Call."}, {"reason": " ", "next_step": "Call."}, {}):
        assert (await demo.post("scheduler", f"/cases/{case}/decline", body)).status == 422


async def test_a_request_is_answered_once(api: House) -> None:
    case = await an_accepted_request(api)

    refused = await api.post("scheduler", f"/cases/{case}/decline", {"reason": "No.", "next_step": "Call."})

    assert (refused.status, refused.body["code"]) == (409, "case-moved-on")


async def test_only_a_specialist_can_be_given_a_request(api: House) -> None:
    case = await a_sent_request(api)

    for somebody in (api.people["companion"].id, "nobody"):
        refused = await api.post("scheduler", f"/cases/{case}/accept", {"specialist": somebody, "reason": ""})
        assert (refused.status, refused.body["code"]) == (409, "no-such-specialist")


async def test_only_the_desk_screens_and_only_the_specialist_reviews(api: House) -> None:
    case = await a_sent_request(api)

    for person in ("patient", "specialist", "companion", "admin"):
        assert (await api.post(person, f"/cases/{case}/accept", {"specialist": "x"})).status == 403
    for person in ("patient", "scheduler", "companion", "admin"):
        assert (await api.post(person, f"/cases/{case}/review", {"verdict": "enough"})).status == 403


async def test_the_specialist_says_enough(api: House) -> None:
    case = await an_accepted_request(api)
    await give_records(api, case)
    await license_in(api, "specialist", "MI")

    said = await api.post("specialist", f"/cases/{case}/review", {"verdict": "enough"})

    assert (said.status, said.body["verdict"]) == (200, "enough")
    stage = (await api.get("patient", f"/cases/{case}/stage")).body
    assert (stage["stage"], stage["held_by"]) == ("choose-a-time", "patient")
    told = await letters(api)
    assert "Your records are complete" in told  # the desk has questions to answer first
    assert "You can choose a time for your visit" not in told


async def test_enough_is_the_word_to_choose_a_time_once_nothing_of_ours_is_open(api: House) -> None:
    case = await an_accepted_request(api)
    await give_records(api, case)
    await say_everything(api, CaseId(case))
    await license_in(api, "specialist", "MI")

    await api.post("specialist", f"/cases/{case}/review", {"verdict": "enough"})

    told = await letters(api)
    assert "You can choose a time for your visit" in told
    assert "Your records are complete" not in told


async def test_who_says_that_something_is_missing_says_what(api: House) -> None:
    case = await an_accepted_request(api)

    vague = await api.post("specialist", f"/cases/{case}/review", {"verdict": "missing"})
    said = await api.post("specialist", f"/cases/{case}/review", {"verdict": "missing", "note": "The scan of May."})

    assert (vague.status, vague.body["errors"][0]["field"]) == (422, "missing.note")
    assert said.status == 200
    assert (await api.get("patient", f"/cases/{case}/stage")).body["stage"] == "more-records"


async def test_the_stage_follows_the_case(api: House) -> None:
    await license_in(api, "specialist", "MI")
    case = await a_draft(api)
    seen = []

    async def look() -> None:
        stage = (await api.get("patient", f"/cases/{case}/stage")).body
        seen.append((stage["stage"], stage["held_by"], stage["next"] and stage["next"]["href"]))

    await look()
    await api.post("patient", f"/cases/{case}/submit")
    await look()
    body = {"specialist": api.people["specialist"].id, "reason": "We can help."}
    await api.post("scheduler", f"/cases/{case}/accept", body)
    await look()
    await give_records(api, case, *EVERYTHING)
    await look()
    await api.post("specialist", f"/cases/{case}/review", {"verdict": "enough"})
    await look()

    assert seen == [
        ("draft", "patient", f"/request/{case}"),
        ("sent", "scheduler", None),
        ("records", "patient", f"/cases/{case}/records"),
        ("review", "specialist", None),
        ("choose-a-time", "patient", f"/cases/{case}/times"),
    ]


async def test_the_promise_is_in_the_hospitals_working_days(api: House) -> None:
    case = await a_sent_request(api)

    stage = (await api.get("patient", f"/cases/{case}/stage")).body

    assert stage["since"] == "2026-11-23T14:00:00Z"
    assert stage["promised_by"] == "2026-11-25T22:00:00Z"


async def test_companions_and_interpreters_see_that_there_is_a_case_and_nothing_clinical(api: House) -> None:
    case = await an_accepted_request(api)
    await takes_part(api, case, "companion")

    seen = (await api.get("companion", f"/cases/{case}")).body

    assert (seen["patient"]["name"], seen["specialist"]["name"]) == ("Maria Kowalska", "Dr Amara Osei")
    assert set(seen["answers"].values()) == {None}
    assert seen["reason"] is None
    assert (await api.get("interpreter", f"/cases/{case}")).status == 404
    assert (await api.get("companion", f"/cases/{case}/stage")).status == 403
