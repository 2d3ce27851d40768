"""What the staff have to do for cases, over the wire."""

from collections.abc import Iterable

from aiohttp import web
from pydantic import AwareDatetime

from server.domain.errors import NotFoundError
from server.domain.permissions import Action
from server.domain.tasks import TaskClaimedError
from server.http.api import Routes, Shape, actor_of, case_of
from server.keys import TASKS
from server.services.tasks import Listed

routes = Routes("tasks")


class CallerOut(Shape):
    """Who sees to a task."""

    id: str
    name: str


class TaskOut(Shape):
    """Something to do for a case. `because` names the facts and rules that it waits for, if it closes by itself."""

    id: str
    case_id: str
    kind: str
    note: str
    created_at: AwareDatetime
    because: list[str]
    claimed_at: AwareDatetime | None
    claimed_by: CallerOut | None
    done_at: AwareDatetime | None


class TasksOut(Shape):
    """What there is to do, the oldest first."""

    tasks: list[TaskOut]


@routes.add("GET", "/tasks", action=Action.TASK_DO)
async def all_tasks(request: web.Request) -> TasksOut:
    """List what the caller's role has to do."""
    return _tasks(await request.app[TASKS].all(actor_of(request)))


@routes.add("GET", "/tasks/{task}", action=Action.TASK_DO, refuses=(NotFoundError,))
async def one(request: web.Request) -> TaskOut:
    """Return one task, also to whoever was paged about it."""
    return _task(await request.app[TASKS].one(actor_of(request), request.match_info["task"]))


@routes.add("POST", "/tasks/{task}/claim", action=Action.TASK_DO, refuses=(NotFoundError, TaskClaimedError))
async def claim(request: web.Request) -> TaskOut:
    """Say that the caller sees to it now; nobody is paged about it any more."""
    return _task(await request.app[TASKS].claim(actor_of(request), request.match_info["task"]))


@routes.add("GET", "/cases/{case}/tasks", action=Action.TASK_DO)
async def tasks(request: web.Request) -> TasksOut:
    """List what the caller's role has to do for a case."""
    return _tasks(await request.app[TASKS].of_case(actor_of(request), case_of(request)))


@routes.add("POST", "/cases/{case}/tasks/{task}/finish", action=Action.TASK_DO, refuses=(NotFoundError,))
async def finish(request: web.Request) -> None:
    """Tick a task off."""
    await request.app[TASKS].finish(actor_of(request), case_of(request), request.match_info["task"])


def _tasks(found: Iterable[Listed]) -> TasksOut:
    return TasksOut(tasks=[_task(one) for one in found])


def _task(listed: Listed) -> TaskOut:
    task, caller = listed.task, listed.caller
    return TaskOut(
        id=task.id,
        case_id=task.case_id,
        kind=task.kind,
        note=task.note,
        created_at=task.created_at,
        because=list(task.because),
        claimed_at=task.claimed_at,
        claimed_by=CallerOut(id=caller.id, name=caller.name) if caller else None,
        done_at=task.done_at,
    )
