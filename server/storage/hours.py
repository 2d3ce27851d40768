"""When specialists see people: weekly hours and single days that differ."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain import ids
from server.domain.actors import Account
from server.domain.availability import DayException, Schedule, WeeklyHours
from server.domain.ids import AccountId
from server.storage.rows import columns, values
from server.storage.schema import availability_exceptions, availability_rules


async def schedules_of(connection: AsyncConnection, people: Iterable[Account]) -> dict[AccountId, Schedule]:
    """Return everything that these specialists have said about their hours."""
    zones = {person.id: person.zone for person in people}
    weekly, days = availability_rules, availability_exceptions
    rules = select(weekly).where(weekly.c.specialist_id.in_(zones)).order_by(weekly.c.weekday, weekly.c.start_min)
    single = select(days).where(days.c.specialist_id.in_(zones)).order_by(days.c.local_date, days.c.start_min)
    kept, differing = (await connection.execute(rules)).all(), (await connection.execute(single)).all()
    return {
        one: Schedule(
            zone,
            values(WeeklyHours, [row for row in kept if row.specialist_id == one]),
            values(DayException, [row for row in differing if row.specialist_id == one]),
        )
        for one, zone in zones.items()
    }


async def replace_weekly(connection: AsyncConnection, specialist_id: AccountId, hours: tuple[WeeklyHours, ...]) -> None:
    """Put these weekly hours in the place of the former ones."""
    await connection.execute(delete(availability_rules).where(availability_rules.c.specialist_id == specialist_id))
    if hours:
        rows = [{"id": ids.new(), "specialist_id": specialist_id, **columns(one)} for one in hours]
        await connection.execute(insert(availability_rules), rows)


async def replace_day(
    connection: AsyncConnection, specialist_id: AccountId, day: date, exceptions: tuple[DayException, ...]
) -> None:
    """Put these hours in the place of what was said about one day; none gives the weekly hours back."""
    table = availability_exceptions
    await connection.execute(delete(table).where(table.c.specialist_id == specialist_id, table.c.local_date == day))
    if exceptions:
        rows = [{"id": ids.new(), "specialist_id": specialist_id, **columns(one)} for one in exceptions]
        await connection.execute(insert(table), rows)


async def replace_days(
    connection: AsyncConnection, specialist_id: AccountId, exceptions: tuple[DayException, ...]
) -> None:
    """Put these single days in the place of everything that was said about single days."""
    table = availability_exceptions
    await connection.execute(delete(table).where(table.c.specialist_id == specialist_id))
    if exceptions:
        rows = [{"id": ids.new(), "specialist_id": specialist_id, **columns(one)} for one in exceptions]
        await connection.execute(insert(table), rows)
