"""Approvals of the in-person rule: written once, ended once, never removed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.approvals import Approval, NotApprovableError
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId, CaseId
from server.storage.rows import columns, optional, values
from server.storage.schema import approvals

ALIVE = (approvals.c.void_at.is_(None), approvals.c.withdrawn_at.is_(None))


async def add(connection: AsyncConnection, approval: Approval) -> None:
    """Insert an approval.

    Raises:
        NotApprovableError: somebody has approved the same rule in the same moment.
    """
    try:
        await connection.execute(insert(approvals).values(**columns(approval)))
    except IntegrityError as error:
        raise NotApprovableError("This reason has just been approved.") from error


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Approval, ...]:
    """List all approvals of a case, the newest first."""
    query = select(approvals).where(approvals.c.case_id == case_id)
    found = await connection.execute(query.order_by(approvals.c.approved_at.desc(), approvals.c.id))
    return values(Approval, found.all())


async def alive(connection: AsyncConnection, case_id: CaseId) -> tuple[Approval, ...]:
    """List the approvals of a case that have not ended."""
    query = select(approvals).where(approvals.c.case_id == case_id, *ALIVE).order_by(approvals.c.rule_id)
    return values(Approval, (await connection.execute(query)).all())


async def get(connection: AsyncConnection, case_id: CaseId, approval_id: str) -> Approval:
    """Return an approval of a case.

    Raises:
        NotFoundError: the case has no such approval.
    """
    query = select(approvals).where(approvals.c.id == approval_id, approvals.c.case_id == case_id)
    found = optional(Approval, (await connection.execute(query)).one_or_none())
    if found is None:
        raise NotFoundError("There is no such approval.")
    return found


async def void(connection: AsyncConnection, ended: Iterable[Approval], now: datetime) -> None:
    """End approvals for good, because something they stand on has changed."""
    names = [one.id for one in ended]
    if names:
        await connection.execute(update(approvals).where(approvals.c.id.in_(names), *ALIVE).values(void_at=now))


async def withdraw(connection: AsyncConnection, approval: Approval, by: AccountId, now: datetime) -> bool:
    """End an approval because a clinician takes it back; False where it had ended already."""
    ended = update(approvals).where(approvals.c.id == approval.id, *ALIVE).values(withdrawn_at=now, withdrawn_by=by)
    return (await connection.execute(ended)).rowcount == 1
