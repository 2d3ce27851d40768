"""Requests over the wire: begun, saved, sent, screened, reviewed; where a case stands."""

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, RootModel

from server.domain.actors import Account
from server.domain.cases import CaseMovedOnError, CaseStatus, Verdict
from server.domain.errors import ConflictError
from server.domain.ids import AccountId
from server.domain.permissions import Action
from server.domain.policy import FactsError
from server.domain.requests import EmergencyError, IncompleteRequestError
from server.domain.stage import CaseStage
from server.domain.standing import Holder
from server.http.answers import Answers
from server.http.api import Routes, Shape, actor_of, case_of, if_match
from server.http.values import Id, Text, words
from server.keys import CASES, REVIEWS, SCREENING, STAGES
from server.services.cases import CaseFile, Cases
from server.services.screening import NoSuchSpecialistError

routes = Routes("cases")

MOST_CHARACTERS = 4000
Words = Annotated[str, words(MOST_CHARACTERS)]
Note = Annotated[str, Text(MOST_CHARACTERS)]


class PersonOut(Shape):
    """Somebody in a case."""

    id: str
    name: str


class MissingOut(Shape):
    """An answer without which the request cannot be sent."""

    page: str
    name: str
    words: str


class CaseOut(Shape):
    """A case as the caller may see it. `emergency` has the words that stop the form."""

    id: str
    status: CaseStatus
    version: int
    created_at: AwareDatetime
    submitted_at: AwareDatetime | None
    screened_at: AwareDatetime | None
    patient: PersonOut
    specialist: PersonOut | None
    answers: Answers
    reason: str | None
    next_step: str | None
    emergency: list[str]
    missing: list[MissingOut]


class CasesOut(Shape):
    """The cases that the caller may know of, the newest first."""

    cases: list[CaseOut]


class CaseIn(Shape):
    """The first answers of a request, if there are any yet."""

    answers: Answers = Answers()


class CasePatch(Shape):
    """Answers to put over the old ones."""

    answers: Answers


class AcceptIn(Shape):
    """To whom the request goes, and why."""

    specialist: Id
    reason: Note = ""


class DeclineIn(Shape):
    """Why not, and what the patient can do now; the patient reads both."""

    reason: Words
    next_step: Words


class EnoughIn(Shape):
    """The records are enough."""

    verdict: Literal["enough"]
    note: Note = ""


class MissingIn(Shape):
    """Something is missing; `note` says what, and the patient reads it."""

    verdict: Literal["missing"]
    note: Words


class ReviewIn(RootModel[Annotated[EnoughIn | MissingIn, Field(discriminator="verdict")]]):
    """Whether the records are enough."""


class ReviewOut(Shape):
    """The specialist's word on the records."""

    id: str
    verdict: Verdict
    note: str
    created_at: AwareDatetime


class NextOut(Shape):
    """The one next thing for the patient, and its page."""

    label: str
    href: str


class StepOut(Shape):
    """One step of the way: done, now or later."""

    label: str
    state: str
    at: AwareDatetime | None


class StageOut(Shape):
    """Where a case stands: who holds it, since when, until when we promised to speak."""

    stage: CaseStage
    held_by: Holder
    since: AwareDatetime
    promised_by: AwareDatetime | None
    next: NextOut | None
    steps: list[StepOut]


@routes.add("POST", "/cases", action=Action.CASE_CREATE, status=201, creates=True, refuses=(FactsError,))
async def begin(request: web.Request, body: CaseIn) -> CaseOut:
    """Begin a request."""
    service = request.app[CASES]
    return case_out(service, await service.begin(actor_of(request), given(body.answers)))


@routes.add("GET", "/cases", action=Action.CASE_READ)
async def known(request: web.Request) -> CasesOut:
    """List the cases that the caller may know of, the newest first."""
    service = request.app[CASES]
    return CasesOut(cases=[case_out(service, file) for file in await service.known(actor_of(request))])


@routes.add("GET", "/cases/{case}", action=Action.CASE_READ)
async def read(request: web.Request) -> CaseOut:
    """Return a case as the caller may see it."""
    service = request.app[CASES]
    return case_out(service, await service.read(actor_of(request), case_of(request)))


@routes.add("PATCH", "/cases/{case}", action=Action.CASE_EDIT, refuses=(ConflictError, CaseMovedOnError, FactsError))
async def save(request: web.Request, body: CasePatch) -> CaseOut:
    """Put new answers over the old ones; `If-Match` keeps two windows apart."""
    service = request.app[CASES]
    saved = await service.save(actor_of(request), case_of(request), given(body.answers), if_match(request))
    return case_out(service, saved)


@routes.add(
    "POST",
    "/cases/{case}/submit",
    action=Action.CASE_EDIT,
    refuses=(EmergencyError, IncompleteRequestError, CaseMovedOnError),
)
async def submit(request: web.Request) -> CaseOut:
    """Hand the request to the desk."""
    service = request.app[CASES]
    return case_out(service, await service.submit(actor_of(request), case_of(request)))


@routes.add(
    "POST",
    "/cases/{case}/accept",
    action=Action.CASE_SCREEN,
    refuses=(CaseMovedOnError, ConflictError, NoSuchSpecialistError),
)
async def accept(request: web.Request, body: AcceptIn) -> CaseOut:
    """Take the request on and give it to a specialist."""
    actor, service = actor_of(request), request.app[CASES]
    await request.app[SCREENING].accept(actor, case_of(request), AccountId(body.specialist), body.reason)
    return case_out(service, await service.read(actor, case_of(request)))


@routes.add("POST", "/cases/{case}/decline", action=Action.CASE_SCREEN, refuses=(CaseMovedOnError, ConflictError))
async def decline(request: web.Request, body: DeclineIn) -> CaseOut:
    """Say no, with a reason and a next step that the patient reads."""
    actor, service = actor_of(request), request.app[CASES]
    await request.app[SCREENING].decline(actor, case_of(request), body.reason, body.next_step)
    return case_out(service, await service.read(actor, case_of(request)))


@routes.add("POST", "/cases/{case}/review", action=Action.CASE_REVIEW, refuses=(CaseMovedOnError,))
async def review(request: web.Request, body: ReviewIn) -> ReviewOut:
    """Say whether the records are enough."""
    said = await request.app[REVIEWS].review(
        actor_of(request), case_of(request), Verdict(body.root.verdict), body.root.note
    )
    return ReviewOut(id=said.id, verdict=said.verdict, note=said.note, created_at=said.created_at)


@routes.add("GET", "/cases/{case}/stage", action=Action.CHECKLIST_READ)
async def stage(request: web.Request) -> StageOut:
    """Tell where a case stands, in the patient's eyes."""
    told = await request.app[STAGES].of(actor_of(request), case_of(request))
    return StageOut(
        stage=told.stage,
        held_by=told.held_by,
        since=told.since,
        promised_by=told.promised_by,
        next=NextOut(label=told.next.label, href=told.next.href) if told.next else None,
        steps=[StepOut(label=step.label, state=step.state, at=step.at) for step in told.steps],
    )


def given(answers: Answers) -> dict[str, Any]:
    """Take the answers that were given; null takes an answer back."""
    return answers.model_dump(mode="json", exclude_unset=True)


def case_out(service: Cases, file: CaseFile) -> CaseOut:
    """Put a case on the wire."""
    case = file.case
    return CaseOut(
        id=case.id,
        status=case.status,
        version=case.version,
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        screened_at=case.screened_at,
        patient=_person(file.patient),
        specialist=_person(file.specialist) if file.specialist else None,
        answers=Answers.model_validate(case.answers),
        reason=case.screening_reason,
        next_step=case.next_step,
        emergency=list(service.emergency(case)),
        missing=[MissingOut(page=one.section, name=one.name, words=one.words) for one in service.missing(case)],
    )


def _person(account: Account) -> PersonOut:
    return PersonOut(id=account.id, name=account.name)
