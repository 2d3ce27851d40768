"""The check of camera, microphone, speaker and browser, at home, on any day before the visit."""

from aiohttp import web

from server.domain.actors import Role
from server.domain.permissions import Action
from server.http.api import BASE, actor_of, case_of
from server.http.pages.routes import Pages, render
from server.keys import CASES, TIMES

pages = Pages()


@pages.get("/cases/{case}/check", action=Action.DEVICE_CHECK)
async def show(request: web.Request) -> web.Response:
    """Show the check; what a patient's device says is written down, nobody else's."""
    actor, case_id = actor_of(request), case_of(request)
    file = await request.app[CASES].read(actor, case_id)
    standing = await request.app[TIMES].standing(actor, case_id)
    own = actor.role is Role.PATIENT
    return render(
        request,
        "check/page.html",
        file=file,
        own=own,
        standing=standing,
        after=f"/cases/{case_id}/times" if own and standing is None else f"/cases/{case_id}",
        report=f"{BASE}/cases/{case_id}/checks" if own else "",
    )
