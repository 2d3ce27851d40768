"""What the staff have to do, as their pages show it: emergencies first, and numbers that dial."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.tasks import Task, TaskKind
from server.http.rendering import dial

CALL = re.compile(r"Call ([^\n]+)\.\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task; where somebody is to be called, with the number and the address that dials it."""

    task: Task
    note: str
    number: str
    href: str


def in_order(tasks: Iterable[Task]) -> list[ToDo]:
    """Put emergencies first, then what waits longest."""
    return [_shown(task) for task in sorted(tasks, key=lambda task: (task.kind != TaskKind.EMERGENCY, task.created_at))]


def _shown(task: Task) -> ToDo:
    called = CALL.fullmatch(task.note)
    if called is None:
        return ToDo(task, task.note, "", "")
    return ToDo(task, called[2], called[1], dial(called[1]))
