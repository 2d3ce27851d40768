"""Whether people who are in visits at this moment may still be there: many of them, in one question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.actors import Role
from server.domain.appointments import Mode
from server.domain.ids import AccountId, VisitId
from server.domain.visits import VisitStatus
from server.storage.cases import related
from server.storage.rows import values
from server.storage.schema import accounts, appointments, cases, sessions, visits


@dataclass(frozen=True, slots=True)
class Attendance:
    """Somebody whom a visit still concerns, and one sign-in of theirs that was not ended (None: they have none)."""

    visit_id: VisitId
    visit_status: VisitStatus
    mode: Mode
    relay_only: bool
    sound_only: bool
    account_id: AccountId
    role: Role
    sign_in: str | None
    signed_in_at: datetime | None
    seen_at: datetime | None


async def of(
    connection: AsyncConnection, people: Collection[tuple[VisitId, AccountId]], sign_ins: Collection[str]
) -> tuple[Attendance, ...]:
    """List those of these people who are active and still have a part in the visit, with those of these sign-ins."""
    still = or_(*(and_(accounts.c.role == role, knows) for role, knows in related(accounts.c.id, visits.c.id).items()))
    signed_in = and_(
        sessions.c.account_id == accounts.c.id, sessions.c.public_id.in_(sign_ins), sessions.c.ended_at.is_(None)
    )
    query = (
        select(
            visits.c.id.label("visit_id"),
            visits.c.status.label("visit_status"),
            appointments.c.mode,
            visits.c.relay_only,
            visits.c.sound_only,
            accounts.c.id.label("account_id"),
            accounts.c.role,
            sessions.c.public_id.label("sign_in"),
            sessions.c.created_at.label("signed_in_at"),
            sessions.c.seen_at,
        )
        .select_from(visits)
        .join(appointments, appointments.c.id == visits.c.appointment_id)
        .join(cases, cases.c.id == visits.c.case_id)
        .join(accounts, tuple_(visits.c.id, accounts.c.id).in_(people))
        .outerjoin(sessions, signed_in)
        .where(accounts.c.active, still)
    )
    return values(Attendance, (await connection.execute(query)).all())
