"""What the neighbours know of cases, for saying where each stands: a handful of queries for one case or a thousand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.appointments import AppointmentStatus
from server.domain.ids import CaseId
from server.domain.policy import Outcome
from server.domain.stage import Meeting, Reading
from server.storage.schema import appointments, decisions, documents, opinions, reviews, tasks, visits, waivers


@dataclass(frozen=True, slots=True)
class Held:
    """A document of a case: what it is, what became of it, when it came."""

    kind: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around one case."""

    reading: Reading | None
    held: tuple[Held, ...]
    waived: frozenset[str]
    outcome: tuple[Outcome, datetime] | None
    meeting: Meeting | None
    signed_at: datetime | None
    called_at: datetime | None


async def around(
    connection: AsyncConnection, case_ids: Collection[CaseId], emergency: str
) -> dict[CaseId, Surroundings]:
    """Gather what stands around cases; `emergency` is the kind of task that an emergency makes."""
    readings = await _last(
        connection, _of(reviews, reviews.c.verdict, reviews.c.created_at, reviews.c.specialist_id), case_ids
    )
    outcomes = await _last(connection, _outcomes(), case_ids)
    calls = await _last(
        connection, _of(tasks, tasks.c.id, tasks.c.created_at).where(tasks.c.kind == emergency), case_ids
    )
    signed = await _last(connection, _of(opinions, opinions.c.id, opinions.c.signed_at), case_ids)
    meetings = await _last(connection, _meetings(), case_ids)
    held = await _all(
        connection, _of(documents, documents.c.kind, documents.c.created_at, documents.c.status), case_ids
    )
    waived = await _all(connection, _of(waivers, waivers.c.item, waivers.c.created_at), case_ids)
    return {
        case_id: Surroundings(
            reading=Reading(row.verdict, row.created_at, row.specialist_id) if (row := readings.get(case_id)) else None,
            held=tuple(Held(row.kind, row.status, row.created_at) for row in held.get(case_id, ())),
            waived=frozenset(row.item for row in waived.get(case_id, ())),
            outcome=_outcome(row) if (row := outcomes.get(case_id)) else None,
            meeting=_meeting(row) if (row := meetings.get(case_id)) else None,
            signed_at=signed[case_id].signed_at if case_id in signed else None,
            called_at=calls[case_id].created_at if case_id in calls else None,
        )
        for case_id in case_ids
    }


def _of(table: Any, wanted: Any, at: Any, *more: Any) -> Select[Any]:
    return select(table.c.case_id, wanted, at, *more).order_by(at)


def _outcomes() -> Select[Any]:
    return _of(decisions, decisions.c.outcome, decisions.c.decided_at, decisions.c.safety_screen_incomplete)


def _outcome(row: Row[Any]) -> tuple[Outcome, datetime] | None:
    """Take a decision's outcome and time; none while the patient still has to answer what it is about."""
    return None if row.safety_screen_incomplete else (row.outcome, row.decided_at)


def _meetings() -> Select[Any]:
    return (
        select(
            appointments.c.case_id,
            appointments.c.status,
            appointments.c.mode,
            appointments.c.start,
            appointments.c.created_at,
            visits.c.id.label("visit_id"),
            visits.c.status.label("visit_status"),
            visits.c.ended_at,
        )
        .join(visits, visits.c.appointment_id == appointments.c.id)
        .where(appointments.c.status != AppointmentStatus.CANCELLED)
        .order_by(appointments.c.created_at)
    )


def _meeting(row: Row[Any]) -> Meeting:
    return Meeting(
        status=row.status,
        mode=row.mode,
        start=row.start,
        agreed_at=row.created_at,
        visit_id=row.visit_id,
        visit_status=row.visit_status,
        ended_at=row.ended_at,
    )


async def _all(
    connection: AsyncConnection, query: Select[Any], case_ids: Collection[CaseId]
) -> dict[CaseId, list[Row[Any]]]:
    found: dict[CaseId, list[Row[Any]]] = {}
    of_these = query.where(query.selected_columns.case_id.in_(list(case_ids)))
    for row in (await connection.execute(of_these)).all():
        found.setdefault(row.case_id, []).append(row)
    return found


async def _last(
    connection: AsyncConnection, query: Select[Any], case_ids: Collection[CaseId]
) -> dict[CaseId, Row[Any]]:
    return {case_id: rows[-1] for case_id, rows in (await _all(connection, query, case_ids)).items()}
