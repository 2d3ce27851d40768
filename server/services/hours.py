"""When specialists see people: read and changed by themselves and by the desk."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.domain.actors import Account, Actor, Role
from server.domain.availability import DayException, ExceptionKind, Schedule, WeeklyHours
from server.domain.errors import ConflictError
from server.domain.ids import AccountId
from server.domain.opening_hours import Row, day_hours, weekly_hours
from server.domain.services import SECOND_OPINION
from server.domain.slots import free_starts
from server.services import trail
from server.services.access import specialist_for
from server.storage import accounts, audit, claims, hours
from server.storage.database import Connection, Database

AHEAD = timedelta(days=14)
HOURS_CHANGED = "hours.changed"
CHANGED = "Somebody else has changed these hours in the meantime. Please look at them again."


@dataclass(frozen=True, slots=True)
class SpecialistHours:
    """A specialist with everything they have said about their hours; `version` changes with it and is the ETag."""

    specialist: Account
    schedule: Schedule

    @property
    def version(self) -> int:
        """A number of at most nine digits that is the same for the same hours."""
        said = sorted(map(repr, (*self.schedule.hours, *self.schedule.exceptions)))
        return zlib.crc32("\n".join(said).encode()) % 10**9


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed a specialist's hours last, and when."""

    by: Account
    at: datetime


class Hours:
    """Reads and changes hours."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def specialists(self) -> tuple[Account, ...]:
        """List whose hours there are."""
        async with self._database.read() as connection:
            return await accounts.of_role(connection, Role.SPECIALIST)

    async def of(self, actor: Actor, specialist_id: AccountId) -> SpecialistHours:
        """Return a specialist's hours."""
        async with self._database.read() as connection:
            return await _of(connection, actor, specialist_id)

    async def last_change(self, actor: Actor, specialist_id: AccountId) -> LastChange | None:
        """Say who changed a specialist's hours last; None where nobody has."""
        async with self._database.read() as connection:
            specialist = await specialist_for(connection, actor, specialist_id)
            event = await audit.newest(connection, HOURS_CHANGED, "account", specialist.id)
            if event is None or event.actor_id is None:
                return None
            return LastChange(await accounts.get(connection, event.actor_id), event.at)

    async def free(self, actor: Actor, specialist_id: AccountId) -> tuple[datetime, ...]:
        """List the times of the next two weeks at which a visit could start."""
        now = self._clock()
        async with self._database.read() as connection:
            found = await _of(connection, actor, specialist_id)
            busy = await claims.busy(connection, (specialist_id,), now, now + AHEAD + timedelta(days=1), now)
        starts = free_starts(
            found.schedule,
            SECOND_OPINION,
            busy=[(span.start, span.end) for span in busy],
            since=now,
            until=now + AHEAD,
            now=now,
        )
        return tuple(starts)

    async def change(
        self,
        actor: Actor,
        specialist_id: AccountId,
        days: Sequence[Sequence[Row]],
        exceptions: Iterable[tuple[date, ExceptionKind, Sequence[Row]]],
        version: int | None,
    ) -> SpecialistHours:
        """Put all hours in the place of the former ones.

        Raises:
            HoursError: some of them cannot be.
            ConflictError: they are not the version the caller saw.
        """
        async with self._database.write() as connection:
            before = await self._current(connection, actor, specialist_id, version)
            zone = before.specialist.zone
            await hours.replace_weekly(connection, specialist_id, weekly_hours(days, zone))
            different = [one for day, kind, rows in exceptions for one in day_hours(day, kind, rows, zone)]
            await hours.replace_days(connection, specialist_id, tuple(different))
            return await self._changed(connection, actor, specialist_id)

    async def change_week(
        self, actor: Actor, specialist_id: AccountId, days: Sequence[Sequence[Row]], version: int | None
    ) -> SpecialistHours:
        """Put weekly hours in the place of the former ones; single days stay.

        Raises:
            HoursError: some of them cannot be.
            ConflictError: they are not the version the caller saw.
        """
        async with self._database.write() as connection:
            before = await self._current(connection, actor, specialist_id, version)
            weekly: tuple[WeeklyHours, ...] = weekly_hours(days, before.specialist.zone)
            await hours.replace_weekly(connection, specialist_id, weekly)
            return await self._changed(connection, actor, specialist_id)

    async def change_day(
        self, actor: Actor, specialist_id: AccountId, day: date, kind: ExceptionKind | None, rows: Sequence[Row]
    ) -> SpecialistHours:
        """Say what is different on one day; None gives its weekly hours back.

        Raises:
            HoursError: some of the hours cannot be.
        """
        async with self._database.write() as connection:
            before = await _of(connection, actor, specialist_id)
            zone = before.specialist.zone
            different: tuple[DayException, ...] = day_hours(day, kind, rows, zone) if kind else ()
            await hours.replace_day(connection, specialist_id, day, different)
            return await self._changed(connection, actor, specialist_id)

    async def _current(
        self, connection: Connection, actor: Actor, specialist_id: AccountId, version: int | None
    ) -> SpecialistHours:
        found = await _of(connection, actor, specialist_id)
        if version is not None and version != found.version:
            raise ConflictError(CHANGED)
        return found

    async def _changed(self, connection: Connection, actor: Actor, specialist_id: AccountId) -> SpecialistHours:
        now = self._clock()
        await trail.record(connection, actor, HOURS_CHANGED, "account", specialist_id, now=now)
        return await _of(connection, actor, specialist_id)


async def _of(connection: Connection, actor: Actor, specialist_id: AccountId) -> SpecialistHours:
    specialist = await specialist_for(connection, actor, specialist_id)
    return SpecialistHours(specialist, (await hours.schedules_of(connection, [specialist]))[specialist.id])
