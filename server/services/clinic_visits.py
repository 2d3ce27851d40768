"""Visits in person: whether the patient came is noted by somebody, because no room of ours sees it."""

from collections.abc import Callable
from datetime import datetime

import structlog

from server.domain import appointments as rules
from server.domain import visits
from server.domain.actors import Actor
from server.domain.appointments import Appointment
from server.domain.errors import ConflictError
from server.domain.ids import AppointmentId
from server.domain.visits import Visit
from server.services import trail
from server.services.access import appointment_for
from server.storage import appointments, claims
from server.storage.database import Database

log = structlog.get_logger()


class ClinicVisits:
    """Keeps the record of visits at the clinic."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def note(
        self, actor: Actor, appointment_id: AppointmentId, *, came: bool, version: int | None
    ) -> tuple[Appointment, Visit]:
        """Note that a visit in person took place, or that the patient did not come.

        Raises:
            NotInPersonError: the visit is by video, and notes itself who came.
            NotYetHeldError: it has not begun.
            NoShowTooEarlyError: the patient may still come.
            ConflictError: the appointment is not the version the caller saw.
        """
        now = self._clock()
        async with self._database.write() as connection:
            before = await appointment_for(connection, actor, appointment_id)
            if version is not None and version != before.version:
                raise ConflictError(appointments.MOVED)
            visit = await appointments.visit_of(connection, before.id)
            noted, held = rules.attended(before, came=came, now=now), visit
            if came:
                held = visits.finish(visits.begin(visit, now=before.start), now=now)
                await appointments.save_visit(connection, held, before=visit)
                await claims.release(connection, appointment=before.id)  # who is done early is free early
            await appointments.save(connection, noted)
            action = "appointment.held" if came else "appointment.missed"
            await trail.record(connection, actor, action, "appointment", noted.id, now=now, case_id=noted.case_id)
        log.info(action, appointment=noted.id)
        return noted, held
