"""Waivers: records that a case goes on without, and who said so."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain import ids
from server.domain.checklist import Waiver
from server.domain.ids import AccountId, CaseId
from server.storage.inserts import insert_new
from server.storage.schema import accounts, waivers


async def add(
    connection: AsyncConnection, case_id: CaseId, item: str, reason: str, by: AccountId, now: datetime
) -> bool:
    """Write a waiver down; False when the item was waived already."""
    row = {"id": ids.new(), "case_id": case_id, "item": item, "reason": reason, "waived_by": by, "created_at": now}
    return await insert_new(connection, waivers, row)


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Waiver, ...]:
    """List the waivers of a case."""
    query = (
        select(waivers.c.item, waivers.c.reason, accounts.c.role)
        .join(accounts, accounts.c.id == waivers.c.waived_by)
        .where(waivers.c.case_id == case_id)
    )
    return tuple(Waiver(row.item, row.reason, row.role) for row in (await connection.execute(query)).all())
