"""The check-in of a visit over the wire: what is missing, where the patient is, answers, and what a device found."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field

from server.domain.check_in import Part, PartState
from server.domain.errors import InvalidValueError
from server.domain.facts import Party
from server.domain.ids import VisitId
from server.domain.permissions import Action
from server.domain.policy import FactsError, FactValue, Outcome, Stage
from server.domain.visits import VisitMovedOnError
from server.domain.whereabouts import Place, Whereabouts
from server.http.api import Routes, Shape, actor_of
from server.http.decisions import Answer, FactName, QuestionOut, question_out
from server.http.values import Phone, words
from server.keys import CHECK_INS
from server.services.check_in import CheckIn

routes = Routes("visits")

Code = Annotated[str, Field(pattern="^[A-Z]{2}$")]


class WhereaboutsIn(Shape):
    """Where the patient is right now; the state only in a country where doctors need a license for it."""

    country: Code
    state: Code | None = None
    address: Annotated[str, words(300)] = Field(description="Street address, so that help can be sent")
    callback: Phone = Field(description="A phone number at which they can be called right now")


class WhereaboutsOut(Shape):
    """What the patient said last about where they are."""

    country: str
    state: str | None
    address: str
    callback: str
    said_at: AwareDatetime


class VisitAnswersIn(Shape):
    """Answers by fact; null is "I don't know"."""

    answers: dict[FactName, Answer] = Field(
        min_length=1, max_length=60, json_schema_extra={"additionalProperties": False}
    )


class VisitCheckIn(Shape):
    """What the page found out about this device on the day, or that joining did not work."""

    camera: bool | None = None
    microphone: bool | None = None
    browser: bool | None = None
    attempt: Literal["failed"] | None = None


class PartOut(Shape):
    """One part of the check-in: done, open, or what stands in the way."""

    part: Part
    state: PartState


class MissingOut(Shape):
    """A fact that is missing, and who is asked."""

    fact: str
    asked_of: Party
    text: str


class CheckInOut(Shape):
    """How a check-in stands. `admissible`: the specialist may let the patient in."""

    visit_id: str
    stage: Stage
    outcome: Outcome
    admissible: bool
    asks_sound: bool = Field(description="The patient may be let in once they agree to go on with sound only")
    emergency: bool
    reason: str
    words: list[str]
    fired: list[str]
    asks: list[str]
    parts: list[PartOut]
    finding_out: list[MissingOut]
    questions: list[QuestionOut] = Field(description="What the caller may answer; where they are is said apart")
    whereabouts: WhereaboutsOut | None
    good_until: AwareDatetime | None


@routes.add("GET", "/visits/{visit}/check-in", action=Action.FACT_ANSWER)
async def show(request: web.Request) -> CheckInOut:
    """Tell how the check-in of a visit stands."""
    return _shape(await request.app[CHECK_INS].read(actor_of(request), visit_of(request)))


@routes.add("POST", "/visits/{visit}/answers", action=Action.FACT_ANSWER, refuses=(FactsError, VisitMovedOnError))
async def answer(request: web.Request, body: VisitAnswersIn) -> CheckInOut:
    """Answer check-in questions, and see whether something is missing still."""
    given: dict[str, FactValue | None] = dict(body.answers)
    return _shape(await request.app[CHECK_INS].tell(actor_of(request), visit_of(request), None, given))


@routes.add(
    "POST", "/visits/{visit}/whereabouts", action=Action.FACT_ANSWER, refuses=(InvalidValueError, VisitMovedOnError)
)
async def say_where(request: web.Request, body: WhereaboutsIn) -> CheckInOut:
    """Say where one is right now."""
    place = Place(body.country, body.state, body.address, body.callback)
    return _shape(await request.app[CHECK_INS].tell(actor_of(request), visit_of(request), place, {}))


@routes.add("POST", "/visits/{visit}/sound", action=Action.FACT_ANSWER, refuses=(VisitMovedOnError,))
async def agree_to_sound(request: web.Request) -> CheckInOut:
    """Agree to go on with sound only, which the patient alone can do."""
    return _shape(await request.app[CHECK_INS].agree_to_sound(actor_of(request), visit_of(request)))


@routes.add("POST", "/visits/{visit}/checks", action=Action.DEVICE_CHECK, refuses=(VisitMovedOnError,))
async def check(request: web.Request, body: VisitCheckIn) -> None:
    """Report the day's check of camera, microphone and browser, or that joining has failed."""
    seen = {"camera_ok": body.camera, "mic_ok": body.microphone, "browser_supported": body.browser}
    found: dict[str, FactValue | None] = {name: value for name, value in seen.items() if value is not None}
    await request.app[CHECK_INS].found(actor_of(request), visit_of(request), found, failed=body.attempt is not None)


def visit_of(request: web.Request) -> VisitId:
    """Return which visit the address names."""
    return VisitId(request.match_info["visit"])


def _shape(found: CheckIn) -> CheckInOut:
    stands, decision = found.standing, found.decision
    return CheckInOut(
        visit_id=found.visit.id,
        stage=found.stage,
        outcome=decision.outcome,
        admissible=stands.admissible,
        asks_sound=stands.asks_sound,
        emergency=found.emergency,
        reason=stands.reason,
        words=list(found.words),
        fired=list(decision.fired),
        asks=list(decision.asks),
        parts=[PartOut(part=part, state=state) for part, state in stands.parts.items()],
        finding_out=[MissingOut(fact=one.name, asked_of=one.asked_of, text=one.text) for one in stands.finding_out],
        questions=[question_out(one) for one in found.asked],
        whereabouts=_where(found.whereabouts),
        good_until=found.good_until,
    )


def _where(said: Whereabouts | None) -> WhereaboutsOut | None:
    if said is None:
        return None
    return WhereaboutsOut.model_validate({name: getattr(said, name) for name in WhereaboutsOut.model_fields})
