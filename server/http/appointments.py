"""Appointments: book, look, move, cancel, and the calendar file."""

from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field, RootModel

from server.domain.appointment_refusals import (
    AlreadyBookedError,
    AppointmentMovedOnError,
    CancelReasonError,
    NoShowTooEarlyError,
    NotInPersonError,
    NotYetHeldError,
    TimePassedError,
)
from server.domain.appointments import MAX_REASON_CHARACTERS, Appointment, AppointmentStatus, Mode
from server.domain.errors import ConflictError, NotFoundError
from server.domain.ids import AppointmentId, HoldId
from server.domain.permissions import Action
from server.domain.slot_tokens import SlotOfferExpiredError, SlotTokenInvalidError
from server.domain.visits import Visit, VisitMovedOnError
from server.http.api import Routes, Shape, actor_of, if_match
from server.http.places import place_of
from server.http.values import Id, Token, words
from server.keys import BOOKING, CLINIC_VISITS
from server.services.booking import TakenError
from server.services.holds import HoldEndedError
from server.services.slots import NotBookableError

routes = Routes("booking")

REFUSALS = (
    TakenError,
    NotBookableError,
    AlreadyBookedError,
    SlotTokenInvalidError,
    SlotOfferExpiredError,
    HoldEndedError,
    TimePassedError,
    ConflictError,
    NotFoundError,
)


class BookOfferIn(Shape):
    """An offered time."""

    slot: Token


class BookHoldIn(Shape):
    """A time that is held for the caller."""

    hold: Id


class BookIn(RootModel[BookOfferIn | BookHoldIn]):
    """An offered time, or a hold; exactly one of the two."""


class MoveIn(Shape):
    """Another offered time of the same case."""

    slot: Token


class CancelIn(Shape):
    """Why the visit is called off; the other side reads it."""

    reason: Annotated[str, words(MAX_REASON_CHARACTERS)]


class AttendanceIn(Shape):
    """Whether the patient came to a visit in person."""

    came: bool


class AppointmentOut(Shape):
    """A booked time, where to be, and the visit that belongs to it."""

    id: str
    case_id: str
    visit_id: str
    status: AppointmentStatus
    start: AwareDatetime
    end: AwareDatetime
    specialist: str
    patient_zone: str
    specialist_zone: str
    mode: Mode
    address: str | None = Field(description="Where to come, for a visit in person")
    directions: str | None
    sequence: int
    version: int
    cancel_reason: str | None


@routes.add("POST", "/appointments", action=Action.APPOINTMENT_BOOK, status=201, creates=True, refuses=REFUSALS)
async def book(request: web.Request, body: BookIn) -> AppointmentOut:
    """Book an offered or a held time."""
    booking, actor = request.app[BOOKING], actor_of(request)
    match body.root:
        case BookHoldIn(hold=hold):
            return shape(request, *await booking.book_hold(actor, HoldId(hold)))
        case BookOfferIn(slot=slot):
            return shape(request, *await booking.book(actor, slot))


@routes.add("GET", "/appointments/{appointment}", action=Action.APPOINTMENT_READ)
async def show(request: web.Request) -> AppointmentOut:
    """Look at an appointment."""
    return shape(request, *await request.app[BOOKING].get(actor_of(request), _id(request)))


@routes.add(
    "POST",
    "/appointments/{appointment}/reschedule",
    action=Action.APPOINTMENT_BOOK,
    creates=True,
    refuses=(*REFUSALS, AppointmentMovedOnError, VisitMovedOnError),
)
async def reschedule(request: web.Request, body: MoveIn) -> AppointmentOut:
    """Move an appointment to another offered time; if that fails, the old time stands."""
    booking = request.app[BOOKING]
    return shape(request, *await booking.reschedule(actor_of(request), _id(request), body.slot, if_match(request)))


@routes.add(
    "POST",
    "/appointments/{appointment}/cancel",
    action=Action.APPOINTMENT_BOOK,
    refuses=(ConflictError, AppointmentMovedOnError, VisitMovedOnError, CancelReasonError),
)
async def cancel(request: web.Request, body: CancelIn) -> AppointmentOut:
    """Call an appointment off."""
    booking = request.app[BOOKING]
    return shape(request, *await booking.cancel(actor_of(request), _id(request), body.reason, if_match(request)))


@routes.add(
    "POST",
    "/appointments/{appointment}/attendance",
    action=Action.APPOINTMENT_NOTE,
    refuses=(
        ConflictError,
        AppointmentMovedOnError,
        VisitMovedOnError,
        NotInPersonError,
        NotYetHeldError,
        NoShowTooEarlyError,
    ),
)
async def note(request: web.Request, body: AttendanceIn) -> AppointmentOut:
    """Note whether the patient came to a visit in person; a visit by video notes it itself."""
    visits, version = request.app[CLINIC_VISITS], if_match(request)
    return shape(request, *await visits.note(actor_of(request), _id(request), came=body.came, version=version))


@routes.add(
    "GET", "/appointments/{appointment}/calendar.ics", action=Action.APPOINTMENT_READ, media_type="text/calendar"
)
async def calendar(request: web.Request) -> web.Response:
    """Get the calendar file of an appointment, in the caller's own zone."""
    file = await request.app[BOOKING].calendar_file(actor_of(request), _id(request))
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return web.Response(body=file, content_type="text/calendar", charset="utf-8", headers=headers)


def shape(request: web.Request, appointment: Appointment, visit: Visit) -> AppointmentOut:
    """Put an appointment on the wire."""
    place = place_of(request, appointment.mode)
    return AppointmentOut(
        id=appointment.id,
        case_id=appointment.case_id,
        visit_id=visit.id,
        status=appointment.status,
        start=appointment.start,
        end=appointment.end,
        specialist=appointment.specialist_id,
        patient_zone=appointment.patient_zone,
        specialist_zone=appointment.specialist_zone,
        mode=appointment.mode,
        address=place.address,
        directions=place.directions,
        sequence=appointment.sequence,
        version=appointment.version,
        cancel_reason=appointment.cancel_reason,
    )


def _id(request: web.Request) -> AppointmentId:
    return AppointmentId(request.match_info["appointment"])
