"""Who am I, and where am I signed in."""

from aiohttp import web
from pydantic import AwareDatetime

from server.domain.errors import NotFoundError
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of
from server.keys import SIGN_IN

routes = Routes("me")


class SessionOut(Shape):
    """A browser that is signed in."""

    id: str
    device: str
    verified_by: str
    created_at: AwareDatetime
    seen_at: AwareDatetime
    current: bool


class MeOut(Shape):
    """The person behind the credential."""

    id: str
    role: str
    name: str
    email: str
    zone: str
    language: str
    sessions: list[SessionOut]


@routes.add("GET", "/me", action=Action.ACCOUNT_SELF)
async def me(request: web.Request) -> MeOut:
    """Tell who is asking, in which role, and where they are signed in."""
    actor = actor_of(request)
    account = actor.account
    sessions = [
        SessionOut(
            id=session.public_id,
            device=session.device,
            verified_by=session.verified_by,
            created_at=session.created_at,
            seen_at=session.seen_at,
            current=session.public_id == actor.session,
        )
        for session in await request.app[SIGN_IN].sessions(actor)
    ]
    return MeOut(
        id=account.id,
        role=account.role,
        name=account.name,
        email=account.email,
        zone=account.zone,
        language=account.language,
        sessions=sessions,
    )


@routes.add("DELETE", "/me/sessions/{session}", action=Action.ACCOUNT_SELF, refuses=(NotFoundError,))
async def end_session(request: web.Request) -> None:
    """End one of my sessions."""
    await request.app[SIGN_IN].end(actor_of(request), request.match_info["session"])


@routes.add("DELETE", "/me/sessions", action=Action.ACCOUNT_SELF)
async def end_other_sessions(request: web.Request) -> None:
    """End all of my sessions but the one that asks; a program's token has none, and ends them all."""
    await request.app[SIGN_IN].end_others(actor_of(request))
