"""Reports of visits that did not work: sent by whoever was in them, read by who mends the service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from server.domain import ids
from server.domain.actors import Actor, Role
from server.domain.ids import VisitId
from server.domain.visit_reports import ReportLine, VisitReport
from server.services import trail
from server.services.access import visit_for
from server.storage import accounts, visit_reports
from server.storage.database import Connection, Database

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Received:
    """A report, and as what its sender was in the visit: who it was is nobody's business here."""

    report: VisitReport
    role: Role


class Reports:
    """Takes reports in and finds them by their code."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def send(
        self, actor: Actor, visit_id: VisitId, code: str, age_ms: int, lines: tuple[ReportLine, ...]
    ) -> VisitReport:
        """Keep what a page of this visit went through; sent again, the newest stays.

        Raises:
            NotFoundError: there is no such visit of this person.
        """
        now = self._clock()
        async with self._database.write() as connection:
            visit = await visit_for(connection, actor, visit_id)
            report = VisitReport(ids.new(), visit.id, actor.id, code, age_ms, lines, now)
            await visit_reports.put(connection, report)
            await trail.record(
                connection, actor, "visit.report-sent", "visit", visit.id, now=now, case_id=visit.case_id
            )
        return report

    async def find(self, actor: Actor, code: str) -> tuple[Received, ...]:
        """Read the reports with this code, the newest first."""
        async with self._database.write() as connection:
            found = await visit_reports.of_code(connection, code)
            for report in found:
                await trail.record(connection, actor, "visit.report-read", "visit-report", report.id, now=self._clock())
            return await _received(connection, found)

    async def newest(self) -> tuple[Received, ...]:
        """List which reports came last."""
        async with self._database.read() as connection:
            return await _received(connection, await visit_reports.newest(connection, MOST_LISTED))


async def _received(connection: Connection, found: tuple[VisitReport, ...]) -> tuple[Received, ...]:
    people = await accounts.of_ids(connection, {report.account_id for report in found})
    return tuple(Received(report, people[report.account_id].role) for report in found)
