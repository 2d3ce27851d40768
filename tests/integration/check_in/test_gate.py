"""The gate between waiting room and room: shut until check-in is done, shut again when an answer grows old."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from server.domain.ids import VisitId
from server.keys import DOORKEEPER
from server.storage import appointments, decisions
from tests import builders
from tests.integration.check_in.test_check_in import HERE
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import Socket, a_ticket, a_visit_tomorrow, socket_with

SOON_SECONDS = 10
LINE = frozenset({"bandwidth_kbps", "packet_loss_pct"})


@pytest.fixture
async def visit(api: House, clock: Clock) -> str:
    """A visit whose door has just opened: nobody has said anything today."""
    booked = await a_visit_tomorrow(api)
    clock.advance(timedelta(hours=23, minutes=45))
    return str(booked["visit_id"])


@asynccontextmanager
async def both_here(api: House, visit: str) -> AsyncIterator[tuple[Socket, Socket]]:
    """Patient and specialist, the patient first."""
    async with socket_with(api, await a_ticket(api, "patient", visit)) as patient:
        await patient.hear("welcome")
        async with socket_with(api, await a_ticket(api, "specialist", visit)) as specialist:
            await specialist.hear("welcome")
            yield patient, specialist


async def admit(api: House, specialist: Socket) -> dict[str, Any]:
    await specialist.say("lobby.admit", {"member": api.people["patient"].id})
    async with asyncio.timeout(SOON_SECONDS):
        async for message in specialist.socket:
            frame: dict[str, Any] = message.json()
            if frame["type"] == "reply":
                return frame
    raise AssertionError("no answer")


async def until(page: Socket, *, admissible: bool) -> dict[str, Any]:
    """Wait until the person in front of this page reads that they may, or may not, be let in."""
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            state: dict[str, Any] = (await page.hear("lobby.state"))["data"]
            if state["admissible"] is admissible:
                return state


async def test_who_has_not_checked_in_waits_and_both_sides_read_what_is_missing(api: House, visit: str) -> None:
    await builders.checked_in(api, visit, without=LINE)
    async with socket_with(api, await a_ticket(api, "patient", visit)) as patient:
        told = await until(patient, admissible=False)
        async with socket_with(api, await a_ticket(api, "specialist", visit)) as specialist:
            lobby = (await specialist.hear("snapshot"))["data"]["lobby"]
            refused = await admit(api, specialist)

    assert told["message"] == "Check-in is not finished. Still open: the test of the line."
    assert (lobby[0]["admissible"], lobby[0]["reason"]) == (False, told["message"])
    assert (refused["error"]["code"], refused["error"]["message"]) == ("not_admissible", told["message"])


async def test_the_last_answer_opens_the_gate_at_once(api: House, visit: str) -> None:
    await builders.checked_in(api, visit, without=frozenset({"setting_safe_private"}))
    async with both_here(api, visit) as (patient, specialist):
        await until(patient, admissible=False)
        await api.post("patient", f"/visits/{visit}/answers", {"answers": {"setting_safe_private": True}})
        await until(patient, admissible=True)

        assert (await admit(api, specialist))["ok"]


async def test_what_the_desk_finds_out_opens_it_too(api: House, visit: str) -> None:
    await builders.checked_in(api, visit)
    await builders.say(api, visit, prior_auth="pending")
    case = (await api.get("patient", f"/visits/{visit}")).body["case_id"]
    async with both_here(api, visit) as (patient, _):
        told = await until(patient, admissible=False)
        await api.post("scheduler", f"/cases/{case}/answers", {"answers": {"prior_auth": "approved"}})
        await until(patient, admissible=True)

    assert told["message"].startswith("Your plan must approve this visit first.")


async def test_an_answer_that_grows_old_shuts_it_again_for_who_waits(api: House, visit: str, clock: Clock) -> None:
    await builders.checked_in(api, visit)
    async with both_here(api, visit) as (patient, specialist):
        await until(patient, admissible=True)
        clock.advance(timedelta(minutes=31))
        told = await until(patient, admissible=False)
        refused = await admit(api, specialist)

        await api.post("patient", f"/visits/{visit}/whereabouts", HERE)
        await builders.checked_in(api, visit)
        await until(patient, admissible=True)

    assert "the place, the address and the phone number" in told["message"]
    assert refused["error"]["code"] == "not_admissible"


async def test_nobody_inside_is_thrown_out_by_age_and_they_may_come_back(api: House, visit: str, clock: Clock) -> None:
    await builders.checked_in(api, visit)
    async with both_here(api, visit) as (patient, specialist):
        assert (await admit(api, specialist))["ok"]
        await api.settle()
        clock.advance(timedelta(hours=3))
        await api.app[DOORKEEPER].look()
        await patient.ping()
        await patient.say("bye", {"reason": "left"})
        async with socket_with(api, await a_ticket(api, "patient", visit), "tab-again-1") as again:
            await until(again, admissible=True)


async def test_the_decision_by_which_they_were_let_in_is_kept_and_its_facts_stand_for_the_visit(
    api: House, visit: str, clock: Clock
) -> None:
    await builders.checked_in(api, visit)
    case = (await api.get("patient", f"/visits/{visit}")).body["case_id"]
    async with both_here(api, visit) as (_, specialist):
        await admit(api, specialist)
        await api.settle()
    async with api.database.read() as connection:
        by = (await appointments.visit(connection, VisitId(visit))).admitted_decision_id
        assert by is not None
        admitted = await decisions.get(connection, by)

    clock.advance(timedelta(hours=1))
    during = (await api.get("patient", f"/visits/{visit}/check-in")).body
    await api.post("scheduler", f"/cases/{case}/answers", {"answers": {"patient_state": "OH"}})
    elsewhere = (await api.get("patient", f"/visits/{visit}/check-in")).body
    moved = await api.post("patient", f"/visits/{visit}/whereabouts", HERE | {"state": "OH"})

    assert (admitted.stage, admitted.outcome, admitted.visit_id) == ("check_in", "video_ok", visit)
    assert (during["stage"], during["outcome"]) == ("during_visit", "video_ok")
    assert elsewhere["outcome"] == "video_ok"  # it was not said in this visit
    assert (moved.body["stage"], moved.body["outcome"]) == ("during_visit", "in_person_required")


async def test_a_visit_that_moves_to_another_day_asks_for_a_new_check_in(api: House, visit: str) -> None:
    await builders.checked_in(api, visit)
    booked = (await api.get("patient", f"/visits/{visit}")).body
    later = (await api.get("patient", f"/slots?case={booked['case_id']}")).body["slots"][-1]
    async with both_here(api, visit) as (_, specialist):
        await admit(api, specialist)
        await api.settle()
    assert (await api.get("patient", f"/visits/{visit}/check-in")).body["stage"] == "during_visit"

    address = f"/appointments/{booked['appointment_id']}/reschedule"
    moved = await api.post("scheduler", address, {"slot": later["token"]})

    assert moved.status == 200, moved.body
    assert (await api.get("patient", f"/visits/{visit}/check-in")).body["stage"] == "check_in"
