"""The visits' journal: what the signaling core must find again after a restart.

Entries of many visits that come at one moment are committed together, so that joins do not queue behind the disk.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from server.domain.errors import DomainError
from server.storage.database import Connection, Database
from server.storage.schema import visit_journal
from signaling.errors import JournalUnavailableError
from signaling.ids import VisitId
from signaling.journal import Entry, decode_entry, encode_entry

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Wanted:
    visit: VisitId
    entries: Sequence[Entry]
    kept: asyncio.Future[None]


class DatabaseJournal:
    """Keeps the entries in the service's database; what signaling is handed as its `Journal`."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._wanted: list[_Wanted] = []
        self._writer: asyncio.Task[None] | None = None

    async def load(self, visit: VisitId) -> Sequence[Entry]:
        """Return everything appended for this visit, the oldest first.

        Raises:
            JournalUnavailableError: the database does not answer.
        """
        query = select(visit_journal.c.entry).where(visit_journal.c.visit_id == visit).order_by(visit_journal.c.number)
        try:
            async with self._database.read() as connection:
                stored = (await connection.execute(query)).scalars().all()
        except (SQLAlchemyError, DomainError, OSError) as error:
            raise JournalUnavailableError("the journal cannot be read") from error
        return tuple(decode_entry(json.dumps(entry).encode()) for entry in stored)

    async def append(self, visit: VisitId, entries: Sequence[Entry]) -> None:
        """Keep the entries, all or none, durably.

        Raises:
            JournalUnavailableError: the database did not take them.
        """
        wanted = _Wanted(visit, entries, asyncio.get_running_loop().create_future())
        self._wanted.append(wanted)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await wanted.kept

    async def _write(self) -> None:
        while self._wanted:
            batch, self._wanted = self._wanted, []
            refusal: JournalUnavailableError | None = JournalUnavailableError("the journal cannot be written")
            try:
                async with self._database.write() as connection:
                    for wanted in batch:
                        await self._keep(connection, wanted)
                refusal = None
            except (SQLAlchemyError, DomainError, OSError) as error:
                log.warning("journal.not-written", visits=len(batch), error=type(error).__name__)
            finally:  # whatever happens, nobody waits for ever
                _settle(batch, refusal)

    async def _keep(self, connection: Connection, wanted: _Wanted) -> None:
        highest = select(func.max(visit_journal.c.number)).where(visit_journal.c.visit_id == wanted.visit)
        first = ((await connection.execute(highest)).scalar_one() or 0) + 1
        rows = [
            {
                "visit_id": wanted.visit,
                "number": first + offset,
                "entry": json.loads(encode_entry(entry)),
                "written_at": self._clock(),
            }
            for offset, entry in enumerate(wanted.entries)
        ]
        if rows:
            await connection.execute(insert(visit_journal), rows)


def _settle(batch: list[_Wanted], refusal: JournalUnavailableError | None) -> None:
    for wanted in batch:
        if wanted.kept.done():
            continue
        if refusal is None:
            wanted.kept.set_result(None)
        else:
            wanted.kept.set_exception(refusal)
