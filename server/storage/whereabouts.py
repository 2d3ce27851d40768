"""Where patients said that they are: append-only, a later word stands beside the earlier one."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.ids import VisitId
from server.domain.whereabouts import Whereabouts
from server.storage.rows import columns, optional
from server.storage.schema import whereabouts


async def add(connection: AsyncConnection, said: Whereabouts) -> None:
    """Write down where somebody is."""
    await connection.execute(insert(whereabouts).values(**columns(said)))


async def newest(connection: AsyncConnection, visit_id: VisitId) -> Whereabouts | None:
    """Return the last word of a visit's patient, if there is one."""
    query = select(whereabouts).where(whereabouts.c.visit_id == visit_id)
    last = query.order_by(whereabouts.c.said_at.desc(), whereabouts.c.id.desc()).limit(1)
    return optional(Whereabouts, (await connection.execute(last)).one_or_none())
