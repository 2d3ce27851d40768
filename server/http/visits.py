"""Visits over the wire: look, join, signal."""

from typing import Literal
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from pydantic import AwareDatetime, Field

from server.domain.appointment_refusals import VisitElsewhereError
from server.domain.appointments import Mode
from server.domain.ids import VisitId
from server.domain.permissions import Action
from server.domain.visits import NoRelayError, VisitMovedOnError, VisitStatus, closes_at, opens_at
from server.http import cookies
from server.http.api import BASE, Routes, Shape, actor_of
from server.http.client_address import address_of
from server.http.limits import guard_person
from server.keys import CLOCK, ICE, PUBLIC_URL, SIGNALING, VISITS
from server.services.visits import Meeting, VisitNotOpenError
from signaling import ids as signaling_ids

routes = Routes("visits")


class VisitOut(Shape):
    """A visit: when its door opens and closes, and how it stands."""

    id: str
    case_id: str
    appointment_id: str
    status: VisitStatus
    mode: Mode
    start: AwareDatetime
    end: AwareDatetime
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    specialist: str
    relay_only: bool = Field(description="Nobody in this visit is told anybody's internet address")
    sound_only: bool = Field(description="The visit goes on without pictures")


class VisitIn(Shape):
    """What the desk or the specialist decides about a visit."""

    relay_only: bool = Field(description="Whether video goes through the hospital's relay only, which hides addresses")


class IceServerOut(Shape):
    """One STUN or TURN server, as `RTCPeerConnection` takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class JoinOut(Shape):
    """A ticket for one `hello`, where to say it, and how to reach others."""

    ticket: str = Field(description="Good for 60 seconds, one use, this visit; goes into `hello`")
    signal_url: str
    ice_servers: list[IceServerOut]
    ice_transport_policy: Literal["all", "relay"]
    expires_at: AwareDatetime


@routes.add("GET", "/visits/{visit}", action=Action.VISIT_READ)
async def show(request: web.Request) -> VisitOut:
    """Look at a visit."""
    return _shape(await request.app[VISITS].get(actor_of(request), _id(request)))


@routes.add("PATCH", "/visits/{visit}", action=Action.VISIT_HIDE, refuses=(NoRelayError, VisitMovedOnError))
async def change(request: web.Request, body: VisitIn) -> VisitOut:
    """Hide people's internet addresses from each other in this visit, or not any more."""
    visits, hidden = request.app[VISITS], body.relay_only
    return _shape(await visits.hide_addresses(actor_of(request), _id(request), hidden=hidden))


@routes.add("POST", "/visits/{visit}/join", action=Action.VISIT_JOIN, refuses=(VisitNotOpenError, VisitElsewhereError))
async def join(request: web.Request) -> JoinOut:
    """Get a ticket; a new one is needed before every `hello`."""
    guard_person(request, "join")
    actor = actor_of(request)
    entry = await request.app[VISITS].join(actor, _id(request))
    config = request.app[ICE](signaling_ids.MemberId(actor.id), request.app[CLOCK](), relay_only=entry.relay_only)
    servers = [IceServerOut.model_validate(msgspec.to_builtins(server)) for server in config.ice_servers]
    return JoinOut(
        ticket=entry.ticket,
        signal_url=_signal_url(request),
        ice_servers=servers,
        ice_transport_policy=config.ice_transport_policy,
        expires_at=entry.expires_at,
    )


def mount_signal(app: web.Application) -> None:
    """Put the WebSocket into the application; it speaks `signaling/PROTOCOL.md`, not JSON over HTTP."""
    app.router.add_get(f"{BASE}/visits/{{visit}}/signal", signal)


async def signal(request: web.Request) -> web.StreamResponse:
    """Serve one socket of a visit. Who it is stands in `hello`; a cookie counts for nothing here."""
    if "Origin" not in request.headers and cookies.read(request, cookies.SESSION):
        raise web.HTTPForbidden
    visit = signaling_ids.VisitId(request.match_info["visit"])
    return await request.app[SIGNALING].handle(request, visit, address=address_of(request))


class OwnPages:
    """Whether a page of this Origin may open a socket to this Host; programs send no Origin and have a ticket."""

    def __init__(self, public_url: str, *, demo: bool) -> None:
        self._own = urlsplit(public_url)
        self._demo = demo

    def __call__(self, origin: str | None, host: str) -> bool:
        """Compare what the browser says with what we are called."""
        if origin is None:
            return True
        page = urlsplit(origin)
        if self._demo:
            return page.scheme == "http" and page.netloc == host
        return (page.scheme, page.netloc) == (self._own.scheme, self._own.netloc)


def _shape(meeting: Meeting) -> VisitOut:
    visit = meeting.visit
    return VisitOut(
        id=visit.id,
        case_id=visit.case_id,
        appointment_id=visit.appointment_id,
        status=visit.status,
        mode=meeting.appointment.mode,
        start=meeting.appointment.start,
        end=meeting.appointment.end,
        opens_at=opens_at(visit),
        closes_at=closes_at(visit),
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        specialist=meeting.specialist.name,
        relay_only=visit.relay_only,
        sound_only=visit.sound_only,
    )


def _signal_url(request: web.Request) -> str:
    secure = request.app[PUBLIC_URL].startswith("https:")
    return f"{'wss' if secure else 'ws'}://{request.headers['Host']}{BASE}/visits/{_id(request)}/signal"


def _id(request: web.Request) -> VisitId:
    return VisitId(request.match_info["visit"])
