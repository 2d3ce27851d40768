"""Events of a visit over the wire: what a clinician says with a button, what stands, and how it is cleared."""

from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field

from server.domain.errors import NotFoundError
from server.domain.events import IN_WORDS, REASON_CHARACTERS, ConvertReason, Event, ReasonMissingError
from server.domain.ids import VisitId
from server.domain.permissions import Action
from server.domain.visits import VisitMovedOnError
from server.http.api import Routes, Shape, actor_of, case_of
from server.http.decisions import DecisionOut, shape
from server.http.values import Text, words
from server.keys import EVENTS
from server.services.events import Standing

routes = Routes("events")


class EventIn(Shape):
    """What a clinician says, and why; an emergency needs no word."""

    event: Event
    reason: ConvertReason | None = Field(default=None, description="Needed to convert; `other` needs a note, too")
    note: Annotated[str, Text(REASON_CHARACTERS)] = ""


class ClearIn(Shape):
    """Why it does not count any more."""

    reason: Annotated[str, words(REASON_CHARACTERS)]


class StandingOut(Shape):
    """Something that stands until a named clinician clears it."""

    event: str = Field(description="An event, or a question to which the patient said yes during the visit")
    question: str
    raised_by: str = Field(description="The person's name")
    raised_at: AwareDatetime
    reason: str | None


class SaidOut(Shape):
    """What was raised or cleared, and what the rule says now."""

    event: str
    decision: DecisionOut


class ReasonOut(Shape):
    """A reason to meet in person, to choose from."""

    reason: ConvertReason
    words: str


class EventsOut(Shape):
    """What stands, the oldest first, and the reasons to choose from."""

    standing: list[StandingOut]
    reasons: list[ReasonOut]


@routes.add("GET", "/visits/{visit}/events", action=Action.EVENT_RAISE)
async def standing(request: web.Request) -> EventsOut:
    """List what stands in a visit until a named clinician clears it."""
    return _listed(await request.app[EVENTS].standing(actor_of(request), _visit(request)))


@routes.add(
    "POST",
    "/visits/{visit}/events",
    action=Action.EVENT_RAISE,
    status=201,
    creates=True,
    refuses=(ReasonMissingError, VisitMovedOnError),
)
async def raise_event(request: web.Request, body: EventIn) -> SaidOut:
    """Say that this is an emergency, or that the visit has to be in person; see what the rule says now."""
    actor, visit = actor_of(request), _visit(request)
    decision = await request.app[EVENTS].raise_event(actor, visit, body.event, body.reason, body.note)
    return SaidOut(event=body.event, decision=shape(decision))


@routes.add(
    "DELETE", "/visits/{visit}/events/{event}", action=Action.EVENT_RAISE, refuses=(ReasonMissingError, NotFoundError)
)
async def clear(request: web.Request, body: ClearIn) -> SaidOut:
    """Take back what stands, with a reason; see what the rule says now."""
    name = request.match_info["event"]
    decision = await request.app[EVENTS].clear(actor_of(request), _visit(request), name, body.reason)
    return SaidOut(event=name, decision=shape(decision))


@routes.add("GET", "/cases/{case}/events", action=Action.EVENT_RAISE)
async def standing_in(request: web.Request) -> EventsOut:
    """List what stands in a case until a named clinician clears it."""
    return _listed(await request.app[EVENTS].standing_in(actor_of(request), case_of(request)))


@routes.add(
    "DELETE", "/cases/{case}/events/{event}", action=Action.EVENT_RAISE, refuses=(ReasonMissingError, NotFoundError)
)
async def clear_in(request: web.Request, body: ClearIn) -> SaidOut:
    """Take back what stands, also when the visit is over, with a reason; see what the rule says about a time."""
    name = request.match_info["event"]
    decision = await request.app[EVENTS].clear_in(actor_of(request), case_of(request), name, body.reason)
    return SaidOut(event=name, decision=shape(decision))


def _listed(found: tuple[Standing, ...]) -> EventsOut:
    reasons = [ReasonOut(reason=reason, words=said) for reason, said in IN_WORDS.items()]
    return EventsOut(standing=[_shape(one) for one in found], reasons=reasons)


def _shape(one: Standing) -> StandingOut:
    return StandingOut(
        event=one.word.name,
        question=one.question.text,
        raised_by=one.by.name if one.by else one.word.said_as.value,
        raised_at=one.word.said_at,
        reason=one.word.reason,
    )


def _visit(request: web.Request) -> VisitId:
    return VisitId(request.match_info["visit"])
