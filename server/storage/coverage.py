"""Coverage worksheets: append-only; another call to the plan stands beside the earlier one."""

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.coverage import Worksheet
from server.domain.errors import ConflictError
from server.domain.ids import CaseId
from server.storage.rows import columns, values
from server.storage.schema import coverage_worksheets


async def add(connection: AsyncConnection, worksheet: Worksheet) -> None:
    """Keep a worksheet.

    Raises:
        ConflictError: somebody else has kept the same number of the case.
    """
    try:
        await connection.execute(insert(coverage_worksheets).values(**columns(worksheet)))
    except IntegrityError as error:
        raise ConflictError("Somebody else has just filled in this worksheet.") from error


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Worksheet, ...]:
    """List a case's worksheets, the newest first."""
    query = select(coverage_worksheets).where(coverage_worksheets.c.case_id == case_id)
    found = await connection.execute(query.order_by(coverage_worksheets.c.number.desc()))
    return values(Worksheet, found.all())
