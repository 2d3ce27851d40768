"""Who comes along: the patient's companions, and for the desk the interpreters of the visit to come."""

from collections.abc import Mapping

from aiohttp import web

from server.domain.actors import Role
from server.domain.errors import DomainError, InvalidValueError
from server.domain.guests import (
    AlreadyInvitedError,
    InterpreterBusyError,
    Invitation,
    NoSuchInterpreterError,
    Relation,
    TooManyCompanionsError,
)
from server.domain.ids import AccountId, VisitId
from server.domain.permissions import Action
from server.domain.visits import VisitMovedOnError
from server.http.api import actor_of, case_of, validate
from server.http.guests import CompanionIn
from server.http.limits import guard_person
from server.http.pages.routes import Pages, fields, render, see_other
from server.http.problems import InvalidBodyError
from server.keys import DESK, GUESTS

pages = Pages()

RELATIONS: Mapping[Relation, str] = {
    Relation.PARTNER: "My partner",
    Relation.CHILD: "My child",
    Relation.PARENT: "My parent",
    Relation.SIBLING: "My brother or sister",
    Relation.FRIEND: "A friend",
    Relation.CARER: "Somebody who cares for me",
    Relation.OTHER: "Somebody else",
}
NEEDS: Mapping[str, str] = {
    "name": "Please write their name.",
    "email": "Please write their e-mail address, like name@example.org.",
    "phone": "Please write their telephone number. We send the code to it that lets them in.",
    "relation": "Please choose who they are to you.",
}


@pages.get("/cases/{case}/guests", action=Action.GUEST_READ)
async def guests(request: web.Request) -> web.Response:
    """Show who comes along."""
    return await _page(request, {}, {})


@pages.post("/cases/{case}/companions", action=Action.COMPANION_INVITE)
async def invite(request: web.Request) -> web.StreamResponse:
    """Invite a companion; what cannot be accepted comes back as it was typed."""
    guard_person(request, "invite")
    sent = await fields(request)
    try:
        body = validate(CompanionIn, {name: sent[name] for name in NEEDS if sent.get(name)})
        assert isinstance(body, CompanionIn)
        invitation = Invitation(body.name, body.email, body.phone, body.relation)
        await request.app[GUESTS].invite(actor_of(request), case_of(request), invitation)
    except InvalidBodyError as error:
        wrong = {name for name, _ in error.errors}
        return await _page(request, sent, {name: words for name, words in NEEDS.items() if name in wrong})
    except InvalidValueError as error:
        return await _page(request, sent, {error.field: str(error)})
    except (AlreadyInvitedError, TooManyCompanionsError) as error:
        return await _page(request, sent, {"email": str(error)})
    return see_other(f"/cases/{case_of(request)}/guests?now=invited")


@pages.post("/cases/{case}/interpreters", action=Action.INTERPRETER_ASSIGN)
async def assign(request: web.Request) -> web.StreamResponse:
    """Assign an interpreter to the visit that the page showed."""
    sent = await fields(request)
    visit, interpreter = VisitId(sent.get("visit", "")), AccountId(sent.get("interpreter", ""))
    refused: DomainError | None = None
    try:
        await request.app[GUESTS].assign(actor_of(request), visit, interpreter)
    except (NoSuchInterpreterError, AlreadyInvitedError, InterpreterBusyError, VisitMovedOnError) as error:
        refused = error
    if refused is not None:
        return await _page(request, sent, {"interpreter": str(refused)})
    return see_other(f"/cases/{case_of(request)}/guests?now=assigned")


@pages.post("/cases/{case}/guests/{guest}/remove", action=Action.GUEST_REMOVE)
async def remove(request: web.Request) -> web.StreamResponse:
    """Take somebody off the list; they are out of the visit at once."""
    await request.app[GUESTS].remove(actor_of(request), case_of(request), request.match_info["guest"])
    return see_other(f"/cases/{case_of(request)}/guests?now=removed")


async def _page(request: web.Request, sent: Mapping[str, str], errors: Mapping[str, str]) -> web.Response:
    actor, service = actor_of(request), request.app[GUESTS]
    row = await request.app[DESK].row(actor, case_of(request))
    return render(
        request,
        "guests/page.html",
        status=422 if errors else 200,
        row=row,
        guests=await service.of_case(actor, case_of(request)),
        interpreters=await service.interpreters() if actor.role is Role.SCHEDULER else (),
        relations=RELATIONS,
        sent=sent,
        errors=errors,
        news=request.query.get("now", ""),
    )
