"""Probes of people's lines over the wire: the ways to come by, an offer and its answer, and what was measured."""

from typing import Annotated, Literal

import msgspec
from aiohttp import web
from pydantic import Field

from server.domain.ids import VisitId
from server.domain.line_probes import (
    OfferUnusableError,
    ProbeFailure,
    ProbeRunningError,
    ProbesBusyError,
    ProbeState,
)
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of
from server.http.limits import guard_person
from server.http.values import ANYTHING
from server.http.visits import IceServerOut
from server.keys import PROBES
from server.services.probes import Probe
from server.services.visits import VisitNotOpenError
from signaling.probe_offer import MAX_OFFER_BYTES

routes = Routes("visits")


class WaysOut(Shape):
    """How to make the connection that is measured; the names in it are good for some minutes."""

    ice_servers: list[IceServerOut]
    ice_transport_policy: Literal["all", "relay"]


class ProbeIn(Shape):
    """An offer of one data channel, as `signaling/PROTOCOL.md` describes it, with every candidate in it."""

    offer: Annotated[str, Field(max_length=MAX_OFFER_BYTES, pattern=ANYTHING, description="SDP")]


class BegunOut(Shape):
    """That the probe runs, and the answer to the offer."""

    id: str
    answer: str = Field(description="SDP")


class FiguresOut(Shape):
    """What the line carries."""

    rtt_ms: int = Field(description="The middle one of the round trips, in milliseconds")
    loss_pct: float = Field(description="How many of a hundred packets are lost, in the worse direction")
    down_kbps: int = Field(description="Kilobits a second to this device; nothing above 1,500 is looked for")
    up_kbps: int = Field(description="Kilobits a second from this device; nothing above 1,500 is looked for")


class ProbeOut(Shape):
    """How a probe stands; it takes about twelve seconds."""

    id: str
    state: ProbeState
    results: FiguresOut | None
    failure: ProbeFailure | None = Field(
        description="`never-opened` counts as a failed attempt to join, the others do not"
    )


@routes.add("GET", "/visits/{visit}/probe", action=Action.DEVICE_CHECK, refuses=(VisitNotOpenError,))
async def ways(request: web.Request) -> WaysOut:
    """Ask by which ways a page may come to its probe."""
    guard_person(request, "ways")
    config = await request.app[PROBES].servers(actor_of(request), _visit(request))
    servers = [IceServerOut.model_validate(msgspec.to_builtins(server)) for server in config.ice_servers]
    return WaysOut(ice_servers=servers, ice_transport_policy=config.ice_transport_policy)


@routes.add(
    "POST",
    "/visits/{visit}/probe",
    action=Action.DEVICE_CHECK,
    status=201,
    creates=True,
    refuses=(VisitNotOpenError, OfferUnusableError, ProbeRunningError, ProbesBusyError),
)
async def begin(request: web.Request, body: ProbeIn) -> BegunOut:
    """Begin to measure this line; a patient's results are facts of the in-person rule."""
    guard_person(request, "probe")
    probe = await request.app[PROBES].begin(actor_of(request), _visit(request), body.offer)
    return BegunOut(id=probe.id, answer=probe.answer)


@routes.add("GET", "/visits/{visit}/probe/{probe}", action=Action.DEVICE_CHECK)
async def look(request: web.Request) -> ProbeOut:
    """See how one's own probe stands; it is kept for ten minutes."""
    return _shape(await request.app[PROBES].look(actor_of(request), _visit(request), _probe(request)))


@routes.add("DELETE", "/visits/{visit}/probe/{probe}", action=Action.DEVICE_CHECK, status=204)
async def give_up(request: web.Request) -> None:
    """End one's own probe early; then it says nothing about the line."""
    await request.app[PROBES].give_up(actor_of(request), _visit(request), _probe(request))


def _shape(probe: Probe) -> ProbeOut:
    found = probe.figures
    results = FiguresOut.model_validate(found, from_attributes=True) if found else None
    return ProbeOut(id=probe.id, state=probe.state, results=results, failure=probe.failure)


def _visit(request: web.Request) -> VisitId:
    return VisitId(request.match_info["visit"])


def _probe(request: web.Request) -> str:
    return request.match_info["probe"]
