"""On the day of a visit: an approval opens the gate, and what stands in the visit counts once people are in."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.policy import FactValue
from tests import builders
from tests.integration.check_in.test_gate import admit, both_here, until
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import Socket, a_visit_tomorrow

MOMENT = timedelta(seconds=1)


@pytest.fixture
async def visit(api: House, clock: Clock) -> dict[str, Any]:
    """A visit whose door has just opened: nobody has said anything today."""
    booked = await a_visit_tomorrow(api)
    clock.advance(timedelta(hours=23, minutes=45))
    return booked


async def let_in(api: House, clock: Clock, specialist: Socket, patient: Socket) -> None:
    """Let the patient in, and wait until the record says so."""
    await until(patient, admissible=True)
    assert (await admit(api, specialist))["ok"]
    while (await patient.hear("snapshot"))["data"]["me"]["state"] != "in":
        pass
    await api.settle()
    clock.advance(MOMENT)


async def in_the_visit(api: House, visit: dict[str, Any], **answers: FactValue) -> dict[str, Any]:
    body = {"stage": "during_visit", "answers": answers}
    answer = await api.post("patient", f"/cases/{visit['case_id']}/answers", body)
    assert answer.status == 200, answer.body
    decision: dict[str, Any] = answer.body
    return decision


async def test_an_approval_opens_the_gate_and_taking_it_back_shuts_it(api: House, visit: dict[str, Any]) -> None:
    await builders.checked_in(api, visit["visit_id"], amber_symptom_count=1)
    approvals = f"/cases/{visit['case_id']}/approvals"
    async with both_here(api, visit["visit_id"]) as (patient, _):
        await until(patient, admissible=False)

        given = await api.post("specialist", approvals, {"rule": "C02", "reason": "We spoke on the phone just now."})
        assert given.status == 201, given.body
        await until(patient, admissible=True)
        await api.delete("specialist", f"{approvals}/{given.body['id']}")
        await until(patient, admissible=False)

    history = (await api.get("specialist", f"/cases/{visit['case_id']}/decisions")).body["decisions"]
    lifted = next(one for one in history if one["resolved"])
    assert (lifted["stage"], lifted["visit_id"], lifted["outcome"]) == ("check_in", visit["visit_id"], "video_ok")
    assert lifted["approvals"][0]["by"] == api.people["specialist"].id


async def test_a_warning_sign_counts_once_the_patient_is_in_and_is_the_clinicians_to_clear(
    api: House, clock: Clock, visit: dict[str, Any]
) -> None:
    await builders.checked_in(api, visit["visit_id"])
    async with both_here(api, visit["visit_id"]) as (patient, specialist):
        await let_in(api, clock, specialist, patient)

        yes = await in_the_visit(api, visit, rf_cord=True)
        clock.advance(MOMENT)
        no = await in_the_visit(api, visit, rf_cord=False)
        clock.advance(MOMENT)
        address = f"/visits/{visit['visit_id']}/events/rf_cord"
        cleared = await api.call("DELETE", "specialist", address, json={"reason": "She can feel her legs."})

    assert [one["outcome"] for one in (yes, no, cleared.body["decision"])] == ["emergency_now"] * 2 + ["video_ok"]


async def test_a_clinicians_button_counts_once_the_patient_is_in(
    api: House, clock: Clock, visit: dict[str, Any]
) -> None:
    await builders.checked_in(api, visit["visit_id"])
    async with both_here(api, visit["visit_id"]) as (patient, specialist):
        await let_in(api, clock, specialist, patient)

        event = {"event": "clinician_converts", "reason": "patient-asks"}
        converted = await api.post("specialist", f"/visits/{visit['visit_id']}/events", event)

    decision = converted.body["decision"]
    assert (decision["outcome"], decision["fired"]) == ("in_person_required", ["D01"])
