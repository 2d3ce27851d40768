"""Companions and interpreters of a case over the wire."""

from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime

from server.domain.actors import Account, Role
from server.domain.errors import NotFoundError
from server.domain.guests import (
    INTERPRETER,
    AlreadyInvitedError,
    InterpreterBusyError,
    Invitation,
    NoSuchInterpreterError,
    OwnAddressError,
    Relation,
    TooManyCompanionsError,
)
from server.domain.ids import AccountId, VisitId
from server.domain.permissions import Action
from server.domain.visits import VisitMovedOnError
from server.http.api import Routes, Shape, actor_of, case_of
from server.http.limits import guard_person
from server.http.values import ONE_LINE, Email, Id, Phone, Text
from server.keys import GUESTS
from server.services.guests import Guest

routes = Routes("guests")


class GuestOut(Shape):
    """Somebody who has a part in a case: in all its visits, or in `visit_id` alone."""

    id: str
    role: str
    name: str
    relation: str
    since: AwareDatetime
    visit_id: str | None


class GuestsOut(Shape):
    """Companions and interpreters, those who came first first."""

    guests: list[GuestOut]


class CompanionIn(Shape):
    """Whom the patient invites. Mail brings them their link; a code to the telephone lets them in."""

    name: Annotated[str, Text(80, ONE_LINE)]
    email: Email
    phone: Phone
    relation: Relation


class InterpreterIn(Shape):
    """Who interprets."""

    interpreter: Id


class InterpreterOut(Shape):
    """Somebody who can be assigned to a visit."""

    id: str
    name: str
    language: str


class InterpretersOut(Shape):
    """Everybody who can be assigned to a visit."""

    interpreters: list[InterpreterOut]


@routes.add("GET", "/cases/{case}/guests", action=Action.GUEST_READ)
async def listed(request: web.Request) -> GuestsOut:
    """List the companions and interpreters of a case."""
    found = await request.app[GUESTS].of_case(actor_of(request), case_of(request))
    return GuestsOut(guests=[shape(guest) for guest in found])


@routes.add(
    "POST",
    "/cases/{case}/companions",
    action=Action.COMPANION_INVITE,
    status=201,
    creates=True,
    refuses=(AlreadyInvitedError, OwnAddressError, TooManyCompanionsError),
)
async def invite(request: web.Request, body: CompanionIn) -> GuestOut:
    """Invite a companion. Whether we know them already is not told."""
    guard_person(request, "invite")
    invitation = Invitation(body.name, body.email, body.phone, body.relation)
    return shape(await request.app[GUESTS].invite(actor_of(request), case_of(request), invitation))


@routes.add("GET", "/interpreters", action=Action.INTERPRETER_ASSIGN)
async def interpreters(request: web.Request) -> InterpretersOut:
    """List who can interpret."""
    found = await request.app[GUESTS].interpreters()
    return InterpretersOut(interpreters=[_interpreter(account) for account in found])


@routes.add(
    "POST",
    "/visits/{visit}/interpreters",
    action=Action.INTERPRETER_ASSIGN,
    status=201,
    creates=True,
    refuses=(NoSuchInterpreterError, AlreadyInvitedError, InterpreterBusyError, VisitMovedOnError),
)
async def assign(request: web.Request, body: InterpreterIn) -> GuestOut:
    """Assign an interpreter to a visit; their time is taken."""
    visit = VisitId(request.match_info["visit"])
    return shape(await request.app[GUESTS].assign(actor_of(request), visit, AccountId(body.interpreter)))


@routes.add("DELETE", "/cases/{case}/guests/{guest}", action=Action.GUEST_REMOVE, refuses=(NotFoundError,))
async def remove(request: web.Request) -> None:
    """Send a guest away: at once, also out of a visit. Patients send their companions away, the desk anybody."""
    await request.app[GUESTS].remove(actor_of(request), case_of(request), request.match_info["guest"])


def shape(guest: Guest) -> GuestOut:
    """Put a guest on the wire. Their address and telephone stay with us."""
    return GuestOut(
        id=guest.part.id,
        role=(Role.INTERPRETER if guest.part.relation == INTERPRETER else Role.COMPANION).value,
        name=guest.name,
        relation=guest.part.relation,
        since=guest.part.since,
        visit_id=guest.part.visit_id,
    )


def _interpreter(account: Account) -> InterpreterOut:
    return InterpreterOut(id=account.id, name=account.name, language=account.language)
