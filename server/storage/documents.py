"""Documents: what arrived in a case, and what became of it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.documents import DocumentStatus
from server.domain.ids import CaseId
from server.storage.schema import documents

IN_HAND = (DocumentStatus.RECEIVED.value, DocumentStatus.ACCEPTED.value)


async def kinds_in_hand(connection: AsyncConnection, case_id: CaseId) -> frozenset[str]:
    """Name the kinds of documents that the case has and nobody has rejected."""
    query = select(documents.c.kind).where(documents.c.case_id == case_id, documents.c.status.in_(IN_HAND)).distinct()
    return frozenset((await connection.execute(query)).scalars())


async def newest_arrival(connection: AsyncConnection, case_id: CaseId) -> datetime | None:
    """Tell when the latest document arrived."""
    query = select(func.max(documents.c.created_at)).where(documents.c.case_id == case_id)
    found: datetime | None = (await connection.execute(query)).scalar_one()
    return found
