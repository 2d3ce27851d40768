"""What is thrown away once nobody needs it: spent tickets, and what journals of past visits hold beyond the record."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.ids import VisitId
from server.domain.visits import VisitStatus
from server.storage.schema import tickets, visit_journal, visits
from signaling.journal import Entry, decode_entry, encode_entry

OVER = (VisitStatus.FINISHED, VisitStatus.CANCELLED)

Cut = Callable[[Sequence[Entry]], tuple[Entry, ...]]


async def forget_tickets(connection: AsyncConnection, before: datetime) -> None:
    """Forget the tickets that were spent before then."""
    await connection.execute(delete(tickets).where(tickets.c.spent_at < before))


async def untidied(
    connection: AsyncConnection, ended_before: datetime, started_before: datetime, most: int
) -> list[VisitId]:
    """List visits whose journals are still whole: over before the one instant, or begun before the other."""
    query = (
        select(visits.c.id)
        .where(
            visits.c.tidied_at.is_(None),
            or_(
                and_(visits.c.status.in_(OVER), visits.c.ended_at < ended_before),
                and_(
                    visits.c.start < started_before,
                    or_(visits.c.started_at.is_(None), visits.c.started_at < started_before),
                ),
            ),
        )
        .limit(most)
    )
    return [VisitId(visit) for visit in (await connection.execute(query)).scalars()]


async def tidy(connection: AsyncConnection, visit: VisitId, cut: Cut, now: datetime) -> None:
    """Cut a visit's journal down, and remember that it is done."""
    of_visit = visit_journal.c.visit_id == visit
    query = select(visit_journal).where(of_visit).order_by(visit_journal.c.number)
    rows = (await connection.execute(query)).all()
    entries = tuple(decode_entry(json.dumps(row.entry).encode()) for row in rows)
    kept = cut(entries)
    if kept != entries:
        await connection.execute(delete(visit_journal).where(of_visit))
        numbered = [
            {"visit_id": visit, "number": number, "entry": json.loads(encode_entry(entry)), "written_at": entry.at}
            for number, entry in enumerate(kept, 1)
        ]
        if numbered:
            await connection.execute(insert(visit_journal), numbered)
    await connection.execute(update(visits).where(visits.c.id == visit).values(tidied_at=now))
