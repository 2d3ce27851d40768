"""What pages sent of visits that did not work: sealed, found by its code, thrown away after a while."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.visit_reports import ReportLine, VisitReport
from server.storage.schema import visit_reports


async def put(connection: AsyncConnection, report: VisitReport) -> None:
    """Keep a report; what the same page sent before goes."""
    same = (
        visit_reports.c.visit_id == report.visit_id,
        visit_reports.c.account_id == report.account_id,
        visit_reports.c.code == report.code,
    )
    await connection.execute(delete(visit_reports).where(*same))
    log = {"age_ms": report.age_ms, "lines": [[one.at_ms, one.peer, one.what] for one in report.lines]}
    await connection.execute(
        insert(visit_reports).values(
            id=report.id,
            visit_id=report.visit_id,
            account_id=report.account_id,
            code=report.code,
            log=log,
            received_at=report.received_at,
        )
    )


async def of_code(connection: AsyncConnection, code: str) -> tuple[VisitReport, ...]:
    """List the reports with this code, the newest first."""
    query = select(visit_reports).where(visit_reports.c.code == code).order_by(visit_reports.c.received_at.desc())
    return tuple(map(_report, (await connection.execute(query)).all()))


async def newest(connection: AsyncConnection, most: int) -> tuple[VisitReport, ...]:
    """List the reports that came last, the newest first."""
    query = select(visit_reports).order_by(visit_reports.c.received_at.desc()).limit(most)
    return tuple(map(_report, (await connection.execute(query)).all()))


async def forget(connection: AsyncConnection, before: datetime) -> None:
    """Throw away what came before then."""
    await connection.execute(delete(visit_reports).where(visit_reports.c.received_at < before))


def _report(row: Row[Any]) -> VisitReport:
    return VisitReport(
        id=row.id,
        visit_id=row.visit_id,
        account_id=row.account_id,
        code=row.code,
        age_ms=row.log["age_ms"],
        lines=tuple(ReportLine(*line) for line in row.log["lines"]),
        received_at=row.received_at,
    )
