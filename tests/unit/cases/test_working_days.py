"""Promises in working days."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from server.domain import working_days

DETROIT = ZoneInfo("America/Detroit")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23T09:00", 2, "2026-11-25T17:00"),  # from a Monday
        ("2026-11-27T16:00", 1, "2026-11-30T17:00"),  # over a weekend
        ("2026-11-28T12:00", 2, "2026-12-01T17:00"),  # from a Saturday
        ("2026-11-23T23:30", 1, "2026-11-24T17:00"),  # late at night
        ("2026-10-30T09:00", 1, "2026-11-02T17:00"),  # over the change of clocks
    ],
)
def test_a_promise_ends_with_the_office_hours_of_its_day(start: str, days: int, end: str) -> None:
    promised = working_days.after(datetime.fromisoformat(start).replace(tzinfo=DETROIT), days, DETROIT)

    assert promised == datetime.fromisoformat(end).replace(tzinfo=DETROIT)


def test_the_day_is_the_hospitals_own() -> None:
    friday_evening_in_detroit = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)

    promised = working_days.after(friday_evening_in_detroit, 1, DETROIT)

    assert promised == datetime(2026, 11, 30, 17, tzinfo=DETROIT)
    assert promised.tzinfo is UTC
