"""Promises in working days, Monday to Friday on the hospital's own clock. Pure; holidays are not known here."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE_CLOSES = time(17)
SATURDAY = 5


def after(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the close of business so many working days after an instant, in UTC with the instant."""
    local = start.astimezone(zone)
    day = local.date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day, OFFICE_CLOSES, zone).astimezone(start.tzinfo)
