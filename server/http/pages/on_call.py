"""Who is on call: the desk and the admin tick the names of those who are paged first."""

from aiohttp import web

from server.domain.actors import Role
from server.domain.ids import AccountId
from server.domain.permissions import Action
from server.http.api import actor_of
from server.http.bodies import form_of
from server.http.pages.routes import Pages, render, see_other
from server.keys import ON_CALL

pages = Pages()

DOES = {Role.SCHEDULER: "At the desk", Role.SPECIALIST: "Specialist"}


@pages.get("/on-call", action=Action.ON_CALL_EDIT)
async def staff(request: web.Request) -> web.Response:
    """Show who can be on call, and who is."""
    people = await request.app[ON_CALL].staff()
    return render(
        request,
        "calls/on_call.html",
        here="on-call",
        options=[(one.id, one.name, f"{DOES[one.role]}, {one.phone or 'no telephone number'}") for one in people],
        chosen=[one.id for one in people if one.on_call],
        saved=request.query.get("now") == "saved",
    )


@pages.post("/on-call", action=Action.ON_CALL_EDIT)
async def name(request: web.Request) -> web.StreamResponse:
    """Let exactly the people be on call who are ticked."""
    sent = await form_of(request)
    people = frozenset(AccountId(str(one)) for one in sent.getall("people", []))
    await request.app[ON_CALL].name(actor_of(request), people)
    return see_other("/on-call?now=saved")
