"""A day after a visit its journal holds what belongs to the record, and spent tickets are forgotten."""

from datetime import timedelta

from sqlalchemy import func, select

from server.domain.ids import VisitId
from server.keys import RETENTION
from server.storage import retention
from server.storage.database import Connection
from server.storage.journal import DatabaseJournal
from server.storage.schema import tickets
from signaling import ids as signaling_ids
from signaling.journal import Entry
from tests import builders
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_ticket, an_open_visit, in_the_room, socket_with


async def journal_of(api: House, visit: str) -> list[str]:
    entries: list[Entry] = list(await DatabaseJournal(api.database, api.clock).load(signaling_ids.VisitId(visit)))
    return [type(entry).__name__ for entry in entries]


async def spent(connection: Connection) -> int:
    return int((await connection.execute(select(func.count()).select_from(tickets))).scalar_one())


async def a_visit_that_was(api: House, clock: Clock) -> str:
    """Let a specialist and a patient meet, write to each other, and end the visit."""
    visit = VisitId((await an_open_visit(api, clock))["visit_id"])
    async with (
        socket_with(api, await a_ticket(api, "specialist", visit)) as specialist,
        in_the_room(api, visit, "patient", specialist) as (patient, _),
    ):
        await specialist.say("chat.send", {"id": "1", "text": "Twice a day."})
        await patient.hear("chat.msg")
        await api.settle()
        await specialist.say("visit.end", {"confirm": True})
        assert await patient.end() == 4440
    await api.settle()
    return visit


async def test_after_a_day_the_journal_is_cut_down_to_the_record(api: House, clock: Clock) -> None:
    visit = await a_visit_that_was(api, clock)
    whole = await journal_of(api, visit)
    await api.app[RETENTION].tidy()
    assert await journal_of(api, visit) == whole
    clock.advance(timedelta(days=1, minutes=1))

    for _ in range(2):
        await api.app[RETENTION].tidy()

    assert "Linked" in whole
    assert await journal_of(api, visit) == [kind for kind in whole if kind not in ("Linked", "Unlinked")]
    async with api.database.read() as connection:
        assert await spent(connection) == 0


async def test_a_visit_that_people_are_in_is_left_alone(api: House, clock: Clock) -> None:
    visit = (await an_open_visit(api, clock))["visit_id"]
    async with (
        socket_with(api, await a_ticket(api, "specialist", visit)) as specialist,
        in_the_room(api, visit, "patient", specialist),
    ):
        clock.advance(timedelta(hours=23))
        await specialist.say("chat.send", {"id": "1", "text": "We are still here."})
        await specialist.hear("chat.msg")
        clock.advance(timedelta(hours=6))

        await api.app[RETENTION].tidy()

        assert "Linked" in await journal_of(api, visit)


async def test_a_visit_that_was_tidied_and_is_moved_is_tidied_again(api: House, clock: Clock) -> None:
    booked = await an_open_visit(api, clock)
    clock.advance(timedelta(hours=30))
    await api.app[RETENTION].tidy()
    assert await untidied(api) == []

    await builders.say_everything(api, booked["case_id"])
    slots = (await api.get("patient", f"/slots?case={booked['case_id']}")).body["slots"]
    moved = await api.post("patient", f"/appointments/{booked['id']}/reschedule", {"slot": slots[-1]["token"]})

    assert moved.status == 200
    assert await untidied(api) == [booked["visit_id"]]


async def untidied(api: House) -> list[VisitId]:
    """List the visits whose journals would be cut down in a year."""
    later = api.clock() + timedelta(days=365)
    async with api.database.read() as connection:
        return await retention.untidied(connection, later, later, 10)
