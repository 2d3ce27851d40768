"""When specialists see people: weekly hours and single days that differ."""

from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain import ids
from server.domain.availability import DayException, Schedule, WeeklyHours
from server.domain.ids import AccountId
from server.storage.rows import columns, values
from server.storage.schema import availability_exceptions, availability_rules


async def schedule_of(connection: AsyncConnection, specialist_id: AccountId, zone: str) -> Schedule:
    """Return everything a specialist has said about their hours."""
    rules = select(availability_rules).where(availability_rules.c.specialist_id == specialist_id)
    rules = rules.order_by(availability_rules.c.weekday, availability_rules.c.start_min)
    days = select(availability_exceptions).where(availability_exceptions.c.specialist_id == specialist_id)
    days = days.order_by(availability_exceptions.c.local_date, availability_exceptions.c.start_min)
    return Schedule(
        zone,
        values(WeeklyHours, (await connection.execute(rules)).all()),
        values(DayException, (await connection.execute(days)).all()),
    )


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
