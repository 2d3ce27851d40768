"""The audit trail: append-only, each row bound to the one before by its hash."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.ids import AccountId, CaseId
from server.storage.rows import optional, values
from server.storage.schema import audit_events

LOCK = 7_266_002  # any number, the same for all processes of a deployment
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what to which object; ids only, never contents."""

    number: int
    at: datetime
    actor_id: AccountId | None
    role: str | None
    action: str
    object_kind: str
    object_id: str
    case_id: CaseId | None
    outcome: str
    previous_hash: str
    hash: str


async def append(
    connection: AsyncConnection,
    *,
    at: datetime,
    actor_id: AccountId | None,
    role: str | None,
    action: str,
    object_kind: str,
    object_id: str,
    case_id: CaseId | None = None,
    outcome: str = "success",
) -> None:
    """Write one event in the caller's transaction: no event, no effect."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    newest = select(audit_events.c.number, audit_events.c.hash).order_by(audit_events.c.number.desc()).limit(1)
    last = (await connection.execute(newest)).one_or_none()
    number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
    event = AuditEvent(
        number, at, actor_id, role, action, object_kind, object_id, case_id, outcome, previous_hash=previous, hash=""
    )
    await connection.execute(insert(audit_events).values(**{**asdict(event), "hash": digest(event)}))


def digest(event: AuditEvent) -> str:
    """Hash an event together with the hash of the one before it."""
    parts = {**asdict(event), "at": event.at.isoformat(), "hash": None}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[AuditEvent, ...]:
    """List a case's events, newest first."""
    query = select(audit_events).where(audit_events.c.case_id == case_id).order_by(audit_events.c.number.desc())
    return values(AuditEvent, (await connection.execute(query)).all())


async def newest(connection: AsyncConnection, action: str, object_kind: str, object_id: str) -> AuditEvent | None:
    """Return the last time that this was done to an object, looking from the end."""
    query = (
        select(audit_events)
        .where(
            audit_events.c.action == action,
            audit_events.c.object_kind == object_kind,
            audit_events.c.object_id == object_id,
        )
        .order_by(audit_events.c.number.desc())
        .limit(1)
    )
    return optional(AuditEvent, (await connection.execute(query)).one_or_none())


async def every(connection: AsyncConnection) -> AsyncIterator[AuditEvent]:
    """Go through all events from the first."""
    async with connection.stream(select(audit_events).order_by(audit_events.c.number)) as rows:
        async for row in rows:
            yield values(AuditEvent, [row])[0]
