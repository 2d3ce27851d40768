"""The staff's lists: what a specialist has to do, and every request with its age and what it waits for."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from server.domain.permissions import Action
from server.domain.stage import CaseStage, Meeting
from server.http.api import actor_of
from server.http.pages.calls import in_order
from server.http.pages.day import waiting_since
from server.http.pages.routes import Pages, render
from server.keys import CLOCK, DESK, REVIEWS
from server.services.desk import Row

pages = Pages()

OVER = (CaseStage.DECLINED, CaseStage.OPINION_READY)
ELSEWHERE = tuple(stage for stage in CaseStage if stage not in (CaseStage.REVIEW, CaseStage.AFTER_VISIT, *OVER))


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
        tasks=in_order(await request.app[REVIEWS].all_tasks(actor)),
    )


@pages.get("/requests", action=Action.CASE_SCREEN)
async def requests(request: web.Request) -> web.StreamResponse:
    """Show the desk every request: whose turn it is, since when, and what blocks it."""
    rows = await request.app[DESK].rows(actor_of(request))
    return render(
        request,
        "desk/requests.html",
        here="requests",
        tasks=in_order(await request.app[REVIEWS].all_tasks(actor_of(request))),
        waiting=_at(rows, CaseStage.SENT),
        going=_at(rows, *(stage for stage in CaseStage if stage not in (CaseStage.SENT, *OVER))),
        over=_at(rows, *OVER),
    )


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
