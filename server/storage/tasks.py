"""Tasks of the staff."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.actors import Role
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId, CaseId
from server.domain.tasks import Task
from server.storage.rows import columns, optional, values
from server.storage.schema import messages, tasks


async def add(connection: AsyncConnection, task: Task) -> None:
    """Give somebody something to do."""
    await connection.execute(insert(tasks).values(**columns(task)))


async def get(connection: AsyncConnection, task_id: str) -> Task:
    """Return a task. Only access functions and jobs call this.

    Raises:
        NotFoundError: there is none.
    """
    task = optional(Task, (await connection.execute(select(tasks).where(tasks.c.id == task_id))).one_or_none())
    if task is None:
        raise NotFoundError("There is no such task.")
    return task


async def open_for(connection: AsyncConnection, role: Role) -> tuple[Task, ...]:
    """List everything that a role has to do, the oldest first."""
    query = select(tasks).where(tasks.c.role == role, tasks.c.done_at.is_(None)).order_by(tasks.c.created_at)
    return values(Task, (await connection.execute(query)).all())


async def open_of(connection: AsyncConnection, case_id: CaseId, role: Role) -> tuple[Task, ...]:
    """List what a role has to do for a case, the oldest first."""
    query = select(tasks).where(tasks.c.case_id == case_id, tasks.c.role == role, tasks.c.done_at.is_(None))
    return values(Task, (await connection.execute(query.order_by(tasks.c.created_at))).all())


async def of_kinds(connection: AsyncConnection, case_id: CaseId, kinds: Collection[str]) -> tuple[Task, ...]:
    """List a case's tasks of these kinds, done or not, the oldest first."""
    query = select(tasks).where(tasks.c.case_id == case_id, tasks.c.kind.in_(kinds)).order_by(tasks.c.created_at)
    return values(Task, (await connection.execute(query)).all())


async def unclaimed(connection: AsyncConnection, kind: str, lapsed: datetime) -> tuple[Task, ...]:
    """List what nobody has done, nor taken on since a claim counts, of all cases."""
    query = select(tasks).where(tasks.c.kind == kind, _is_free(lapsed))
    return values(Task, (await connection.execute(query.order_by(tasks.c.created_at))).all())


async def claim(connection: AsyncConnection, task: Task, by: AccountId, now: datetime, lapsed: datetime) -> bool:
    """Write down who sees to a task; False where somebody else has done so since a claim counts."""
    claimed = update(tasks).where(tasks.c.id == task.id, _is_free(lapsed)).values(claimed_at=now, claimed_by=by)
    return (await connection.execute(claimed)).rowcount == 1


async def word(connection: AsyncConnection, task: Task) -> None:
    """Say anew what a task is about and what it waits for."""
    reworded = update(tasks).where(tasks.c.id == task.id).values(note=task.note, because=list(task.because))
    await connection.execute(reworded)


async def finish(connection: AsyncConnection, task: Task, by: AccountId | None, now: datetime) -> bool:
    """Tick a task off, by nobody where it has settled itself; False where somebody has already done so."""
    ticked = update(tasks).where(tasks.c.id == task.id, tasks.c.done_at.is_(None)).values(done_at=now, done_by=by)
    return (await connection.execute(ticked)).rowcount == 1


async def was_paged(connection: AsyncConnection, account_id: AccountId, key: str) -> bool:
    """Tell whether a page whose key begins so was written to a person."""
    query = select(exists().where(messages.c.account_id == account_id, messages.c.dedupe_key.startswith(key)))
    return bool((await connection.execute(query)).scalar_one())


def _is_free(lapsed: datetime) -> ColumnElement[bool]:
    return and_(tasks.c.done_at.is_(None), or_(tasks.c.claimed_at.is_(None), tasks.c.claimed_at <= lapsed))
