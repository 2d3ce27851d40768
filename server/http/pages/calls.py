"""What the staff have to do, as their pages show it: emergencies first, and numbers that dial; each call by itself."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from server.domain.calls import number_in
from server.domain.permissions import Action
from server.domain.tasks import Task, TaskClaimedError, TaskDoneError, TaskKind
from server.http.api import actor_of
from server.http.pages.routes import Pages, fields, render, see_other
from server.http.pages.sign_in import own_path
from server.http.rendering import dial
from server.keys import TASKS
from server.services.tasks import Listed

pages = Pages()

CASE = "/cases/{case}"

# What each kind of task is called, and where it is done; without a page it is done by whoever ticks it off.
TITLES: Mapping[str, tuple[str, str]] = {
    TaskKind.EMERGENCY: ("Call now: an emergency", ""),
    TaskKind.NURSE_CALL: ("A nurse should call", ""),
    TaskKind.CALL_BACK: ("They asked us to call", ""),
    TaskKind.INTERPRETER: ("Assign another interpreter", ""),
    TaskKind.READ_CASE: ("A case has come to you", ""),
    TaskKind.IN_WRITING: ("Their own doctor wants to ask ours", ""),
    TaskKind.DEVICE: ("Lend a device", ""),
    TaskKind.SUPPORT: ("Arrange help", f"{CASE}#questions-support"),
    TaskKind.FIND_INTERPRETER: ("Find an interpreter", f"{CASE}#questions-support"),
    TaskKind.GUARDIAN: ("Ask a parent or guardian", f"{CASE}#questions-support"),
    TaskKind.REPRESENTATIVE: ("Ask for a representative", f"{CASE}#questions-support"),
    TaskKind.PRIOR_APPROVAL: ("Get the plan's approval", f"{CASE}/coverage"),
    TaskKind.COVERAGE: ("Ask the plan", f"{CASE}/coverage"),
    TaskKind.CONFIRM_COVERAGE: ("Confirm what the plan said", f"{CASE}/coverage"),
    TaskKind.IDENTITY: ("Make sure who it is", CASE),
    TaskKind.LICENCE: ("Look up a license", "/licences"),
    TaskKind.JUDGEMENT: ("Your judgment", f"{CASE}#review"),
    TaskKind.VIDEO_OR_NOT: ("Video, or in person?", CASE),
}


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task; where somebody is to be called, with the number and the address that dials it."""

    task: Task
    title: str
    note: str
    number: str
    href: str
    page: str  # where it is done; it closes by itself then
    caller: str  # the name of whoever sees to it
    mine: bool

    @property
    def urgent(self) -> bool:
        """Whether it is an emergency."""
        return self.task.kind == TaskKind.EMERGENCY


def in_order(request: web.Request, listed: Iterable[Listed]) -> list[ToDo]:
    """Put emergencies first, then what waits longest."""
    shown = [_shown(request, one) for one in listed]
    return sorted(shown, key=lambda one: (not one.urgent, one.task.created_at))


@pages.get("/calls/{task}", action=Action.TASK_DO)
async def call(request: web.Request) -> web.Response:
    """Show one call to whoever was paged about it, and who is calling."""
    listed = await request.app[TASKS].one(actor_of(request), request.match_info["task"])
    return render(request, "calls/call.html", one=_shown(request, listed))


@pages.post("/tasks/{task}/claim", action=Action.TASK_DO)
async def claim(request: web.Request) -> web.StreamResponse:
    """Say that this person is calling now, and lead back; the page says who does, if somebody else was quicker."""
    back = own_path((await fields(request)).get("back", "/"))
    with suppress(TaskClaimedError, TaskDoneError):
        await request.app[TASKS].claim(actor_of(request), request.match_info["task"])
    return see_other(back)


def _shown(request: web.Request, listed: Listed) -> ToDo:
    task, number = listed.task, number_in(listed.task.note)
    title, page = TITLES.get(task.kind, ("To do", ""))
    return ToDo(
        task=task,
        title=title,
        note=task.note.partition("\n")[2] if number else task.note,
        number=number,
        href=dial(number) if number else "",
        page=page.format(case=task.case_id),
        caller=listed.caller.name if listed.caller else "",
        mine=listed.caller is not None and listed.caller.id == actor_of(request).id,
    )
