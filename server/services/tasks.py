"""What the staff have to do: lists it, lets one person say that they see to it, and ticks it off."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.domain.actors import Account, Actor, Role
from server.domain.ids import CaseId
from server.domain.paging import A_CLAIM_COUNTS_FOR
from server.domain.tasks import Task, TaskClaimedError, TaskDoneError
from server.services import trail
from server.services.access import case_for, task_for
from server.storage import accounts, cases, tasks
from server.storage.database import Connection, Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Listed:
    """A task with the person who sees to it, if somebody does."""

    task: Task
    caller: Account | None


class Tasks:
    """What each role has to do for cases."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def of_case(self, actor: Actor, case_id: CaseId) -> tuple[Listed, ...]:
        """List what this person's role has to do for a case."""
        async with self._database.read() as connection:
            await case_for(connection, actor, case_id)
            return await _listed(connection, await tasks.open_of(connection, case_id, actor.role))

    async def all(self, actor: Actor) -> tuple[Listed, ...]:
        """List what this person's role has to do, the oldest first; a specialist's for their own cases."""
        async with self._database.read() as connection:
            found = await tasks.open_for(connection, actor.role)
            if actor.role is not Role.SCHEDULER:
                mine = {case.id for case in await cases.known_to(connection, actor.id, actor.role)}
                found = tuple(task for task in found if task.case_id in mine)
            return await _listed(connection, found)

    async def one(self, actor: Actor, task_id: str) -> Listed:
        """Return one task, also to whoever was paged about it; that they have read it is written down."""
        async with self._database.write() as connection:
            task = await task_for(connection, actor, task_id)
            await self._record(connection, actor, "task.read", task)
            return (await _listed(connection, (task,)))[0]

    async def claim(self, actor: Actor, task_id: str) -> Listed:
        """Write down that this person sees to it now; nobody is paged about it for as long as that counts.

        Raises:
            TaskClaimedError: somebody else has said so first.
            TaskDoneError: it is done.
        """
        now = self._clock()
        async with self._database.write() as connection:
            task = await task_for(connection, actor, task_id)
            if await tasks.claim(connection, task, actor.id, now, now - A_CLAIM_COUNTS_FOR):
                await self._record(connection, actor, "task.claimed", task)
                log.info("task.claimed", task=task.id, case=task.case_id)
            listed = (await _listed(connection, (await tasks.get(connection, task_id),)))[0]
        if listed.task.claimed_by != actor.id:
            if listed.task.done_at is not None:
                raise TaskDoneError("There is no such task.")
            raise TaskClaimedError("Somebody else is calling already.")
        return listed

    async def finish(self, actor: Actor, case_id: CaseId, task_id: str) -> None:
        """Tick a task of a case off.

        Raises:
            TaskDoneError: somebody has done it already.
        """
        async with self._database.write() as connection:
            task = await task_for(connection, actor, task_id)
            if task.case_id != case_id or not await tasks.finish(connection, task, actor.id, self._clock()):
                raise TaskDoneError("There is no such task.")
            await self._record(connection, actor, "task.finished", task)

    async def _record(self, connection: Connection, actor: Actor, action: str, task: Task) -> None:
        await trail.record(connection, actor, action, "task", task.id, now=self._clock(), case_id=task.case_id)


async def _listed(connection: Connection, found: Iterable[Task]) -> tuple[Listed, ...]:
    listed = tuple(found)
    people = await accounts.of_ids(connection, {task.claimed_by for task in listed if task.claimed_by})
    return tuple(Listed(task, people.get(task.claimed_by) if task.claimed_by else None) for task in listed)
