"""What people and devices said about a case: append-only; a later word stands beside the earlier one."""

from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain import ids
from server.domain.facts.statement import Statement
from server.domain.ids import CaseId, VisitId
from server.storage.rows import columns, values
from server.storage.schema import statements


async def add(
    connection: AsyncConnection, case_id: CaseId, said: Iterable[Statement], visit_id: VisitId | None = None
) -> None:
    """Write statements down."""
    rows = [{"id": ids.new(), "case_id": case_id, "visit_id": visit_id, **columns(one)} for one in said]
    if rows:
        await connection.execute(insert(statements), rows)


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Statement, ...]:
    """List everything said about a case, in the order it was said."""
    query = select(statements).where(statements.c.case_id == case_id).order_by(statements.c.said_at, statements.c.id)
    return values(Statement, (await connection.execute(query)).all())
