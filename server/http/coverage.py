"""The coverage worksheet of a case, over the wire."""

from datetime import date
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime

from server.domain.cases import CaseMovedOnError
from server.domain.coverage import HEADING, MOST_CHARACTERS, CallDayError, Worksheet, facts, summary
from server.domain.errors import ConflictError
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of, case_of, if_match
from server.http.values import ONE_LINE, Day, Text
from server.keys import COVERAGE
from server.services.coverage import Sheets

routes = Routes("coverage")

Line = Annotated[str, Text(MOST_CHARACTERS, ONE_LINE)]
YesNo = Literal["yes", "no"]


class PlanAnswers(Shape):
    """What a plan said, by item of `server.domain.coverage`; what it did not say is left out."""

    plan: (
        Literal[
            "medicare",
            "medicare-advantage",
            "medicaid",
            "employer-insured",
            "employer-self-funded",
            "marketplace",
            "none",
        ]
        | None
    ) = None
    network: YesNo | None = None
    referral: Literal["not-needed", "have", "needed"] | None = None
    prior_auth: Literal["not_required", "approved", "pending", "denied"] | None = None
    video: YesNo | None = None
    goes_on_unconfirmed: YesNo | None = None
    pays_themselves: YesNo | None = None
    sound_only: YesNo | None = None
    second_opinion: YesNo | None = None
    in_person_only: YesNo | None = None
    deductible_left: Line | None = None
    copay: Line | None = None
    pathology_reread: YesNo | None = None
    imaging_reread: YesNo | None = None
    reference: Line | None = None
    spoke_with: Line | None = None


class WorksheetIn(Shape):
    """What a plan said, and on which day."""

    said_on: Day
    answers: PlanAnswers


class WorksheetOut(Shape):
    """One call to the plan."""

    id: str
    said_on: date
    filled_at: AwareDatetime
    filled_by: str
    confirmed: bool
    answers: PlanAnswers


class CoverageOut(Shape):
    """What is written down of a plan: the newest worksheet, and what counts, in plain words and as facts."""

    version: int
    newest: WorksheetOut | None
    heading: str
    summary: list[str]
    said_on: date | None
    facts: dict[str, str | bool | None]


@routes.add("GET", "/cases/{case}/coverage", action=Action.COVERAGE_EDIT)
async def read(request: web.Request) -> CoverageOut:
    """Return what the patient's plan said."""
    return _shape(await request.app[COVERAGE].sheets(actor_of(request), case_of(request)))


@routes.add(
    "PUT",
    "/cases/{case}/coverage",
    action=Action.COVERAGE_EDIT,
    refuses=(CallDayError, ConflictError, CaseMovedOnError),
)
async def fill(request: web.Request, body: WorksheetIn) -> CoverageOut:
    """Write down another call to the plan; the earlier ones are kept."""
    answers: dict[str, str] = body.answers.model_dump(exclude_none=True)
    filled = await request.app[COVERAGE].fill(
        actor_of(request), case_of(request), answers, body.said_on, if_match(request)
    )
    return _shape(filled)


def _shape(sheets: Sheets) -> CoverageOut:
    counts = sheets.counts
    told = facts(counts.answers) if counts else {}
    return CoverageOut(
        version=sheets.version,
        newest=_worksheet(sheets.newest) if sheets.newest else None,
        heading=HEADING,
        summary=list(summary(counts.answers)) if counts else [],
        said_on=counts.said_on if counts else None,
        facts={name: value for name, value in told.items() if isinstance(value, str | bool)},
    )


def _worksheet(sheet: Worksheet) -> WorksheetOut:
    return WorksheetOut(
        id=sheet.id,
        said_on=sheet.said_on,
        filled_at=sheet.filled_at,
        filled_by=sheet.filled_as.value,
        confirmed=sheet.confirmed,
        answers=PlanAnswers.model_validate(dict(sheet.answers)),
    )
