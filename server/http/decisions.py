"""The in-person rule over the wire: decide at a stage, read the history, answer what is asked, report a check."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool, StrictFloat, StrictInt

from server.domain.decisions import StoredDecision
from server.domain.facts import Party
from server.domain.permissions import Action
from server.domain.policy import FactsError, FactValue, Outcome, Stage
from server.http.api import Routes, Shape, actor_of, case_of
from server.http.values import Text, Token
from server.keys import DECISIONS, SLOTS
from server.services.weighing import Asked

routes = Routes("decisions")

FactName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,59}$")]
MOST = 1_000_000_000  # no fact is counted or measured in larger numbers
Range = Field(ge=-MOST, le=MOST)
Answer = StrictBool | Annotated[StrictInt, Range] | Annotated[StrictFloat, Range] | Annotated[str, Text(200)] | None


class DecisionIn(Shape):
    """At which stage, and for which offered time."""

    stage: Stage
    slot: Token | None = None


class ApprovedOut(Shape):
    """A recommendation that a named clinician has lifted."""

    rule: str
    approval: str
    by: str = Field(description="The account of the clinician")
    at: AwareDatetime


class DecisionOut(Shape):
    """What the rule says, why, and what it still has to know."""

    id: str
    case_id: str
    number: int = Field(description="Its place in the case")
    visit_id: str | None
    stage: Stage
    decided_at: AwareDatetime
    outcome: Outcome
    fired: list[str]
    unknown_rules: list[str]
    asks: list[str]
    resolved: list[str]
    approvals: list[ApprovedOut]
    safety_screen_incomplete: bool
    provisional: bool
    words: list[str] = Field(description="What the patient reads")
    questions: list[str] | None = Field(description="What the patient is asked; null before this was kept")
    language: str
    policy_sha256: str
    sheet_sha256: str | None = Field(description="Of the fact sheet; null before sheets were kept")
    engine: str
    previous_id: str | None
    slot_start: AwareDatetime | None


class DecisionsOut(Shape):
    """A case's decisions, the newest first."""

    decisions: list[DecisionOut]


class StageQuery(Shape):
    """For which stage."""

    stage: Stage = Stage.BOOKING


class QuestionOut(Shape):
    """A question to the caller, and what they said last."""

    fact: str
    text: str
    hint: str
    type: str
    options: list[str]
    value: bool | int | float | str | list[str] | None
    said_at: AwareDatetime | None
    open: bool


class QuestionsOut(Shape):
    """What the caller is asked for a stage."""

    questions: list[QuestionOut]


class AnswersIn(Shape):
    """Answers by fact; null is "I don't know"."""

    stage: Stage = Stage.BOOKING
    answers: dict[FactName, Answer] = Field(
        min_length=1, max_length=60, json_schema_extra={"additionalProperties": False}
    )


class CheckIn(Shape):
    """What the page found out about this device."""

    camera: bool
    microphone: bool
    browser: bool


@routes.add(
    "POST", "/cases/{case}/decisions", action=Action.DECISION_MAKE, status=201, creates=True, refuses=(FactsError,)
)
async def decide(request: web.Request, body: DecisionIn) -> DecisionOut:
    """Evaluate the in-person rule at a stage, from the service's own facts."""
    actor, case_id = actor_of(request), case_of(request)
    start: datetime | None = None
    if body.slot is not None:
        start = request.app[SLOTS].offered(body.slot, case_id).start
    return shape(await request.app[DECISIONS].make(actor, case_id, body.stage, start))


@routes.add("GET", "/cases/{case}/decisions", action=Action.DECISION_READ)
async def history(request: web.Request) -> DecisionsOut:
    """List a case's decisions, the newest first."""
    found = await request.app[DECISIONS].history(actor_of(request), case_of(request))
    return DecisionsOut(decisions=[shape(decision) for decision in found])


@routes.add("GET", "/cases/{case}/questions", action=Action.FACT_ANSWER)
async def questions(request: web.Request, query: StageQuery) -> QuestionsOut:
    """List what the caller is asked for a stage; the open ones are marked."""
    case_id = case_of(request)
    asked = await request.app[DECISIONS].questions(actor_of(request), case_id, query.stage)
    return QuestionsOut(questions=[question_out(one) for one in asked])


@routes.add("POST", "/cases/{case}/answers", action=Action.FACT_ANSWER, refuses=(FactsError,))
async def answer(request: web.Request, body: AnswersIn) -> DecisionOut:
    """Answer questions, and see what the rule says now."""
    case_id = case_of(request)
    given: dict[str, FactValue | None] = dict(body.answers)
    return shape(await request.app[DECISIONS].answer(actor_of(request), case_id, given, body.stage))


@routes.add("POST", "/cases/{case}/checks", action=Action.DEVICE_CHECK)
async def check(request: web.Request, body: CheckIn) -> None:
    """Report a check of camera, microphone and browser before booking."""
    found: dict[str, FactValue | None] = {
        "camera_ok": body.camera,
        "mic_ok": body.microphone,
        "browser_supported": body.browser,
    }
    case_id = case_of(request)
    await request.app[DECISIONS].observe(actor_of(request), case_id, found, Party.DEVICE)


def shape(decision: StoredDecision) -> DecisionOut:
    """Put a decision on the wire; the facts stay inside."""
    return DecisionOut.model_validate({name: getattr(decision, name) for name in DecisionOut.model_fields})


def question_out(asked: Asked) -> QuestionOut:
    """Put a question on the wire, with what was said to it last."""
    value = asked.value
    return QuestionOut(
        fact=asked.question.name,
        text=asked.question.text,
        hint=asked.question.hint,
        type=asked.question.type.value,
        options=[option.value for option in asked.question.options],
        value=list(value) if isinstance(value, tuple) else value,
        said_at=asked.said_at,
        open=asked.open,
    )
