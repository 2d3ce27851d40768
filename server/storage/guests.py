"""Companions and interpreters: who has a part in a case, and since when."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.errors import NotFoundError
from server.domain.guests import Participation
from server.domain.ids import AccountId, CaseId, VisitId
from server.domain.visits import VisitStatus
from server.storage.inserts import insert_new
from server.storage.rows import columns, optional, values
from server.storage.schema import case_people, visits

OVER = (VisitStatus.FINISHED, VisitStatus.CANCELLED)

Text = ColumnElement[str] | str


def part_in(case_id: Text, account_id: Text, visit_id: Text | None = None) -> ColumnElement[bool]:
    """Say that somebody has a part in a case now: in all its visits, or in one that is not over (in this one)."""
    own = visits.alias("own_visit")
    found = exists().select_from(case_people.outerjoin(own, own.c.id == case_people.c.visit_id))
    of_all = case_people.c.visit_id.is_(None)
    found = found.where(
        case_people.c.case_id == case_id,
        case_people.c.account_id == account_id,
        case_people.c.until.is_(None),
        or_(of_all, own.c.status.not_in(OVER)),
    )
    return found if visit_id is None else found.where(or_(of_all, case_people.c.visit_id == visit_id))


async def takes_part(
    connection: AsyncConnection, case_id: CaseId, account_id: AccountId, visit_id: VisitId | None = None
) -> bool:
    """Tell whether a companion or interpreter has a part in this case now, or in this visit of it."""
    asked = part_in(literal(case_id), literal(account_id), None if visit_id is None else literal(visit_id))
    return bool((await connection.execute(select(asked))).scalar_one())


async def add(connection: AsyncConnection, participation: Participation) -> bool:
    """Let a companion or interpreter in; False where they have this part already."""
    return await insert_new(connection, case_people, columns(participation))


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Participation, ...]:
    """List the companions and interpreters that a case has now, in the order in which they came."""
    query = select(case_people).where(case_people.c.case_id == case_id, case_people.c.until.is_(None))
    return values(Participation, (await connection.execute(query.order_by(case_people.c.since))).all())


async def of_visit(connection: AsyncConnection, case_id: CaseId, visit_id: VisitId) -> tuple[Participation, ...]:
    """List the companions of a case and the interpreters of one of its visits."""
    return tuple(one for one in await of_case(connection, case_id) if one.visit_id in (None, visit_id))


async def get(connection: AsyncConnection, case_id: CaseId, participation_id: str) -> Participation:
    """Return somebody's part in a case.

    Raises:
        NotFoundError: there is none, or it has ended.
    """
    query = select(case_people).where(
        case_people.c.id == participation_id, case_people.c.case_id == case_id, case_people.c.until.is_(None)
    )
    found = optional(Participation, (await connection.execute(query)).one_or_none())
    if found is None:
        raise NotFoundError("There is no such guest.")
    return found


async def end(connection: AsyncConnection, participation: Participation, now: datetime) -> bool:
    """End somebody's part; False where it has ended before."""
    ended = await connection.execute(
        update(case_people).where(case_people.c.id == participation.id, case_people.c.until.is_(None)).values(until=now)
    )
    return ended.rowcount == 1
