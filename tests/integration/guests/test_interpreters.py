"""Interpreters: assigned to one visit by the desk, booked like a room, moved along with it, and let go again."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import Account, Role
from server.domain.ids import AccountId
from server.storage import accounts
from tests import builders
from tests.integration.house import Answer, Clock, House
from tests.integration.visits.meeting import a_ticket, a_visit_tomorrow, an_open_visit, socket_with


async def assign(api: House, visit: str, person: str = "interpreter") -> Answer:
    return await api.post("scheduler", f"/visits/{visit}/interpreters", {"interpreter": api.people[person].id})


async def slots_of(api: House, patient: str, case: str) -> list[dict[str, Any]]:
    slots: list[dict[str, Any]] = (await api.get(patient, f"/slots?case={case}")).body["slots"]
    return slots


async def booked_at(api: House, patient: str, case: str, start: str) -> dict[str, Any]:
    (slot,) = [slot for slot in await slots_of(api, patient, case) if slot["start"] == start]
    appointment: dict[str, Any] = (await api.post(patient, "/appointments", {"slot": slot["token"]})).body
    return appointment


async def letters(api: House) -> list[str]:
    box = await api.mailbox()
    return [letter.subject for letter in box.get(api.people["interpreter"].email, [])]


async def test_an_interpreter_knows_of_their_visit_and_of_no_other(api: House, clock: Clock) -> None:
    booked = await a_visit_tomorrow(api)

    answer = await assign(api, booked["visit_id"])

    assert (answer.status, answer.body["role"], answer.body["visit_id"]) == (201, "interpreter", booked["visit_id"])
    assert (await letters(api))[0].startswith("Video visit: ")
    assert (await api.get("interpreter", f"/visits/{booked['visit_id']}")).status == 200
    assert (await api.get("interpreter", f"/appointments/{booked['id']}")).status == 200

    await api.post("patient", f"/appointments/{booked['id']}/cancel", {"reason": "I am ill."})
    (slot, *_) = await slots_of(api, "patient", booked["case_id"])
    again = (await api.post("patient", "/appointments", {"slot": slot["token"]})).body
    assert (await api.get("interpreter", f"/visits/{again['visit_id']}")).status == 404
    assert (await api.get("interpreter", f"/appointments/{again['id']}")).status == 404
    assert (await api.get("interpreter", f"/cases/{booked['case_id']}")).status == 404
    assert "You are not needed at a video visit" in await letters(api)


async def test_the_desk_sees_who_can_be_assigned(api: House) -> None:
    answer = await api.get("scheduler", "/interpreters")

    assert [one["name"] for one in answer.body["interpreters"]] == ["Ewa Nowak"]
    assert (await api.get("patient", "/interpreters")).status == 403


@pytest.mark.parametrize("person", ["patient", "companion", "specialist", "interpreter", "admin"])
async def test_nobody_else_assigns(api: House, person: str) -> None:
    booked = await a_visit_tomorrow(api)

    answer = await api.post(
        person, f"/visits/{booked['visit_id']}/interpreters", {"interpreter": api.people["interpreter"].id}
    )

    assert answer.status == 403


async def test_who_does_not_interpret_or_is_assigned_already_is_refused(api: House) -> None:
    booked = await a_visit_tomorrow(api)

    stranger = await assign(api, booked["visit_id"], "companion")
    await assign(api, booked["visit_id"])
    twice = await assign(api, booked["visit_id"])
    nowhere = await assign(api, "no-such-visit")

    assert (stranger.status, stranger.body["code"]) == (409, "no-such-interpreter")
    assert (twice.status, twice.body["code"]) == (409, "already-invited")
    assert nowhere.status == 404


async def test_an_interpreter_is_in_one_place_at_a_time(api: House) -> None:
    booked = await a_visit_tomorrow(api)
    other = await builders.a_bookable_case(api, patient="other_patient", specialist="other_specialist")
    theirs = await booked_at(api, "other_patient", other, booked["start"])
    await assign(api, booked["visit_id"])

    busy = await assign(api, theirs["visit_id"])
    guest = (await api.get("scheduler", f"/cases/{booked['case_id']}/guests")).body["guests"][0]
    await api.delete("scheduler", f"/cases/{booked['case_id']}/guests/{guest['id']}")
    free = await assign(api, theirs["visit_id"])

    assert (busy.status, busy.body["code"]) == (409, "interpreter-busy")
    assert free.status == 201
    assert "You are not needed at a video visit" in await letters(api)


async def test_an_interpreter_moves_along_with_the_visit(api: House) -> None:
    booked = await a_visit_tomorrow(api)
    await assign(api, booked["visit_id"])
    slot = (await slots_of(api, "patient", booked["case_id"]))[3]

    moved = await api.post("patient", f"/appointments/{booked['id']}/reschedule", {"slot": slot["token"]})

    assert moved.status == 200
    assert len([subject for subject in await letters(api) if subject.startswith("Video visit: ")]) == 2
    other = await builders.a_bookable_case(api, patient="other_patient", specialist="other_specialist")
    theirs = await booked_at(api, "other_patient", other, slot["start"])
    assert (await assign(api, theirs["visit_id"])).body["code"] == "interpreter-busy"


async def test_an_interpreter_who_is_busy_at_the_new_time_is_let_go_and_the_desk_is_told(api: House) -> None:
    booked = await a_visit_tomorrow(api)
    await assign(api, booked["visit_id"])
    slot = (await slots_of(api, "patient", booked["case_id"]))[3]
    other = await builders.a_bookable_case(api, patient="other_patient", specialist="other_specialist")
    await assign(api, (await booked_at(api, "other_patient", other, slot["start"]))["visit_id"])

    moved = await api.post("patient", f"/appointments/{booked['id']}/reschedule", {"slot": slot["token"]})

    assert moved.status == 200
    assert (await api.get("scheduler", f"/cases/{booked['case_id']}/guests")).body["guests"] == []
    assert (await api.get("interpreter", f"/visits/{booked['visit_id']}")).status == 404
    (task,) = (await api.get("scheduler", "/tasks")).body["tasks"]
    assert (task["kind"], task["case_id"]) == ("interpreter", booked["case_id"])


async def test_two_interpreters_can_be_at_one_visit_and_a_patient_sends_neither_away(api: House) -> None:
    booked = await a_visit_tomorrow(api)
    second = Account(
        AccountId("second"), Role.INTERPRETER, "Jan", "jan@example.org", "1", "UTC", "pl", True, api.clock()
    )
    async with api.database.write() as connection:
        await accounts.add(connection, api.keyring, second)
    await assign(api, booked["visit_id"])

    answer = await api.post("scheduler", f"/visits/{booked['visit_id']}/interpreters", {"interpreter": second.id})

    assert answer.status == 201
    address = f"/cases/{booked['case_id']}/guests/{answer.body['id']}"
    assert (await api.delete("patient", address)).status == 404
    assert (await api.delete("scheduler", address)).status == 204


async def test_an_interpreter_waits_like_everybody_and_is_out_when_they_are_let_go(api: House, clock: Clock) -> None:
    booked = await an_open_visit(api, clock)
    guest = (await assign(api, booked["visit_id"])).body

    async with socket_with(api, await a_ticket(api, "interpreter", booked["visit_id"])) as page:
        welcome = (await page.hear("welcome"))["data"]
        assert (welcome["role"], welcome["state"]) == ("interpreter", "waiting")

        await api.delete("scheduler", f"/cases/{booked['case_id']}/guests/{guest['id']}")

        assert await page.end() == 4403


async def test_nobody_is_assigned_to_a_visit_that_is_over(api: House, clock: Clock) -> None:
    booked = await a_visit_tomorrow(api)
    clock.advance(timedelta(minutes=1))
    await api.post("patient", f"/appointments/{booked['id']}/cancel", {"reason": "I am ill."})

    answer = await assign(api, booked["visit_id"])

    assert (answer.status, answer.body["code"]) == (409, "visit-moved-on")
