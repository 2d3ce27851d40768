"""Appointments and the visits that belong to them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.appointment_refusals import AlreadyBookedError
from server.domain.appointments import Appointment, AppointmentStatus
from server.domain.errors import ConflictError, NotFoundError
from server.domain.ids import AccountId, AppointmentId, CaseId, VisitId
from server.domain.visits import Visit
from server.storage.inserts import insert_new
from server.storage.rows import columns, optional, values
from server.storage.schema import appointments, visits

# Columns of a visit that have a writer of their own.
BY_ITSELF = frozenset({"relay_only", "sound_only", "sound_agreed_for"})
MOVED = "Somebody else has changed this visit in the meantime. Please load the page again."


async def add(connection: AsyncConnection, appointment: Appointment, visit: Visit) -> None:
    """Insert an appointment together with its visit.

    Raises:
        AlreadyBookedError: the case has a visit to come.
    """
    if not await insert_new(connection, appointments, columns(appointment)):
        raise AlreadyBookedError("There is already a visit booked. You can move it to another time instead.")
    await connection.execute(insert(visits).values(**columns(visit)))


async def get(connection: AsyncConnection, appointment_id: AppointmentId) -> Appointment:
    """Return an appointment. Only access functions and jobs call this.

    Raises:
        NotFoundError: there is none.
    """
    row = (await connection.execute(select(appointments).where(appointments.c.id == appointment_id))).one_or_none()
    found = optional(Appointment, row)
    if found is None:
        raise NotFoundError("There is no such appointment.")
    return found


async def save(connection: AsyncConnection, appointment: Appointment) -> None:
    """Write a changed appointment whose version has grown by one.

    Raises:
        ConflictError: somebody else changed it in the meantime.
    """
    changed = await connection.execute(
        update(appointments)
        .where(appointments.c.id == appointment.id, appointments.c.version == appointment.version - 1)
        .values(**columns(appointment))
    )
    if changed.rowcount != 1:
        raise ConflictError(MOVED)


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Appointment, ...]:
    """List a case's appointments, the newest first."""
    query = select(appointments).where(appointments.c.case_id == case_id).order_by(appointments.c.created_at.desc())
    return values(Appointment, (await connection.execute(query)).all())


async def standing(connection: AsyncConnection, case_id: CaseId) -> Appointment | None:
    """Return the visit of a case that is to come; the database lets there be one."""
    still = appointments.c.status.in_([AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED])
    found = await connection.execute(select(appointments).where(appointments.c.case_id == case_id, still))
    return optional(Appointment, found.one_or_none())


async def between(
    connection: AsyncConnection, since: datetime, until: datetime, specialist_id: AccountId | None = None
) -> tuple[Appointment, ...]:
    """List the appointments that are not cancelled and start in [since, until), of one specialist or of all."""
    query = (
        select(appointments)
        .where(
            appointments.c.start >= since,
            appointments.c.start < until,
            appointments.c.status != AppointmentStatus.CANCELLED,
        )
        .order_by(appointments.c.start)
    )
    if specialist_id is not None:
        query = query.where(appointments.c.specialist_id == specialist_id)
    return values(Appointment, (await connection.execute(query)).all())


async def visit(connection: AsyncConnection, visit_id: VisitId) -> Visit:
    """Return a visit. Only access functions and jobs call this.

    Raises:
        NotFoundError: there is none.
    """
    found = optional(Visit, (await connection.execute(select(visits).where(visits.c.id == visit_id))).one_or_none())
    if found is None:
        raise NotFoundError("There is no such visit.")
    return found


async def visit_of(connection: AsyncConnection, appointment_id: AppointmentId) -> Visit:
    """Return the visit that belongs to an appointment."""
    query = select(visits).where(visits.c.appointment_id == appointment_id)
    return values(Visit, [(await connection.execute(query)).one()])[0]


async def visits_of(
    connection: AsyncConnection, appointment_ids: Iterable[AppointmentId]
) -> dict[AppointmentId, Visit]:
    """Return the visits of many appointments."""
    query = select(visits).where(visits.c.appointment_id.in_(list(appointment_ids)))
    return {one.appointment_id: one for one in values(Visit, (await connection.execute(query)).all())}


async def cases_of_visits(connection: AsyncConnection, visit_ids: Iterable[VisitId]) -> dict[VisitId, CaseId]:
    """Name the cases of many visits."""
    query = select(visits.c.id, visits.c.case_id).where(visits.c.id.in_(list(visit_ids)))
    return {row.id: row.case_id for row in await connection.execute(query)}


async def save_visit(connection: AsyncConnection, changed: Visit, *, before: Visit) -> None:
    """Write how a visit stands; what others write by themselves is left alone, so that no note takes it back.

    Raises:
        ConflictError: its status is not the one that was read.
    """
    done = await connection.execute(
        update(visits)
        .where(visits.c.id == changed.id, visits.c.status == before.status)
        .values({name: each for name, each in columns(changed).items() if name not in BY_ITSELF} | {"tidied_at": None})
    )
    if done.rowcount != 1:
        raise ConflictError(MOVED)


async def hide_addresses(connection: AsyncConnection, visit_id: VisitId, *, hidden: bool) -> None:
    """Write whether people in a visit are kept from each other's addresses."""
    await connection.execute(update(visits).where(visits.c.id == visit_id).values(relay_only=hidden))


async def set_sound_only(connection: AsyncConnection, visit_id: VisitId, *, sound_only: bool) -> None:
    """Write whether people in a visit send pictures."""
    await connection.execute(update(visits).where(visits.c.id == visit_id).values(sound_only=sound_only))


async def agree_to_sound(connection: AsyncConnection, visit: Visit) -> None:
    """Write that the patient agrees to go on with sound only, at the time that the visit has now."""
    await connection.execute(update(visits).where(visits.c.id == visit.id).values(sound_agreed_for=visit.start))
