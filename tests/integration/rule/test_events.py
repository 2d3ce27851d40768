"""What a clinician says with a button in a visit: it stands with its reason, is acted on, and only they clear it."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.policy import Stage
from tests.integration.house import Answer, Clock, House
from tests.integration.visits.meeting import an_open_visit

MOMENT = timedelta(seconds=1)
EMERGENCY = {"event": "clinician_emergency"}
CONVERT = {"event": "clinician_converts", "reason": "exam-needed", "note": "I have to feel the lymph nodes."}


async def raised(house: House, visit: str, **event: str) -> Answer:
    return await house.post("specialist", f"/visits/{visit}/events", event or EMERGENCY)


async def cleared(house: House, visit: str, name: str, reason: str = "It was a mistake.") -> Answer:
    return await house.call("DELETE", "specialist", f"/visits/{visit}/events/{name}", json={"reason": reason})


async def standing(house: House, visit: str) -> dict[str, Any]:
    answer = await house.get("specialist", f"/visits/{visit}/events")
    return {one["event"]: one for one in answer.body["standing"]}


async def emergency_calls(house: House, case_id: str) -> list[str]:
    tasks = (await house.get("scheduler", f"/cases/{case_id}/tasks")).body["tasks"]
    return [task["note"] for task in tasks if task["kind"] == "emergency-call"]


async def said_in_the_visit(house: House, case_id: str, **answers: object) -> Answer:
    body = {"stage": Stage.DURING_VISIT, "answers": answers}
    return await house.post("patient", f"/cases/{case_id}/answers", body)


async def test_an_emergency_is_decided_kept_and_called_about(api: House, clock: Clock) -> None:
    visit = await an_open_visit(api, clock)

    answer = await raised(api, visit["visit_id"])

    decision = answer.body["decision"]
    assert answer.status == 201
    assert (decision["outcome"], decision["fired"]) == ("emergency_now", ["E09"])
    assert (decision["stage"], decision["visit_id"]) == ("during_visit", visit["visit_id"])
    history = await api.get("specialist", f"/cases/{visit['case_id']}/decisions")
    assert history.body["decisions"][0]["id"] == decision["id"]
    (note,) = await emergency_calls(api, visit["case_id"])
    assert note.startswith("Call 313 555 0142.")  # where the patient said at check-in that they are


async def test_an_emergency_that_is_said_twice_is_one_call(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)

    await raised(demo, visit["visit_id"])
    await raised(demo, visit["visit_id"])

    assert len(await emergency_calls(demo, visit["case_id"])) == 1


async def test_to_convert_needs_a_reason_and_keeps_it(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)

    silent = await raised(demo, visit["visit_id"], event="clinician_converts")
    wordless = await raised(demo, visit["visit_id"], event="clinician_converts", reason="other", note="  ")
    answer = await raised(demo, visit["visit_id"], **CONVERT)

    assert [(one.status, one.body["code"]) for one in (silent, wordless)] == [(422, "event-reason")] * 2
    assert [one.body["errors"][0]["field"] for one in (silent, wordless)] == ["reason", "note"]
    assert "D01" in answer.body["decision"]["fired"]
    found = (await standing(demo, visit["visit_id"]))["clinician_converts"]
    assert found["reason"] == "I have to examine the patient. I have to feel the lymph nodes."
    assert found["raised_by"] == demo.people["specialist"].name
    assert await emergency_calls(demo, visit["case_id"]) == []


async def test_it_stands_at_every_later_step_until_it_is_cleared(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)
    await raised(demo, visit["visit_id"], **CONVERT)

    at_booking = await demo.post("patient", f"/cases/{visit['case_id']}/decisions", {"stage": "booking"})
    clock.advance(MOMENT)
    answer = await cleared(demo, visit["visit_id"], "clinician_converts")

    assert at_booking.body["outcome"] == "in_person_required"
    assert "D01" not in answer.body["decision"]["fired"]
    assert await standing(demo, visit["visit_id"]) == {}


async def test_to_clear_needs_a_reason(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)
    await raised(demo, visit["visit_id"])

    answer = await cleared(demo, visit["visit_id"], "clinician_emergency", reason=" ")

    assert answer.status == 422
    assert "clinician_emergency" in await standing(demo, visit["visit_id"])


async def test_what_does_not_stand_cannot_be_cleared(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)

    for name in ("clinician_emergency", "rf_cord", "telehealth_consent", "nothing"):
        assert (await cleared(demo, visit["visit_id"], name)).status == 404


@pytest.mark.parametrize("name", ["rf_breathing", "prefers_in_person"])
async def test_a_patients_yes_in_the_visit_is_the_clinicians_to_clear(demo: House, clock: Clock, name: str) -> None:
    visit = await an_open_visit(demo, clock)
    yes = await said_in_the_visit(demo, visit["case_id"], **{name: True})
    clock.advance(MOMENT)
    taken_back = await said_in_the_visit(demo, visit["case_id"], **{name: False})

    assert taken_back.body["outcome"] == yes.body["outcome"] != "video_ok"
    assert (await standing(demo, visit["visit_id"]))[name]["raised_by"] == demo.people["patient"].name
    clock.advance(MOMENT)
    answer = await cleared(demo, visit["visit_id"], name, "We talked about it.")
    assert not set(answer.body["decision"]["fired"]) & set(yes.body["fired"])


@pytest.mark.parametrize("person", ["specialist", "scheduler", "patient"])
@pytest.mark.parametrize("name", ["clinician_emergency", "clinician_converts", "clinician_approved_rules"])
async def test_a_button_is_no_answer(demo: House, clock: Clock, person: str, name: str) -> None:
    visit = await an_open_visit(demo, clock)

    body = {"stage": "during_visit", "answers": {name: True}}
    answer = await demo.post(person, f"/cases/{visit['case_id']}/answers", body)

    assert (answer.status, answer.body["code"]) == (403, "not-yours-to-answer")


@pytest.mark.parametrize(
    ("person", "status"), [("patient", 403), ("scheduler", 403), ("companion", 403), ("other_specialist", 404)]
)
async def test_the_buttons_are_the_specialists_of_the_case(demo: House, clock: Clock, person: str, status: int) -> None:
    visit = (await an_open_visit(demo, clock))["visit_id"]
    await raised(demo, visit)

    listed = await demo.get(person, f"/visits/{visit}/events")
    said = await demo.post(person, f"/visits/{visit}/events", EMERGENCY)
    clearing = {"json": {"reason": "I say so."}}
    undone = await demo.call("DELETE", person, f"/visits/{visit}/events/clinician_emergency", **clearing)

    assert [listed.status, said.status, undone.status] == [status] * 3
    assert "clinician_emergency" in await standing(demo, visit)


async def test_nothing_is_raised_in_a_visit_that_is_over(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)
    cancelled = await demo.post("scheduler", f"/appointments/{visit['id']}/cancel", {"reason": "She is ill."})

    answer = await raised(demo, visit["visit_id"])

    assert cancelled.status == 200, cancelled.body
    assert (answer.status, answer.body["code"]) == (409, "visit-moved-on")


async def test_who_raised_and_who_cleared_is_on_the_record(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)
    await raised(demo, visit["visit_id"])
    clock.advance(MOMENT)
    await cleared(demo, visit["visit_id"], "clinician_emergency")

    async with demo.database.read() as connection:
        rows = await connection.exec_driver_sql("SELECT action, actor_id FROM audit_events WHERE action LIKE 'event.%'")
        found = [tuple(row) for row in rows]

    person = demo.people["specialist"].id
    assert sorted(found) == [("event.cleared", person), ("event.raised", person)]


async def test_what_stands_can_be_cleared_when_the_visit_is_over(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)
    await raised(demo, visit["visit_id"], **CONVERT)
    await demo.post("scheduler", f"/appointments/{visit['id']}/cancel", {"reason": "She is ill."})
    clock.advance(MOMENT)
    address = f"/cases/{visit['case_id']}/events"

    stranger = await demo.call(
        "DELETE", "other_specialist", f"{address}/clinician_converts", json={"reason": "I say so."}
    )
    answer = await demo.call("DELETE", "specialist", f"{address}/clinician_converts", json={"reason": "We talked."})

    assert (stranger.status, answer.status) == (404, 200)
    assert answer.body["decision"]["stage"] == "booking"
    assert "D01" not in answer.body["decision"]["fired"]
    assert (await demo.get("specialist", address)).body["standing"] == []
