"""Reports of visits that did not work, over the wire."""

from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field

from server.domain.actors import Role
from server.domain.errors import NotFoundError
from server.domain.ids import VisitId
from server.domain.permissions import Action
from server.domain.visit_reports import CODE, LONGEST_MS, MOST_LETTERS, MOST_LINES, WORDS, ReportLine
from server.http.api import Routes, Shape, actor_of
from server.http.limits import guard_person
from server.http.values import Whole
from server.keys import REPORTS
from server.services.reports import Received

routes = Routes("visits")

Milliseconds = Annotated[int, Field(ge=0, le=LONGEST_MS), Whole]
Peer = Annotated[int, Field(ge=1, le=9999), Whole]
Code = Annotated[str, Field(pattern=CODE, description="As the page shows it, such as `7K4M-QX2B`")]


class LineShape(Shape):
    """One thing that happened to the connections of a page, in the page's own words."""

    at_ms: Milliseconds = Field(description="How old the page was")
    peer: Peer | None = Field(description="Which connection it was; null: the line to the server")
    what: str = Field(max_length=MOST_LETTERS, pattern=WORDS)


class ReportIn(Shape):
    """What happened to the connections of one page; nothing about people."""

    code: Code
    age_ms: Milliseconds = Field(description="How old the page is now")
    lines: list[LineShape] = Field(min_length=1, max_length=MOST_LINES)


class ReceiptOut(Shape):
    """That the report is here, and until when."""

    code: str
    received_at: AwareDatetime
    kept_until: AwareDatetime


class ReportOut(Shape):
    """A report, and as what its sender was in the visit."""

    visit_id: str
    role: Role
    code: str
    began_at: AwareDatetime
    received_at: AwareDatetime
    kept_until: AwareDatetime
    lines: list[LineShape]


class ReportsOut(Shape):
    """Every report with one code, the newest first."""

    reports: list[ReportOut]


class ReportsQuery(Shape):
    """Which reports."""

    code: Code


@routes.add(
    "POST",
    "/visits/{visit}/reports",
    action=Action.REPORT_SEND,
    status=201,
    creates=True,
    refuses=(NotFoundError,),
)
async def send(request: web.Request, body: ReportIn) -> ReceiptOut:
    """Send what a page of a visit went through; sent again under the same code, the newest is kept."""
    guard_person(request, "report")
    lines = tuple(ReportLine(line.at_ms, line.peer, line.what) for line in body.lines)
    visit = VisitId(request.match_info["visit"])
    report = await request.app[REPORTS].send(actor_of(request), visit, body.code, body.age_ms, lines)
    return ReceiptOut(code=report.code, received_at=report.received_at, kept_until=report.kept_until)


@routes.add("GET", "/reports", action=Action.REPORT_READ)
async def find(request: web.Request, query: ReportsQuery) -> ReportsOut:
    """Find reports by the code that somebody says on the telephone."""
    found = await request.app[REPORTS].find(actor_of(request), query.code)
    return ReportsOut(reports=[_shape(one) for one in found])


def _shape(received: Received) -> ReportOut:
    report = received.report
    return ReportOut(
        visit_id=report.visit_id,
        role=received.role,
        code=report.code,
        began_at=report.began_at,
        received_at=report.received_at,
        kept_until=report.kept_until,
        lines=[LineShape(at_ms=line.at_ms, peer=line.peer, what=line.what) for line in report.lines],
    )
