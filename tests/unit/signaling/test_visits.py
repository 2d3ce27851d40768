"""A visit has one place in the process: loaded once, kept while used, forgotten when the journal knows all."""

import asyncio
from datetime import UTC, datetime

import structlog

from signaling.ice import IceServers
from signaling.ids import MemberId, VisitId
from signaling.journal import MemoryJournal
from signaling.live import LiveVisit
from signaling.moment import Moment
from signaling.room import Room
from signaling.visits import Visits

VISIT = VisitId("v_1")
NOW = Moment(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), 1000.0)


class Library:
    """Loads visits from a journal, and counts."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()
        self.loads = 0

    async def load(self, visit: VisitId) -> LiveVisit:
        self.loads += 1
        await asyncio.sleep(0)
        entries = await self.journal.load(visit)
        room = Room(visit, entries, draw=lambda: "x" * 32, ice=IceServers(), now=NOW)
        return LiveVisit(
            visit,
            room,
            journal=self.journal,
            now=lambda: NOW,
            on_event=lambda _visit, _notice: None,
            log=structlog.get_logger(),
        )


async def test_however_many_come_at_once_it_is_loaded_once() -> None:
    library = Library()
    visits = Visits(library.load)

    with visits.kept(VISIT):
        first, second = await asyncio.gather(visits.open(VISIT), visits.open(VISIT))

    assert first is second
    assert library.loads == 1
    assert list(visits) == [first]


async def test_it_is_kept_while_somebody_uses_it() -> None:
    visits = Visits(Library().load)

    with visits.kept(VISIT):
        live = await visits.open(VISIT)
        await live.catch_up()
        visits.forget_idle()
        assert visits.get(VISIT) is live

    visits.forget_idle()
    assert visits.get(VISIT) is None


async def test_it_is_kept_until_everything_is_written_down() -> None:
    library = Library()
    visits = Visits(library.load)
    with visits.kept(VISIT):
        live = await visits.open(VISIT)
    live.revoke(MemberId("m_stranger"))
    live.tick()
    assert live.behind

    visits.forget_idle()
    assert visits.get(VISIT) is live

    await live.catch_up()
    visits.forget_idle()
    assert visits.get(VISIT) is None
    assert [type(entry).__name__ for entry in library.journal.entries[VISIT]] == ["Opened"]


async def test_a_place_that_was_never_loaded_is_forgotten() -> None:
    visits = Visits(Library().load)

    with visits.kept(VISIT):
        assert visits.get(VISIT) is None
        visits.forget_idle()

    visits.forget_idle()
    assert list(visits) == []
