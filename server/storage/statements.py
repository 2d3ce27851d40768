"""What people and devices said about a case: append-only; a later word stands beside the earlier one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain import ids
from server.domain.facts.statement import Statement
from server.domain.ids import CaseId, VisitId
from server.storage import cases
from server.storage.rows import columns, values
from server.storage.schema import statements
from server.storage.types import MICROSECOND


async def add(
    connection: AsyncConnection, case_id: CaseId, said: Sequence[Statement], visit_id: VisitId | None = None
) -> None:
    """Write statements down; a word on a fact of which there is one of the same instant follows it by a microsecond."""
    if said:
        await cases.one_by_one(connection, case_id)
        ordered = _in_order(said, await _said(connection, case_id, said))
        rows = [{"id": ids.new(), "case_id": case_id, "visit_id": visit_id, **columns(one)} for one in ordered]
        await connection.execute(insert(statements), rows)


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Statement, ...]:
    """List everything said about a case, in the order it was said."""
    query = select(statements).where(statements.c.case_id == case_id).order_by(statements.c.said_at, statements.c.id)
    return values(Statement, (await connection.execute(query)).all())


async def of_visit(connection: AsyncConnection, visit_id: VisitId) -> tuple[Statement, ...]:
    """List everything said in one visit, in the order it was said."""
    query = select(statements).where(statements.c.visit_id == visit_id).order_by(statements.c.said_at, statements.c.id)
    return values(Statement, (await connection.execute(query)).all())


async def _said(connection: AsyncConnection, case_id: CaseId, said: Sequence[Statement]) -> set[tuple[str, datetime]]:
    """Return when there were words on the same facts, from the first of these instants on."""
    query = select(statements.c.name, statements.c.said_at).where(
        statements.c.case_id == case_id,
        statements.c.name.in_({one.name for one in said}),
        statements.c.said_at >= min(one.said_at for one in said),
    )
    return {(name, said_at) for name, said_at in await connection.execute(query)}


def _in_order(said: Sequence[Statement], taken: set[tuple[str, datetime]]) -> list[Statement]:
    ordered = []
    for one in said:
        at = one.said_at
        while (one.name, at) in taken:
            at += MICROSECOND
        taken.add((one.name, at))
        ordered.append(replace(one, said_at=at))
    return ordered
