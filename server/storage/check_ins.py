"""What was said and decided for one visit."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.check_in import Earlier
from server.domain.decisions import StoredDecision
from server.domain.facts.statement import Statement
from server.domain.ids import CaseId, VisitId
from server.domain.policy import Outcome, Stage
from server.storage.rows import optional, values
from server.storage.schema import approvals, decisions, statements


async def said_in(connection: AsyncConnection, visit_id: VisitId, *, after: datetime) -> tuple[Statement, ...]:
    """List what was said in a visit after an instant, in the order it was said."""
    query = select(statements).where(statements.c.visit_id == visit_id, statements.c.said_at > after)
    found = await connection.execute(query.order_by(statements.c.said_at, statements.c.id))
    return values(Statement, found.all())


async def last_said(connection: AsyncConnection, case_id: CaseId, name: str) -> Statement | None:
    """Return the last word on one fact."""
    query = select(statements).where(statements.c.case_id == case_id, statements.c.name == name)
    newest = query.order_by(statements.c.said_at.desc(), statements.c.id.desc()).limit(1)
    return optional(Statement, (await connection.execute(newest)).one_or_none())


async def decided_for(connection: AsyncConnection, visit_id: VisitId) -> tuple[Earlier, ...]:
    """List what was decided for a visit, in the order of time."""
    query = select(decisions.c.slot_start, decisions.c.outcome, decisions.c.fired)
    found = await connection.execute(query.where(decisions.c.visit_id == visit_id).order_by(decisions.c.number))
    return values(Earlier, found.all())


async def newest(
    connection: AsyncConnection, visit_id: VisitId, stage: Stage, outcomes: Collection[Outcome] = tuple(Outcome)
) -> StoredDecision | None:
    """Return the latest decision of a step for a visit, of these outcomes."""
    query = select(decisions).where(
        decisions.c.visit_id == visit_id, decisions.c.stage == stage, decisions.c.outcome.in_(outcomes)
    )
    last = query.order_by(decisions.c.number.desc()).limit(1)
    return optional(StoredDecision, (await connection.execute(last)).one_or_none())


async def counts(connection: AsyncConnection, case_ids: Collection[CaseId]) -> dict[CaseId, int]:
    """Count what was said about each of these cases, and what was approved or taken back, to notice what is new."""
    counted: dict[CaseId, int] = dict.fromkeys(case_ids, 0)
    for table, words in (
        (statements, func.count()),
        (approvals, func.count() + func.count(approvals.c.withdrawn_at)),
    ):
        query = select(table.c.case_id, words.label("said")).where(table.c.case_id.in_(case_ids))
        for row in await connection.execute(query.group_by(table.c.case_id)):
            counted[row.case_id] += row.said
    return counted
