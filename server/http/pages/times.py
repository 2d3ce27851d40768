"""Choosing a time: the list by day, in the way in which the patient can be seen, and what else can be done."""

from collections.abc import Mapping
from datetime import date, datetime

from aiohttp import web

from server.domain.actors import Actor, Role
from server.domain.appointment_refusals import AlreadyBookedError, SlotTakenError, TimePassedError
from server.domain.appointments import Appointment, Mode
from server.domain.errors import DomainError
from server.domain.facts import Party
from server.domain.ids import CaseId
from server.domain.obstacles import Obstacle
from server.domain.permissions import Action
from server.domain.services import SERVICES
from server.domain.slot_tokens import SlotOfferExpiredError, SlotTokenInvalidError
from server.http import problems
from server.http.api import actor_of, case_of
from server.http.pages.routes import Pages, fields, render, see_other
from server.http.time_table import Time, columns, one_time, timetable
from server.keys import BOOKING, SLOTS, TIMES
from server.services.booking import TakenError
from server.services.slots import NotBookableError
from server.services.times import Choice

pages = Pages()

REFUSALS = (
    SlotTakenError,
    NotBookableError,
    AlreadyBookedError,
    SlotTokenInvalidError,
    SlotOfferExpiredError,
    TimePassedError,
)
PARTIES: Mapping[Party, str] = {
    Party.PATIENT: "The patient",
    Party.SCHEDULER: "The desk",
    Party.SPECIALIST: "The specialist",
    Party.DEVICE: "The check of the patient's camera and microphone",
    Party.SYSTEM: "Records and licenses",
}


@pages.get("/cases/{case}/times", action=Action.APPOINTMENT_BOOK)
async def show(request: web.Request) -> web.StreamResponse:
    """List the times, or say what comes first; a visit that is booked is shown instead."""
    actor, case_id = actor_of(request), case_of(request)
    choice = await request.app[TIMES].choice(actor, case_id, wanted(request))
    if choice.standing is not None:
        news = _news(request)
        return see_other(f"/appointments/{choice.standing.id}{'?now=' if news else ''}{news}")
    if choice.obstacle is Obstacle.EMERGENCY and actor.role is Role.PATIENT:
        return see_other(f"/cases/{case_id}/emergency")
    return page(request, choice)


@pages.post("/cases/{case}/times", action=Action.APPOINTMENT_BOOK)
async def book(request: web.Request) -> web.StreamResponse:
    """Book the chosen time; sent twice, it shows the visit that is booked."""
    actor, case_id = actor_of(request), case_of(request)
    token = (await fields(request)).get("slot", "")
    if not token:
        return page(request, await request.app[TIMES].choice(actor, case_id, wanted(request)), missing=True)
    try:
        request.app[SLOTS].offered(token, case_id)
        appointment, _ = await request.app[BOOKING].book(actor, token)
    except REFUSALS as error:
        return await _refused(request, case_id, token, error)
    return see_other(f"/appointments/{appointment.id}?now=booked")


@pages.post("/cases/{case}/times/call", action=Action.APPOINTMENT_BOOK)
async def call(request: web.Request) -> web.StreamResponse:
    """Promise a call about a time."""
    case_id = case_of(request)
    await request.app[TIMES].call_me(actor_of(request), case_id)
    return see_other(f"/cases/{case_id}/times?now=called")


@pages.post("/cases/{case}/times/in-writing", action=Action.APPOINTMENT_BOOK)
async def in_writing(request: web.Request) -> web.StreamResponse:
    """Promise to help the patient's own doctor to ask ours."""
    case_id = case_of(request)
    await request.app[TIMES].in_writing(actor_of(request), case_id)
    return see_other(f"/cases/{case_id}/times?now=in-writing")


def wanted(request: web.Request) -> Mode | None:
    """Read from the address in which way somebody would like to be seen; the best way if it says nothing."""
    return {"video": Mode.VIDEO, "in-person": Mode.IN_PERSON}.get(request.query.get("by", ""))


def page(
    request: web.Request,
    choice: Choice,
    *,
    moving: Appointment | None = None,
    refused: DomainError | None = None,
    missing: bool = False,
) -> web.Response:
    """Show the list of times, for a first visit or for the one to be moved."""
    actor = actor_of(request)
    zone, beside = actor.account.zone, _beside(actor, choice)
    table = timetable(choice.slots, zone=zone, beside=beside, week=_week(request))
    clock = None if actor.role is Role.PATIENT else choice.patient.zone
    by, address = wanted(request), f"/appointments/{moving.id}/move" if moving else f"/cases/{choice.case.id}/times"
    nearest = _alternatives(refused, zone, beside)
    status = 422 if missing else problems.status_of(type(refused)) if refused else 200
    return render(
        request,
        "times/page.html",
        status=status,
        choice=choice,
        table=table,
        others=columns(choice.slots, zone=zone, own=clock, week=table.week) if choice.others else (),
        nearest=nearest,
        moving=moving,
        refused=str(refused) if refused else "",
        missing=missing,
        news=_news(request),
        own=actor.role is Role.PATIENT,
        open_by=_open_by(choice),
        address=address,
        action=f"{address}?by={by.value}" if by else address,
        minutes=int(SERVICES[choice.mode].duration.total_seconds() // 60),
    )


async def _refused(request: web.Request, case_id: CaseId, token: str, error: DomainError) -> web.StreamResponse:
    """Show the visit that stands, if there is one; otherwise the times that are left."""
    choice = await request.app[TIMES].choice(actor_of(request), case_id, wanted(request))
    if choice.standing is None:
        return page(request, choice, refused=error)
    same = choice.standing.start == start_of(request, token)
    return see_other(f"/appointments/{choice.standing.id}?now={'booked' if same else 'already'}")


def start_of(request: web.Request, token: str) -> datetime | None:
    """Return the time that an offer is about, if it can still be read."""
    try:
        return request.app[SLOTS].read(token).start
    except (SlotTokenInvalidError, SlotOfferExpiredError):
        return None


def _alternatives(refused: DomainError | None, zone: str, beside: str) -> tuple[Time, ...]:
    if not isinstance(refused, TakenError):
        return ()
    return tuple(one_time(slot.token, slot.start, zone, beside) for slot in refused.slots)


def _beside(actor: Actor, choice: Choice) -> str:
    """Choose whose clock stands beside the reader's own."""
    if actor.role is Role.PATIENT:
        return choice.specialist.zone if choice.specialist else actor.account.zone
    return choice.patient.zone


def _open_by(choice: Choice) -> list[tuple[str, list[str]]]:
    """Sort what is still open by whose it is."""
    return [
        (label, texts)
        for party, label in PARTIES.items()
        if (texts := [one.text for one in choice.open if one.asked_of is party])
    ]


def _news(request: web.Request) -> str:
    news = request.query.get("now", "")
    return news if news in ("called", "in-writing") else ""


def _week(request: web.Request) -> date | None:
    try:
        return date.fromisoformat(request.query.get("week", ""))
    except ValueError:
        return None
