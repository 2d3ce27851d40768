"""Who is on call, over the wire."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.domain.actors import Account, Role
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of
from server.http.values import Id
from server.keys import ON_CALL

routes = Routes("on call")

MOST_PEOPLE = 500


class OnCallIn(Shape):
    """The ids of everybody who is to be on call; nobody else is."""

    people: Annotated[list[Id], Field(max_length=MOST_PEOPLE)]


class StaffOut(Shape):
    """Somebody who can be on call."""

    id: str
    name: str
    role: Role
    on_call: bool


class OnCallOut(Shape):
    """Everybody who can be on call. While nobody is, the desk and the case's specialist are paged first."""

    people: list[StaffOut]


@routes.add("GET", "/on-call", action=Action.ON_CALL_EDIT)
async def staff(request: web.Request) -> OnCallOut:
    """List who can be on call, and who is."""
    return _shape(await request.app[ON_CALL].staff())


@routes.add("PUT", "/on-call", action=Action.ON_CALL_EDIT, refuses=(NotFoundError,))
async def name(request: web.Request, body: OnCallIn) -> OnCallOut:
    """Let exactly these people be on call."""
    people = frozenset(AccountId(one) for one in body.people)
    return _shape(await request.app[ON_CALL].name(actor_of(request), people))


def _shape(people: tuple[Account, ...]) -> OnCallOut:
    return OnCallOut(people=[StaffOut(id=one.id, name=one.name, role=one.role, on_call=one.on_call) for one in people])
