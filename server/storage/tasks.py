"""Tasks of the staff."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.actors import Role
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId, CaseId
from server.domain.tasks import Task
from server.storage.rows import columns, optional, values
from server.storage.schema import tasks


async def add(connection: AsyncConnection, task: Task) -> None:
    """Give somebody something to do."""
    await connection.execute(insert(tasks).values(**columns(task)))


async def get(connection: AsyncConnection, case_id: CaseId, task_id: str) -> Task:
    """Return a task of a case. Only access functions and jobs call this.

    Raises:
        NotFoundError: the case has no such task.
    """
    query = select(tasks).where(tasks.c.id == task_id, tasks.c.case_id == case_id)
    task = optional(Task, (await connection.execute(query)).one_or_none())
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


async def finish(connection: AsyncConnection, task: Task, by: AccountId, now: datetime) -> bool:
    """Tick a task off; False where somebody has already done so."""
    ticked = update(tasks).where(tasks.c.id == task.id, tasks.c.done_at.is_(None)).values(done_at=now, done_by=by)
    return (await connection.execute(ticked)).rowcount == 1
