"""When people are free: the hours of specialists and everybody's taken time, read once for a stretch of time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.actors import Account
from server.domain.availability import Schedule
from server.domain.ids import AccountId, AppointmentId
from server.domain.services import SECOND_OPINION, SERVICES
from server.domain.slots import Service, free_starts
from server.storage import claims, hours
from server.storage.claims import Span
from server.storage.database import Connection

REACH = max(service.duration for service in SERVICES.values()) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Openings:
    """When a patient and each of some specialists could meet."""

    patient_id: AccountId
    schedules: Mapping[AccountId, Schedule]
    busy: tuple[Span, ...]
    since: datetime
    until: datetime
    now: datetime

    def starts(self, specialist_id: AccountId, service: Service) -> list[datetime]:
        """List the times at which both are free for as long as the service takes."""
        both = (self.patient_id, specialist_id)
        return free_starts(
            self.schedules[specialist_id],
            service,
            busy=[(span.start, span.end) for span in self.busy if span.resource_id in both],
            since=self.since,
            until=self.until,
            now=self.now,
        )


async def read(
    connection: Connection,
    patient_id: AccountId,
    specialists: Iterable[Account],
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    moving: AppointmentId | None,
) -> Openings:
    """Read what is needed to search from `since` to `until`; the claims of the appointment `moving` do not count."""
    people = list(specialists)
    everybody = [patient_id, *(person.id for person in people)]
    busy = await claims.busy(connection, everybody, since - REACH, until + REACH, now, without=moving)
    return Openings(patient_id, await hours.schedules_of(connection, people), busy, since, until, now)


def spans(
    patient: AccountId, specialist: AccountId, start: datetime, end: datetime, service: Service = SECOND_OPINION
) -> tuple[Span, Span]:
    """Say whose time a visit takes, with the specialist's time for notes."""
    return Span(patient, start, end), Span(specialist, start - service.buffer_before, end + service.buffer_after)
