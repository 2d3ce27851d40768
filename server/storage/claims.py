"""Occupied time. The database settles every race: two live claims of one person never overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain import ids
from server.domain.appointment_refusals import SlotTakenError
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId, AppointmentId, CaseId, DecisionId, HoldId
from server.storage.inserts import insert_new
from server.storage.rows import columns, optional, values
from server.storage.schema import claims, holds

TAKEN = "Somebody else has just taken this time. Please choose another one."


@dataclass(frozen=True, slots=True)
class Hold:
    """A time kept for somebody for some minutes."""

    id: HoldId
    case_id: CaseId
    specialist_id: AccountId
    held_by: AccountId
    start_at: datetime
    end_at: datetime
    expires_at: datetime
    state: str
    service: str
    decision_id: DecisionId


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one person's time, [start, end), buffers included."""

    resource_id: AccountId
    start: datetime
    end: datetime


async def busy(
    connection: AsyncConnection,
    people: Iterable[AccountId],
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    without: AppointmentId | None = None,
) -> tuple[Span, ...]:
    """List the live claims of these people that touch [since, until), those of one appointment left out."""
    query = select(claims.c.resource_id, claims.c.start_at.label("start"), claims.c.end_at.label("end")).where(
        claims.c.resource_id.in_(list(people)),
        claims.c.start_at < until,
        claims.c.end_at > since,
        or_(claims.c.state == "booked", and_(claims.c.state == "held", claims.c.expires_at > now)),
    )
    if without is not None:
        query = query.where(or_(claims.c.appointment_id.is_(None), claims.c.appointment_id != without))
    return values(Span, (await connection.execute(query)).all())


async def take(
    connection: AsyncConnection,
    spans: Iterable[Span],
    *,
    now: datetime,
    hold: HoldId | None = None,
    expires_at: datetime | None = None,
    appointment: AppointmentId | None = None,
) -> None:
    """Claim time for a hold or an appointment: all of it, or none.

    Raises:
        SlotTakenError: somebody has a part of it; the transaction cannot go on.
    """
    ordered = sorted(spans, key=lambda span: span.resource_id)  # the same order for everybody: no deadlock
    for span in ordered:
        await _expire(connection, span, now)
    for span in ordered:
        row = {
            "id": ids.new(),
            "resource_id": span.resource_id,
            "start_at": span.start,
            "end_at": span.end,
            "state": "booked" if appointment else "held",
            "hold_id": hold,
            "appointment_id": appointment,
            "expires_at": expires_at,
        }
        try:
            new = await insert_new(connection, claims, row)
        except IntegrityError as error:
            raise SlotTakenError(TAKEN) from error
        if not new:
            raise SlotTakenError(TAKEN)


async def _expire(connection: AsyncConnection, span: Span, now: datetime) -> None:
    await connection.execute(
        update(claims)
        .where(
            claims.c.resource_id == span.resource_id,
            claims.c.start_at < span.end,
            claims.c.end_at > span.start,
            claims.c.state == "held",
            claims.c.expires_at <= now,
        )
        .values(state="expired")
    )


async def release(
    connection: AsyncConnection,
    *,
    hold: HoldId | None = None,
    appointment: AppointmentId | None = None,
    resource: AccountId | None = None,
) -> None:
    """Give the time of a hold or an appointment back, all of it or one person's."""
    owner = claims.c.hold_id == hold if hold else claims.c.appointment_id == appointment
    if resource is not None:
        owner = and_(owner, claims.c.resource_id == resource)
    await connection.execute(
        update(claims).where(owner, claims.c.state.in_(["held", "booked"])).values(state="released")
    )


async def add_hold(connection: AsyncConnection, hold: Hold) -> None:
    """Insert a hold."""
    await connection.execute(insert(holds).values(**columns(hold)))


async def hold(connection: AsyncConnection, hold_id: HoldId) -> Hold:
    """Return a hold.

    Raises:
        NotFoundError: there is none.
    """
    found = optional(Hold, (await connection.execute(select(holds).where(holds.c.id == hold_id))).one_or_none())
    if found is None:
        raise NotFoundError("There is no such hold.")
    return found


async def end_hold(connection: AsyncConnection, hold_id: HoldId, state: str) -> bool:
    """End a live hold; False where it has ended before."""
    ended = await connection.execute(
        update(holds).where(holds.c.id == hold_id, holds.c.state == "held").values(state=state)
    )
    return ended.rowcount == 1
