"""What the staff have to do for cases, over the wire."""

from aiohttp import web
from pydantic import AwareDatetime

from server.domain.errors import NotFoundError
from server.domain.permissions import Action
from server.domain.tasks import Task
from server.http.api import Routes, Shape, actor_of, case_of
from server.keys import REVIEWS

routes = Routes("tasks")


class TaskOut(Shape):
    """Something to do for a case."""

    id: str
    case_id: str
    kind: str
    note: str
    created_at: AwareDatetime


class TasksOut(Shape):
    """What there is to do, the oldest first."""

    tasks: list[TaskOut]


@routes.add("GET", "/tasks", action=Action.TASK_DO)
async def all_tasks(request: web.Request) -> TasksOut:
    """List what the caller's role has to do."""
    return _tasks(await request.app[REVIEWS].all_tasks(actor_of(request)))


@routes.add("GET", "/cases/{case}/tasks", action=Action.TASK_DO)
async def tasks(request: web.Request) -> TasksOut:
    """List what the caller's role has to do for a case."""
    return _tasks(await request.app[REVIEWS].tasks(actor_of(request), case_of(request)))


@routes.add("POST", "/cases/{case}/tasks/{task}/finish", action=Action.TASK_DO, refuses=(NotFoundError,))
async def finish(request: web.Request) -> None:
    """Tick a task off."""
    await request.app[REVIEWS].finish(actor_of(request), case_of(request), request.match_info["task"])


def _tasks(found: tuple[Task, ...]) -> TasksOut:
    return TasksOut(
        tasks=[
            TaskOut(id=task.id, case_id=task.case_id, kind=task.kind, note=task.note, created_at=task.created_at)
            for task in found
        ]
    )
