"""A booked visit: where to be and when, moving it to another time, calling it off."""

from collections.abc import Mapping

from aiohttp import web

from server.domain.appointment_refusals import (
    AppointmentMovedOnError,
    CancelReasonError,
    NoShowTooEarlyError,
    NotInPersonError,
    NotYetHeldError,
)
from server.domain.appointments import AppointmentStatus, Mode, may_note
from server.domain.errors import ConflictError, DomainError
from server.domain.ids import AppointmentId
from server.domain.permissions import ALLOWED, Action
from server.domain.visits import Visit, VisitMovedOnError, is_open, opens_at
from server.domain.ways import AT_THE_CLINIC, another_may
from server.http import problems, time_table
from server.http.api import actor_of
from server.http.pages import times
from server.http.pages.routes import Pages, fields, render, see_other
from server.keys import BOOKING, CLINIC_VISITS, CLOCK, DECISIONS, ICE, TIMES, VISITS
from signaling.ice import IceServers

pages = Pages()

MOVED_ON = (ConflictError, AppointmentMovedOnError, VisitMovedOnError)
HIDING: Mapping[bool, str] = {True: "hidden", False: "shown"}
ATTENDANCE: Mapping[str, bool] = {"yes": True, "no": False}
CANCELLED_BEFORE: Mapping[bool, str] = {True: "cancelled", False: "changed"}


@pages.get("/appointments/{appointment}", action=Action.APPOINTMENT_READ)
async def show(request: web.Request) -> web.Response:
    """Say where to be and when, and what happens next."""
    return await _page(request)


@pages.get("/appointments/{appointment}/move", action=Action.APPOINTMENT_BOOK)
async def others(request: web.Request) -> web.StreamResponse:
    """List the times to which the visit can be moved."""
    return await _others(request)


@pages.post("/appointments/{appointment}/move", action=Action.APPOINTMENT_BOOK)
async def move(request: web.Request) -> web.StreamResponse:
    """Move the visit; where that fails, the old time stands. Sent twice, it shows the visit as it is."""
    actor, address, typed = actor_of(request), f"/appointments/{_id(request)}", await fields(request)
    token = typed.get("slot", "")
    if not token:
        return await _others(request, missing=True)
    try:
        await request.app[BOOKING].reschedule(actor, _id(request), token, _version(typed))
    except MOVED_ON:
        return see_other(f"{address}?now={await _how_it_stands(request, token)}")
    except times.REFUSALS as error:
        return await _others(request, refused=error)
    return see_other(f"{address}?now=moved")


@pages.post("/appointments/{appointment}/cancel", action=Action.APPOINTMENT_BOOK)
async def cancel(request: web.Request) -> web.StreamResponse:
    """Call the visit off, with a reason; sent twice, it shows that the visit is cancelled."""
    address, typed = f"/appointments/{_id(request)}", await fields(request)
    try:
        await request.app[BOOKING].cancel(actor_of(request), _id(request), typed.get("reason", ""), _version(typed))
    except CancelReasonError as error:
        return await _page(request, wrong=str(error), reason=typed.get("reason", ""))
    except MOVED_ON:
        appointment, _ = await request.app[BOOKING].get(actor_of(request), _id(request))
        return see_other(f"{address}?now={CANCELLED_BEFORE[appointment.status is AppointmentStatus.CANCELLED]}")
    return see_other(f"{address}?now=cancelled")


@pages.post("/appointments/{appointment}/attendance", action=Action.APPOINTMENT_NOTE)
async def note(request: web.Request) -> web.StreamResponse:
    """Note whether the patient came to a visit in person; sent twice, it shows how the visit stands."""
    address, typed = f"/appointments/{_id(request)}", await fields(request)
    try:
        came = ATTENDANCE[typed.get("came", "")]
        await request.app[CLINIC_VISITS].note(actor_of(request), _id(request), came=came, version=_version(typed))
    except (KeyError, NotInPersonError, *MOVED_ON):
        return see_other(f"{address}?now=changed")
    except (NotYetHeldError, NoShowTooEarlyError):
        return see_other(f"{address}?now=early")
    return see_other(f"{address}?now=noted")


@pages.post("/appointments/{appointment}/addresses", action=Action.VISIT_HIDE)
async def hide(request: web.Request) -> web.StreamResponse:
    """Hide people's internet addresses from each other in the visit, or not any more."""
    actor, address, hidden = actor_of(request), f"/appointments/{_id(request)}", "hide" in await fields(request)
    _, visit = await request.app[BOOKING].get(actor, _id(request))
    try:
        await request.app[VISITS].hide_addresses(actor, visit.id, hidden=hidden)
    except MOVED_ON:
        return see_other(f"{address}?now=changed")
    return see_other(f"{address}?now={HIDING[hidden]}")


async def _others(
    request: web.Request, *, refused: DomainError | None = None, missing: bool = False
) -> web.StreamResponse:
    choice = await request.app[TIMES].another(actor_of(request), _id(request), times.wanted(request))
    if choice.standing is None or choice.standing.id != _id(request):
        return see_other(f"/appointments/{_id(request)}?now=changed")
    return times.page(request, choice, moving=choice.standing, refused=refused, missing=missing)


async def _page(request: web.Request, *, wrong: str = "", reason: str = "") -> web.Response:
    actor, now = actor_of(request), request.app[CLOCK]()
    appointment, visit = await request.app[BOOKING].get(actor, _id(request))
    meeting = await request.app[VISITS].get(actor, visit.id)
    own = actor.id == appointment.patient_id
    other = meeting.specialist if own else meeting.patient
    reads = Action.DECISION_READ in ALLOWED[actor.role]
    history = await request.app[DECISIONS].history(actor, appointment.case_id) if reads else ()
    newest = history[0] if history else None
    to_clinic = newest is not None and newest.outcome in AT_THE_CLINIC and appointment.mode is not Mode.IN_PERSON
    stands = appointment.status in (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)
    return render(
        request,
        "appointments/page.html",
        status=problems.status_of(CancelReasonError) if wrong else 200,
        meeting=meeting,
        stands=stands,
        by_video=appointment.mode is not Mode.IN_PERSON,
        to_clinic=to_clinic,
        licence=newest is not None and another_may(newest, request.app[DECISIONS].sheet.policy),
        why=newest.words if newest and to_clinic else (),
        may_note=stands and may_note(appointment, now) and Action.APPOINTMENT_NOTE in ALLOWED[actor.role],
        open=is_open(visit, now),
        opens=opens_at(visit),
        beside=time_table.also(appointment.start, actor.account.zone, other.zone),
        news=request.query.get("now", ""),
        addresses=_addresses(request.app[ICE], visit) if Action.VISIT_HIDE in ALLOWED[actor.role] else "",
        may_change=stands and Action.APPOINTMENT_BOOK in ALLOWED[actor.role],
        own=own,
        tried=newest is not None and newest.device_works,
        wrong=wrong,
        reason=reason,
    )


def _addresses(servers: IceServers, visit: Visit) -> str:
    """Name what staff may do about people's addresses in a visit."""
    if servers.relay_only:
        return "always"
    if not servers.turn:
        return "stuck" if visit.relay_only else "no-relay"
    return "hidden" if visit.relay_only else "shown"


async def _how_it_stands(request: web.Request, token: str) -> str:
    """Tell a form that was sent twice from a visit that somebody else has changed."""
    appointment, _ = await request.app[BOOKING].get(actor_of(request), _id(request))
    return "moved" if times.start_of(request, token) == appointment.start else "changed"


def _version(typed: Mapping[str, str]) -> int | None:
    digits = typed.get("version", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _id(request: web.Request) -> AppointmentId:
    return AppointmentId(request.match_info["appointment"])
