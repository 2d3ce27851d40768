"""Whoever may not be in a visit any more is cut off within two seconds, by whatever their access has ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple

import pytest

from server.domain.guests import Participation
from server.domain.ids import AccountId, VisitId
from server.keys import DOORKEEPER
from server.storage import attendance, guests, schema
from server.storage import sign_in as sessions
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import (
    Socket,
    a_ticket,
    a_ticket_of_a_browser,
    an_open_visit,
    in_the_room,
    socket_with,
)

AT_MOST_SECONDS = 2


class Visit(NamedTuple):
    """A visit with the patient in the room; `patient` came in by `session`."""

    id: str
    appointment: str
    case: str
    specialist: Socket
    patient: Socket
    session: str


@pytest.fixture
async def visit(api: House, clock: Clock) -> AsyncIterator[Visit]:
    """A visit in which a specialist and the patient have met."""
    async with a_meeting(api, clock) as met:
        yield met


@asynccontextmanager
async def a_meeting(api: House, clock: Clock) -> AsyncIterator[Visit]:
    booked = await an_open_visit(api, clock)
    visit_id = str(booked["visit_id"])
    async with (
        socket_with(api, await a_ticket(api, "specialist", visit_id)) as specialist,
        in_the_room(api, visit_id, "patient", specialist) as (patient, session),
    ):
        yield Visit(visit_id, booked["id"], booked["case_id"], specialist, patient, session)


async def cut_off(visit: Visit, socket: Socket, code: int = 4403) -> None:
    """Wait until a socket is cut off, and see that the specialist's is served."""
    async with asyncio.timeout(AT_MOST_SECONDS):
        assert await socket.end() == code
        await visit.specialist.ping()


async def test_who_signs_out_is_out_of_the_visit(api: House, visit: Visit) -> None:
    await api.delete("patient", f"/me/sessions/{visit.session}")

    await cut_off(visit, visit.patient)
    assert (await api.get("patient", f"/visits/{visit.id}")).status == 200


async def test_who_ends_all_other_sessions_ends_them_in_visits_too(api: House, visit: Visit) -> None:
    browser = await api.browser_session("patient")
    await browser.get("/me")

    await browser.post("/me/sessions/end")

    await cut_off(visit, visit.patient)
    assert "This one" in browser.page
    assert (await browser.get("/me")).body.count("Sign this device out:") == 1


async def test_a_program_ends_every_session(api: House, visit: Visit) -> None:
    assert (await api.delete("patient", "/me/sessions")).status == 204

    await cut_off(visit, visit.patient)
    assert (await api.get("patient", "/me")).body["sessions"] == []


async def test_a_session_that_another_process_ended_is_out_too(api: House, visit: Visit, clock: Clock) -> None:
    async with api.database.write() as connection:
        await sessions.end_session(connection, api.people["patient"].id, visit.session, clock())

    await cut_off(visit, visit.patient)


async def test_a_session_lasts_a_day_and_no_longer_in_a_visit_either(api: House, visit: Visit, clock: Clock) -> None:
    clock.advance(timedelta(hours=24, seconds=1))

    await cut_off(visit, visit.patient)


async def test_in_a_visit_nobody_is_idle(api: House, visit: Visit, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(timedelta(minutes=59))
        await api.app[DOORKEEPER].look()

    await visit.patient.ping()
    (session,) = (await api.get("patient", "/me")).body["sessions"]
    assert session["id"] == visit.session


async def test_an_account_that_is_switched_off_is_out(api: House, visit: Visit) -> None:
    patient = schema.accounts.c.id == api.people["patient"].id
    async with api.database.write() as connection:
        await connection.execute(schema.accounts.update().where(patient).values(active=False))

    await cut_off(visit, visit.patient)


async def test_a_companion_who_is_taken_off_the_case_is_out(api: House, visit: Visit, clock: Clock) -> None:
    companion = api.people["companion"].id
    async with api.database.write() as connection:
        await guests.add(connection, Participation("p-1", visit.case, companion, "sister", clock(), None))
    async with in_the_room(api, visit.id, "companion", visit.specialist) as (page, _):
        async with api.database.write() as connection:
            await connection.execute(schema.case_people.update().values(until=clock()))

        await cut_off(visit, page)
    await visit.patient.ping()
    assert (await api.post("companion", f"/visits/{visit.id}/join")).status == 404


async def test_a_specialist_who_gives_the_case_up_is_out(api: House, visit: Visit) -> None:
    other = api.people["other_specialist"].id
    async with api.database.write() as connection:
        await connection.execute(schema.cases.update().values(specialist_id=other))

    async with asyncio.timeout(AT_MOST_SECONDS):
        assert await visit.specialist.end() == 4403
    await visit.patient.ping()


async def test_who_waits_for_a_visit_that_is_called_off_hears_it(api: House, clock: Clock) -> None:
    booked = await an_open_visit(api, clock)
    async with (
        socket_with(api, await a_ticket(api, "patient", booked["visit_id"])) as patient,
        socket_with(api, await a_ticket(api, "specialist", booked["visit_id"])) as specialist,
    ):
        await patient.hear("lobby.state")
        await specialist.hear("snapshot")
        answer = await api.post("patient", f"/appointments/{booked['id']}/cancel", {"reason": "I am ill."})
        assert answer.status == 200

        async with asyncio.timeout(AT_MOST_SECONDS):
            assert [await patient.end(), await specialist.end()] == [4440, 4440]
    assert (await api.post("patient", f"/visits/{booked['visit_id']}/join")).status == 409


async def test_who_has_come_in_again_by_another_sign_in_stays(api: House, visit: Visit) -> None:
    entry, _ = await a_ticket_of_a_browser(api, "patient", visit.id)
    async with socket_with(api, entry, "tab-of-patient") as again:
        await again.hear("welcome")
        assert await visit.patient.end() == 4410

        await api.delete("patient", f"/me/sessions/{visit.session}")
        await api.app[DOORKEEPER].look()

        await again.ping()


async def test_who_was_cut_off_cannot_resume_and_comes_back_by_signing_in(api: House, visit: Visit) -> None:
    entry, session = await a_ticket_of_a_browser(api, "patient", visit.id)
    async with socket_with(api, entry, "tab-of-patient") as page:
        welcome = (await page.hear("welcome"))["data"]
        await api.delete("patient", f"/me/sessions/{session}")
        await cut_off(visit, page)
    async with api.http.ws_connect(entry["signal_url"], protocols=["consilium.visit.v1"]) as raw:
        key = {"session_id": welcome["session_id"], "resume_key": welcome["resume_key"], "last_s": 1}
        await raw.send_json({"type": "resume", "data": key})
        assert (await Socket(raw).hear("resume.denied"))["data"]["code"] == "revoked"

    fresh, _ = await a_ticket_of_a_browser(api, "patient", visit.id)
    async with socket_with(api, fresh, "tab-of-patient") as page:
        assert (await page.hear("welcome"))["data"]["state"] == "waiting"


async def test_a_ticket_dies_with_the_session_that_asked_for_it(api: House, visit: Visit) -> None:
    entry, session = await a_ticket_of_a_browser(api, "patient", visit.id)
    await api.delete("patient", f"/me/sessions/{session}")

    async with socket_with(api, entry) as page:
        assert await page.end() == 4401


async def test_five_hundred_people_can_be_asked_after_at_once(api: House, visit: Visit) -> None:
    here = [(VisitId(f"v-{number}"), AccountId(f"a-{number}")) for number in range(500)]
    here.append((VisitId(visit.id), api.people["patient"].id))
    sign_ins = [f"s-{number}" for number in range(500)] + [visit.session]

    async with api.database.read() as connection:
        found = await attendance.of(connection, here, sign_ins)

    assert [(one.account_id, one.sign_in) for one in found] == [(api.people["patient"].id, visit.session)]
