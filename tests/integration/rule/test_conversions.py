"""A specialist moves a visit that goes on to the clinic: with a reason, to their own time there, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import Role
from server.domain.permissions import ALLOWED, Action
from server.keys import DOORKEEPER
from tests import builders
from tests.integration.house import Answer, Clock, House
from tests.integration.rule.test_events import CONVERT, raised
from tests.integration.visits.meeting import Socket, a_ticket, an_open_visit, in_the_room, socket_with

AT_MOST_SECONDS = 10
MOMENT = timedelta(seconds=1)


@pytest.fixture
async def appointment(demo: House, clock: Clock) -> dict[str, Any]:
    """A visit whose door is open."""
    return await an_open_visit(demo, clock)


@pytest.fixture
async def meeting(demo: House, clock: Clock, appointment: dict[str, Any]) -> AsyncIterator[tuple[Socket, Socket]]:
    """Specialist and patient in the room of the visit, and the record knows it."""
    async with (
        socket_with(demo, await a_ticket(demo, "specialist", appointment["visit_id"])) as specialist,
        in_the_room(demo, appointment["visit_id"], "patient", specialist) as (patient, _),
    ):
        async with asyncio.timeout(AT_MOST_SECONDS):
            while (await demo.get("patient", f"/visits/{appointment['visit_id']}")).body["status"] != "in-progress":
                await demo.settle()
        clock.advance(MOMENT)
        yield specialist, patient


async def times(demo: House, appointment: dict[str, Any], mode: str = "in-person") -> list[str]:
    answer = await demo.get("specialist", f"/slots?case={appointment['case_id']}&mode={mode}")
    return [slot["token"] for slot in answer.body["slots"]]


async def converted(demo: House, appointment: dict[str, Any], token: str, person: str = "specialist") -> Answer:
    return await demo.post(person, f"/visits/{appointment['visit_id']}/in-person", {"slot": token})


async def test_the_visit_goes_on_and_the_same_appointment_is_at_the_clinic(
    demo: House, appointment: dict[str, Any], meeting: tuple[Socket, Socket]
) -> None:
    await raised(demo, appointment["visit_id"], **CONVERT)
    token = (await times(demo, appointment))[0]

    answer = await converted(demo, appointment, token)

    assert answer.status == 200, answer.body
    assert (answer.body["id"], answer.body["visit_id"]) == (appointment["id"], appointment["visit_id"])
    assert (answer.body["mode"], answer.body["address"]) == ("in-person", "1 Lakeside Drive, Detroit, MI 48201")
    await demo.app[DOORKEEPER].look()
    for page in meeting:
        await page.ping()
    letter = (await demo.mailbox())[demo.people["patient"].email][0]
    assert "1 Lakeside Drive" in letter.body


async def test_whose_line_fails_comes_back_into_the_visit_that_goes_on(
    demo: House, appointment: dict[str, Any], meeting: tuple[Socket, Socket]
) -> None:
    _, patient = meeting
    await raised(demo, appointment["visit_id"], **CONVERT)
    await converted(demo, appointment, (await times(demo, appointment))[0])

    await patient.socket.close(code=4000)
    async with socket_with(demo, await a_ticket(demo, "patient", appointment["visit_id"]), "tab-of-patient") as again:
        assert (await again.hear("snapshot"))["data"]["me"]["state"] == "in"


async def test_nothing_moves_before_it_was_said_why(
    demo: House, appointment: dict[str, Any], meeting: tuple[Socket, Socket]
) -> None:
    await raised(demo, appointment["visit_id"], **CONVERT)
    token = (await times(demo, appointment))[0]
    demo.clock.advance(MOMENT)
    gone = f"/visits/{appointment['visit_id']}/events/clinician_converts"
    await demo.call("DELETE", "specialist", gone, json={"reason": "The line is good again."})

    answer = await converted(demo, appointment, token)

    assert (answer.status, answer.body["code"]) == (409, "not-converted")
    assert (await demo.get("patient", f"/visits/{appointment['visit_id']}")).body["mode"] == "video"


async def test_a_visit_that_is_not_under_way_is_the_desks_to_move(demo: House, appointment: dict[str, Any]) -> None:
    await raised(demo, appointment["visit_id"], **CONVERT)
    token = (await times(demo, appointment))[0]

    answer = await converted(demo, appointment, token)

    assert (answer.status, answer.body["code"]) == (409, "visit-moved-on")
    assert "call them" in answer.body["title"]


async def test_only_times_at_the_clinic_are_taken(
    demo: House, appointment: dict[str, Any], meeting: tuple[Socket, Socket]
) -> None:
    by_video = (await times(demo, appointment, "video"))[0]
    await raised(demo, appointment["visit_id"], **CONVERT)

    answer = await converted(demo, appointment, by_video)

    assert (answer.status, answer.body["code"]) == (409, "not-converted")


async def test_a_time_of_another_case_is_not_known_here(
    demo: House, appointment: dict[str, Any], meeting: tuple[Socket, Socket]
) -> None:
    await raised(demo, appointment["visit_id"], **CONVERT)
    other = await builders.a_bookable_case(demo, patient="other_patient", exam_needed=True)
    token = (await demo.get("other_patient", f"/slots?case={other}")).body["slots"][0]["token"]

    assert (await converted(demo, appointment, token)).body["code"] == "slot-token-invalid"


async def test_nobody_else_converts_and_a_specialist_books_nothing_else(
    demo: House, appointment: dict[str, Any], meeting: tuple[Socket, Socket]
) -> None:
    await raised(demo, appointment["visit_id"], **CONVERT)
    token = (await times(demo, appointment))[0]

    for person in ("patient", "scheduler", "companion", "interpreter", "admin"):
        assert (await converted(demo, appointment, token, person)).status == 403, person
    assert (await converted(demo, appointment, token, "other_specialist")).status == 404
    booking = f"/appointments/{appointment['id']}"
    for path, body in (
        (f"{booking}/reschedule", {"slot": token}),
        (f"{booking}/cancel", {"reason": "No."}),
        ("/appointments", {"slot": token}),
        ("/holds", {"slot": token}),
    ):
        assert (await demo.post("specialist", path, body)).status == 403, path
    assert [role for role in Role if Action.VISIT_CONVERT in ALLOWED[role]] == [Role.SPECIALIST]
