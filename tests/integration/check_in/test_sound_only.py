"""A visit whose video does not work goes on with sound only, if the rule allows that and the patient agrees."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.domain.ids import CaseId
from server.storage import audit
from tests import builders
from tests.integration.check_in.test_gate import SOON_SECONDS, admit, both_here, until
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import Socket, a_ticket, a_visit_tomorrow, in_the_room, socket_with

NO_CAMERA = {"camera_ok": False}
SOUND_IS_ALLOWED = {"audio_clinically_ok": True, "payer_audio_ok": True}
PICTURES = {"publish_video", "share"}


@pytest.fixture
async def visit(api: House, clock: Clock) -> str:
    """A visit whose door has just opened, to which the patient has checked in without a camera."""
    booked = await a_visit_tomorrow(api)
    clock.advance(timedelta(hours=23, minutes=45))
    await builders.checked_in(api, booked["visit_id"], **NO_CAMERA)
    await builders.say(api, booked["visit_id"], **SOUND_IS_ALLOWED)
    return str(booked["visit_id"])


async def until_sound_only(page: Socket, *, on: bool) -> dict[str, Any]:
    """Wait until the person in front of this page is told that the visit is with sound only, or that it is not."""
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            snapshot: dict[str, Any] = (await page.hear("snapshot"))["data"]
            if snapshot["visit"]["sound_only"] is on:
                return snapshot


async def test_the_patient_is_asked_first_and_is_let_in_once_they_agree(api: House, visit: str) -> None:
    asked = (await api.get("patient", f"/visits/{visit}/check-in")).body
    async with both_here(api, visit) as (patient, specialist):
        told = await until(patient, admissible=False)
        refused = await admit(api, specialist)
        agreed = (await api.post("patient", f"/visits/{visit}/sound")).body
        await until(patient, admissible=True)
        taken = await admit(api, specialist)
        inside = await until_sound_only(patient, on=True)

    assert (asked["outcome"], asked["admissible"], asked["asks_sound"]) == ("audio_fallback", False, True)
    assert "whether to go on with sound only" in told["message"]
    assert refused["error"]["code"] == "not_admissible"
    assert (agreed["admissible"], agreed["asks_sound"]) == (True, False)
    assert taken["ok"]
    assert PICTURES.isdisjoint(inside["me"]["caps"])


async def test_what_was_agreed_is_in_the_audit_and_nobody_agrees_for_the_patient(api: House, visit: str) -> None:
    others = [(await api.post(who, f"/visits/{visit}/sound")).status for who in ("specialist", "scheduler")]
    await api.post("patient", f"/visits/{visit}/sound")

    case = (await api.get("patient", f"/visits/{visit}")).body["case_id"]
    async with api.database.read() as connection:
        events = await audit.of_case(connection, CaseId(case))
    assert others == [403, 403]
    assert [one.actor_id for one in events if one.action == "sound.agreed"] == [api.people["patient"].id]


async def test_at_another_time_they_are_asked_anew(api: House, clock: Clock, visit: str) -> None:
    await api.post("patient", f"/visits/{visit}/sound")
    await api.post("patient", f"/visits/{visit}/checks", {"camera": True})
    found = (await api.get("patient", f"/visits/{visit}")).body
    later = (await api.get("patient", f"/slots?case={found['case_id']}")).body["slots"][-1]
    moved = await api.post("patient", f"/appointments/{found['appointment_id']}/reschedule", {"slot": later["token"]})
    clock.now = datetime.fromisoformat(moved.body["start"]) - timedelta(minutes=5)
    await builders.checked_in(api, visit, **NO_CAMERA)
    await builders.say(api, visit, **SOUND_IS_ALLOWED)

    assert (await api.get("patient", f"/visits/{visit}/check-in")).body["asks_sound"]


async def test_a_camera_that_works_after_all_brings_pictures_back_before_anybody_goes_in(
    api: House, visit: str
) -> None:
    await api.post("patient", f"/visits/{visit}/sound")
    async with both_here(api, visit) as (patient, specialist):
        await until_sound_only(specialist, on=True)
        await api.post("patient", f"/visits/{visit}/checks", {"camera": True})
        await until_sound_only(specialist, on=False)
        assert (await admit(api, specialist))["ok"]

        assert PICTURES & set((await until_sound_only(patient, on=False))["me"]["caps"])


async def test_joining_that_fails_in_the_middle_switches_everybody_to_sound(api: House, clock: Clock) -> None:
    booked = await a_visit_tomorrow(api)
    clock.advance(timedelta(hours=23, minutes=45))
    visit = str(booked["visit_id"])
    await builders.checked_in(api, visit)
    await builders.say(api, visit, **SOUND_IS_ALLOWED)
    async with (
        socket_with(api, await a_ticket(api, "specialist", visit)) as specialist,
        in_the_room(api, visit, "patient", specialist) as (patient, _),
    ):
        await api.settle()  # that the patient was let in is in the record
        for _ in range(2):
            clock.advance(timedelta(minutes=1))
            await api.post("patient", f"/visits/{visit}/checks", {"attempt": "failed"})

        for page in (specialist, patient):
            assert PICTURES.isdisjoint((await until_sound_only(page, on=True))["me"]["caps"])
        await api.settle()
        assert (await api.get("specialist", f"/visits/{visit}")).body["sound_only"] is True
