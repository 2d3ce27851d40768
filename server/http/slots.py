"""Bookable times and holds."""

from datetime import timedelta
from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime, Field

from server.domain.appointments import Mode
from server.domain.errors import InvalidValueError, NotFoundError
from server.domain.ids import CaseId, HoldId
from server.domain.permissions import Action
from server.domain.policy import Outcome
from server.domain.slot_tokens import SlotOfferExpiredError, SlotTokenInvalidError
from server.http.api import Routes, Shape, actor_of
from server.http.places import Place, place_of
from server.http.values import Id, Instant, Token, Zone
from server.keys import BOOKING, CLOCK, SLOTS
from server.services.booking import TakenError
from server.services.slots import NotBookableError, Slot

routes = Routes("booking")

LONGEST_WINDOW = timedelta(days=62)
USUAL_WINDOW = timedelta(days=14)


class SlotsQuery(Shape):
    """For which case and time; `tz` is the zone in which the caller shows them."""

    case: Id
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    tz: Zone | None = None
    mode: Literal["video", "in-person"] | None = Field(
        default=None, description="One way only; the best way by default"
    )


class SlotOut(Shape):
    """One time that can be booked now, with whom, and where to be."""

    start: AwareDatetime
    end: AwareDatetime
    specialist: str
    specialist_name: str
    mode: Mode
    address: str | None = Field(description="Where to come, for a visit in person")
    directions: str | None
    token: str


class SlotsOut(Shape):
    """Bookable times, and what the rule says and asks where the case's own specialist sees the patient by video."""

    slots: list[SlotOut]
    outcome: Outcome
    asks: list[str]


class HoldIn(Shape):
    """An offered time."""

    slot: Token


class HoldOut(Shape):
    """A time that is kept for you until `expires_at`."""

    id: str
    start: AwareDatetime
    end: AwareDatetime
    expires_at: AwareDatetime


@routes.add("GET", "/slots", action=Action.SLOT_SEARCH, refuses=(NotFoundError, InvalidValueError))
async def slots(request: web.Request, query: SlotsQuery) -> SlotsOut:
    """List the times at which a case can be seen: by video where the rule says so.

    Where it is only the license of the case's own specialist that forbids video, other specialists come first, then the
    clinic. Booking with another specialist hands the case over to them.
    """
    now = request.app[CLOCK]()
    since = max(query.from_ or now, now)  # nothing is bookable in the past, or further ahead than `LONGEST_WINDOW`
    until = min(query.to or min(since, now + LONGEST_WINDOW) + USUAL_WINDOW, now + LONGEST_WINDOW)
    offer = await request.app[SLOTS].search(actor_of(request), CaseId(query.case), since, until)
    decision = offer.weighing.decision
    found = offer.slots(Mode(query.mode) if query.mode else None)
    slots = [_shape(slot, place_of(request, slot.mode)) for slot in found]
    return SlotsOut(slots=slots, outcome=decision.outcome, asks=list(decision.asks))


@routes.add(
    "POST",
    "/holds",
    action=Action.APPOINTMENT_BOOK,
    status=201,
    creates=True,
    refuses=(TakenError, NotBookableError, SlotTokenInvalidError, SlotOfferExpiredError, NotFoundError),
)
async def hold(request: web.Request, body: HoldIn) -> HoldOut:
    """Keep an offered time for five minutes."""
    held = await request.app[BOOKING].hold(actor_of(request), body.slot)
    return HoldOut(id=held.id, start=held.start_at, end=held.end_at, expires_at=held.expires_at)


@routes.add("DELETE", "/holds/{hold}", action=Action.APPOINTMENT_BOOK)
async def release(request: web.Request) -> None:
    """Give a held time back."""
    await request.app[BOOKING].release(actor_of(request), HoldId(request.match_info["hold"]))


def _shape(slot: Slot, place: Place) -> SlotOut:
    return SlotOut(
        start=slot.start,
        end=slot.end,
        specialist=slot.specialist.id,
        specialist_name=slot.specialist.name,
        mode=slot.mode,
        address=place.address,
        directions=place.directions,
        token=slot.token,
    )
