"""Cases, who may know of them, and reviews."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.actors import Role
from server.domain.cases import Case, CaseStatus, Review
from server.domain.errors import ConflictError, NotFoundError
from server.domain.ids import AccountId, CaseId
from server.storage import guests
from server.storage.rows import columns, optional, values
from server.storage.schema import cases, reviews


async def add(connection: AsyncConnection, case: Case) -> None:
    """Insert a case."""
    await connection.execute(insert(cases).values(**columns(case)))


async def get(connection: AsyncConnection, case_id: CaseId) -> Case:
    """Return a case. Only access functions and jobs call this: it asks nobody for permission.

    Raises:
        NotFoundError: there is none.
    """
    case = optional(Case, (await connection.execute(select(cases).where(cases.c.id == case_id))).one_or_none())
    if case is None:
        raise NotFoundError("There is no such case.")
    return case


async def save(connection: AsyncConnection, case: Case) -> None:
    """Write a changed case whose version has grown by one.

    Raises:
        ConflictError: somebody else changed it in the meantime.
    """
    changed = await connection.execute(
        update(cases).where(cases.c.id == case.id, cases.c.version == case.version - 1).values(**columns(case))
    )
    if changed.rowcount != 1:
        raise ConflictError("Somebody else has changed this in the meantime. Please load the page again.")


async def one_by_one(connection: AsyncConnection, case_id: CaseId) -> None:
    """Wait until nobody else says or decides anything of a case, and let others wait until the commit."""
    # Without the key: whoever has written something else for this case holds that part of the lock, and waits for us.
    await connection.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update(key_share=True))


async def known_to(connection: AsyncConnection, account_id: AccountId, role: Role) -> tuple[Case, ...]:
    """List the cases that a person may know of, the newest first."""
    mine = related(account_id)
    if role not in mine:
        return ()
    query = select(cases).where(mine[role]).order_by(cases.c.created_at.desc())
    return values(Case, (await connection.execute(query)).all())


def related(
    account_id: AccountId | ColumnElement[str], visit_id: ColumnElement[str] | None = None
) -> Mapping[Role, ColumnElement[bool]]:
    """Say for each role which cases a person of that role may know of (or which visits, where one is named)."""
    takes_part = guests.part_in(cases.c.id, account_id, visit_id)
    return {
        Role.PATIENT: cases.c.patient_id == account_id,
        Role.SPECIALIST: and_(cases.c.specialist_id == account_id, cases.c.status == CaseStatus.ACCEPTED),
        Role.SCHEDULER: cases.c.status != CaseStatus.DRAFT,
        Role.COMPANION: takes_part,
        Role.INTERPRETER: takes_part,
    }


async def add_review(connection: AsyncConnection, review: Review) -> None:
    """Write down the specialist's word on the records."""
    await connection.execute(insert(reviews).values(**columns(review)))


async def newest_review(connection: AsyncConnection, case_id: CaseId) -> Review | None:
    """Return the specialist's latest word on the records."""
    query = select(reviews).where(reviews.c.case_id == case_id).order_by(reviews.c.created_at.desc()).limit(1)
    return optional(Review, (await connection.execute(query)).one_or_none())
