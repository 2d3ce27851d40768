"""Coming into a visit: who gets a ticket, what a ticket is good for, and what the meeting leaves in the record."""

import contextlib
from datetime import timedelta

import aiohttp
import pytest

from server.storage import schema
from tests import builders
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import (
    PROTOCOL,
    a_ticket,
    a_visit_tomorrow,
    an_open_visit,
    socket_with,
)


@pytest.fixture
async def visit_id(api: House, clock: Clock) -> str:
    """A visit whose door is open now."""
    return str((await an_open_visit(api, clock))["visit_id"])


async def test_the_door_opens_half_an_hour_before(api: House, clock: Clock) -> None:
    appointment = await a_visit_tomorrow(api)
    address = f"/visits/{appointment['visit_id']}/join"

    early = await api.post("patient", address)
    clock.advance(timedelta(hours=23, minutes=30))
    in_time = await api.post("patient", address)
    clock.advance(timedelta(hours=4, minutes=30))
    late = await api.post("patient", address)

    assert [answer.status for answer in (early, in_time, late)] == [409, 200, 409]
    assert early.body["code"] == "visit-not-open"


async def test_patient_waits_until_the_specialist_lets_them_in(api: House, visit_id: str) -> None:
    async with socket_with(api, await a_ticket(api, "patient", visit_id)) as patient:
        welcome = await patient.hear("welcome")
        assert welcome["data"]["role"] == "patient"
        await patient.hear("lobby.state")
        async with socket_with(api, await a_ticket(api, "specialist", visit_id)) as specialist:
            waiting = (await specialist.hear("snapshot"))["data"]["lobby"]
            assert [entry["label"] for entry in waiting] == ["Maria Kowalska"]

            await specialist.say("lobby.admit", {"member": waiting[0]["member"]})
            inside = (await patient.hear("snapshot"))["data"]

    assert [link["initiator"] for link in inside["links"]] == [True]  # the newcomer makes the offer


async def test_a_ticket_is_good_once(api: House, visit_id: str) -> None:
    entry = await a_ticket(api, "patient", visit_id)
    async with socket_with(api, entry) as first:
        await first.hear("welcome")

        async with socket_with(api, entry, "tab-two-2") as second:
            assert await second.end() == 4401


async def test_a_ticket_is_good_for_a_minute(api: House, clock: Clock, visit_id: str) -> None:
    entry = await a_ticket(api, "patient", visit_id)
    clock.advance(timedelta(seconds=91))

    async with socket_with(api, entry) as page:
        assert await page.end() == 4401


async def test_a_ticket_for_one_visit_opens_no_other(api: House, visit_id: str, clock: Clock) -> None:
    other = await builders.a_bookable_case(api, patient="other_patient")
    slots = (await api.get("other_patient", f"/slots?case={other}")).body["slots"]
    booked = await api.post("other_patient", "/appointments", {"slot": slots[-1]["token"]})
    entry = await a_ticket(api, "patient", visit_id)
    entry["signal_url"] = entry["signal_url"].replace(visit_id, booked.body["visit_id"])

    async with socket_with(api, entry) as page:
        assert await page.end() == 4401


async def test_a_token_of_another_kind_is_no_ticket(api: House, visit_id: str) -> None:
    entry = await a_ticket(api, "patient", visit_id)
    entry["ticket"] = await api.token("patient")

    async with socket_with(api, entry) as page:
        assert await page.end() == 4401


@pytest.mark.parametrize("person", ["other_patient", "other_specialist", "companion", "interpreter"])
async def test_a_visit_does_not_exist_for_people_who_have_no_part_in_it(api: House, visit_id: str, person: str) -> None:
    looked = await api.get(person, f"/visits/{visit_id}")
    joined = await api.post(person, f"/visits/{visit_id}/join")

    assert (looked.status, joined.status) == (404, 404)


async def test_staff_who_do_not_host_get_no_ticket(api: House, visit_id: str) -> None:
    answer = await api.post("scheduler", f"/visits/{visit_id}/join")

    assert (answer.status, answer.body["code"]) == (403, "forbidden")


async def test_a_page_of_another_site_gets_no_socket(api: House, visit_id: str) -> None:
    entry = await a_ticket(api, "patient", visit_id)

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await api.http.ws_connect(entry["signal_url"], protocols=[PROTOCOL], headers={"Origin": "https://evil.example"})

    assert refused.value.status == 403


async def test_the_meeting_is_written_down(api: House, visit_id: str) -> None:
    async with (
        socket_with(api, await a_ticket(api, "patient", visit_id)) as patient,
        socket_with(api, await a_ticket(api, "specialist", visit_id)) as specialist,
    ):
        await patient.hear("welcome")
        await specialist.say("lobby.admit", {"member": api.people["patient"].id})
        await patient.hear("visit.changed")
        await api.settle()
        begun = await api.get("patient", f"/visits/{visit_id}")

        await specialist.say("visit.end", {"confirm": True})
        assert await patient.end() == 4440
    await api.settle()
    over = await api.get("patient", f"/visits/{visit_id}")

    assert begun.body["status"] == "in-progress"
    assert over.body["status"] == "finished"
    async with api.database.read() as connection:
        claimed = (await connection.execute(schema.claims.select())).mappings().all()
    assert {one["state"] for one in claimed} == {"released"}  # who is done early is free early


async def test_one_person_asks_for_ten_tickets_a_minute_and_others_of_the_same_address_for_theirs(
    api: House, visit_id: str
) -> None:
    for _ in range(10):
        await a_ticket(api, "patient", visit_id)

    answer = await api.post("patient", f"/visits/{visit_id}/join")

    assert (answer.status, answer.body["code"]) == (429, "too-many-requests")
    assert int(answer.headers["Retry-After"]) > 0
    await a_ticket(api, "specialist", visit_id)


async def test_sockets_that_prove_nothing_are_refused_with_a_time_to_come_again(api: House, visit_id: str) -> None:
    async with contextlib.AsyncExitStack() as sockets:
        entry = await a_ticket(api, "patient", visit_id)
        with contextlib.suppress(aiohttp.WSServerHandshakeError):
            for _ in range(2 * 30):  # one more is borne every two seconds
                await sockets.enter_async_context(api.http.ws_connect(entry["signal_url"], protocols=[PROTOCOL]))

        async with api.http.get(entry["signal_url"].replace("ws:", "http:")) as refused:
            problem = await refused.json()

    assert (refused.status, problem["code"]) == (429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) > 0
