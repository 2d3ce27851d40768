"""The first page: each finds their own."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from server.domain.actors import Role
from server.http.api import ACTOR, actor_of
from server.http.pages.routes import Pages, render, see_other
from server.keys import DESK, POLICIES

pages = Pages()


@pages.get("/", action=None)
async def home(request: web.Request) -> web.StreamResponse:
    """Open the first page of whoever is asking."""
    if ACTOR not in request:
        return render(request, "home/stranger.html")
    return await HOMES[actor_of(request).role](request)


async def _patient(request: web.Request) -> web.StreamResponse:
    rows = await request.app[DESK].rows(actor_of(request))
    if len(rows) == 1:
        return see_other(f"/cases/{rows[0].file.case.id}")
    if not rows:
        return see_other("/request")
    return render(request, "home/cases.html", rows=tuple(reversed(rows)))


async def _guest(request: web.Request) -> web.StreamResponse:
    return render(request, "home/meetings.html", rows=await request.app[DESK].rows(actor_of(request)))


async def _specialist(request: web.Request) -> web.StreamResponse:
    return see_other("/todo")


async def _scheduler(request: web.Request) -> web.StreamResponse:
    return see_other("/requests")


async def _office(request: web.Request) -> web.StreamResponse:
    service = request.app[POLICIES]
    current = await service.current()
    ending = service.ending(current.policy)
    return render(request, "home/office.html", policy=current.listed, ending=ending, today=service.today)


HOMES: Mapping[Role, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    Role.PATIENT: _patient,
    Role.COMPANION: _guest,
    Role.INTERPRETER: _guest,
    Role.SPECIALIST: _specialist,
    Role.SCHEDULER: _scheduler,
    Role.ADMIN: _office,
    Role.COMPLIANCE: _office,
}
