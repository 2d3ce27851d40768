"""Moving a visit that goes on to the clinic, over the wire."""

from aiohttp import web

from server.domain.appointment_refusals import AppointmentMovedOnError
from server.domain.conversions import NotConvertedError
from server.domain.ids import VisitId
from server.domain.permissions import Action
from server.domain.visits import VisitMovedOnError
from server.http.api import Routes, Shape, actor_of
from server.http.appointments import REFUSALS, AppointmentOut, shape
from server.http.values import Token
from server.keys import CONVERSIONS

routes = Routes("events")


class InPersonIn(Shape):
    """An offered time at the clinic."""

    slot: Token


@routes.add(
    "POST",
    "/visits/{visit}/in-person",
    action=Action.VISIT_CONVERT,
    creates=True,
    refuses=(*REFUSALS, NotConvertedError, VisitMovedOnError, AppointmentMovedOnError),
)
async def convert(request: web.Request, body: InPersonIn) -> AppointmentOut:
    """Give a visit that goes on a time at the clinic, once it was said why; the call goes on until it is ended."""
    visit = VisitId(request.match_info["visit"])
    return shape(request, *await request.app[CONVERSIONS].convert(actor_of(request), visit, body.slot))
