"""The staff's lists: what a specialist has to do, and every request with its age and what it waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from server.domain.ids import CaseId
from server.domain.permissions import Action
from server.domain.stage import CaseStage, Meeting
from server.http.api import actor_of
from server.http.pages.calls import ToDo, in_order
from server.http.pages.day import waiting_since
from server.http.pages.routes import Pages, render
from server.keys import CLOCK, DESK, TASKS
from server.services.desk import Row

pages = Pages()

OVER = (CaseStage.DECLINED, CaseStage.OPINION_READY)
ELSEWHERE = tuple(stage for stage in CaseStage if stage not in (CaseStage.REVIEW, CaseStage.AFTER_VISIT, *OVER))


@dataclass(frozen=True, slots=True)
class TaskLists:
    """What a role has to do, and the names of the people it is about, by case."""

    calls: list[ToDo]
    others: list[ToDo]
    names: Mapping[CaseId, str]


@pages.get("/todo", action=Action.CASE_REVIEW)
async def todo(request: web.Request) -> web.StreamResponse:
    """Show a specialist what is due, the overdue first."""
    actor, now = actor_of(request), request.app[CLOCK]()
    rows = await request.app[DESK].rows(actor)
    visits = visits_on(rows, now, ZoneInfo(actor.account.zone))
    return render(
        request,
        "desk/todo.html",
        here="todo",
        visits=[(row, waiting_since(request, _meeting(row).visit_id)) for row in visits],
        reviews=_at(rows, CaseStage.REVIEW),
        opinions=_at(rows, CaseStage.AFTER_VISIT),
        others=tuple(row for row in _at(rows, *ELSEWHERE) if row not in visits),
        over=_at(rows, *OVER),
        tasks=await _to_do(request, rows),
    )


@pages.get("/requests", action=Action.CASE_SCREEN)
async def requests(request: web.Request) -> web.StreamResponse:
    """Show the desk every request: whose turn it is, since when, and what blocks it."""
    rows = await request.app[DESK].rows(actor_of(request))
    return render(
        request,
        "desk/requests.html",
        here="requests",
        tasks=await _to_do(request, rows),
        waiting=_at(rows, CaseStage.SENT),
        going=_at(rows, *(stage for stage in CaseStage if stage not in (CaseStage.SENT, *OVER))),
        over=_at(rows, *OVER),
    )


async def _to_do(request: web.Request, rows: Iterable[Row]) -> TaskLists:
    """Sort the tasks of a role into calls and what else there is to do."""
    tasks = in_order(request, await request.app[TASKS].all(actor_of(request)))
    names = {row.file.case.id: str(row.file.case.answers.get("name") or row.file.patient.name) for row in rows}
    return TaskLists([one for one in tasks if one.number], [one for one in tasks if not one.number], names)


def visits_on(rows: Iterable[Row], now: datetime, zone: ZoneInfo) -> tuple[Row, ...]:
    """Pick the cases whose visit is today, by start."""
    today = now.astimezone(zone).date()
    held = [
        row
        for row in rows
        if row.standing.stage in (CaseStage.BOOKED, CaseStage.VISIT_OPEN)
        and _meeting(row).start.astimezone(zone).date() == today
    ]
    return tuple(sorted(held, key=lambda row: _meeting(row).start))


def _meeting(row: Row) -> Meeting:
    assert row.standing.meeting is not None  # by its stage
    return row.standing.meeting


def _at(rows: Iterable[Row], *stages: CaseStage) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.standing.stage in stages)
