"""Throws away what nobody needs any more: a day after a ticket or a visit, a month after a report of one."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog

from server.domain import waiting_room
from server.domain.ids import VisitId
from server.domain.visit_reports import KEPT_FOR
from server.services import rounds
from server.storage import retention, visit_reports
from server.storage.database import Database
from signaling.retention import for_the_record

EVERY_SECONDS = 3600
AFTER = timedelta(days=1)  # longer than any clock that is set back brings a ticket to life again
AT_ONCE = 100

log = structlog.get_logger()


class Retention:
    """Keeps records, and nothing else."""

    def __init__(self, database: Database, live: Callable[[], Iterable[str]], clock: Callable[[], datetime]) -> None:
        """`live` lists the visits that people are in at this moment."""
        self._database = database
        self._live = live
        self._clock = clock

    async def run(self) -> None:
        """Tidy up for as long as the service runs."""
        while True:
            await self.tidy()
            await asyncio.sleep(EVERY_SECONDS)

    async def tidy(self) -> None:
        """Throw away what is due."""
        now = self._clock()
        over = now - AFTER
        async with self._database.write() as connection:
            await retention.forget_tickets(connection, over)
            await visit_reports.forget(connection, now - KEPT_FOR)
            due = await retention.untidied(connection, over, over - waiting_room.STAYS_OPEN_AFTER, AT_ONCE)
        await rounds.each(set(due) - set(self._live()), self._tidy)

    async def _tidy(self, visit: VisitId) -> None:
        now = self._clock()
        async with self._database.write() as connection:
            await retention.tidy(connection, visit, lambda entries: for_the_record(entries, now=now), now)
        log.info("visit.tidied", visit=visit)
