"""When the door of a visit stands open. No I/O, no clock."""

from datetime import datetime, timedelta

OPENS_BEFORE = timedelta(minutes=30)  # The promise to patients; every message about a visit says it.
STAYS_OPEN_AFTER = timedelta(hours=4)


def opens_at(start: datetime) -> datetime:
    """Tell when the waiting room opens."""
    return start - OPENS_BEFORE


def closes_at(start: datetime) -> datetime:
    """Tell when the waiting room closes."""
    return start + STAYS_OPEN_AFTER
