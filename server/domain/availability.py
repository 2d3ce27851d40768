"""When a specialist is open: weekly hours and exceptions by local date, expanded to UTC minutes. No I/O, no clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.domain.errors import InvalidValueError
from server.domain.wall_clock import MINUTES_A_DAY, WallClock, zone_info

MAX_END_MINUTE = 2 * MINUTES_A_DAY  # Hours may run on until the end of the next local day.

Minutes = tuple[int, int]
"""A half-open stretch of UTC minutes."""


class ExceptionKind(StrEnum):
    """What an exception does to the weekly hours of its date."""

    CLOSED = "closed"
    REPLACE = "replace"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open every week on one weekday (0 is Monday), in minutes from local midnight.

    An `end_min` above 1440 lies in the next day. `valid_from` and `valid_until` are the first and the last date.
    """

    weekday: int
    start_min: int
    end_min: int
    zone: str
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse hours that no week has."""
        if self.weekday not in range(7):
            raise InvalidValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).", "weekday")
        _require_hours(self.start_min, self.end_min)
        zone_info(self.zone)

    def covers(self, day: date) -> bool:
        """Whether these hours hold on a date."""
        begun = self.valid_from is None or self.valid_from <= day
        ended = self.valid_until is not None and self.valid_until < day
        return day.weekday() == self.weekday and begun and not ended


@dataclass(frozen=True, slots=True)
class DayException:
    """One local date on which the weekly hours do not hold, or more is open; `closed` needs no minutes."""

    local_date: date
    kind: ExceptionKind
    zone: str
    start_min: int = 0
    end_min: int = MINUTES_A_DAY

    def __post_init__(self) -> None:
        """Refuse hours that no day has."""
        _require_hours(self.start_min, self.end_min)
        zone_info(self.zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything one specialist has said about when they see people; `zone` is where their grid of times is drawn."""

    zone: str
    hours: tuple[WeeklyHours, ...] = ()
    exceptions: tuple[DayException, ...] = ()


def open_minutes(schedule: Schedule, first: int, last: int, *, wall_clock: WallClock) -> list[Minutes]:
    """List the stretches in which a specialist is open that touch [first, last), in UTC minutes and in order.

    Dates are local, never UTC days. On a date `replace` wins over `closed`, `closed` over the weekly hours, and
    `add` comes on top of whichever holds. Stretches may overlap.
    """
    by_date = _by_date(schedule.exceptions)
    stretches = [
        (wall_clock.utc_minute(hours.zone, day, hours.start_min), wall_clock.utc_minute(hours.zone, day, hours.end_min))
        for day in _dates(first, last)
        for hours in _hours_of(schedule, day, by_date.get(day, ()))
    ]
    return sorted((start, end) for start, end in stretches if start < end and start < last and end > first)


def _hours_of(
    schedule: Schedule, day: date, exceptions: Sequence[DayException]
) -> Iterator[WeeklyHours | DayException]:
    kinds = {exception.kind for exception in exceptions}
    if ExceptionKind.REPLACE in kinds:
        yield from (exception for exception in exceptions if exception.kind is ExceptionKind.REPLACE)
    elif ExceptionKind.CLOSED not in kinds:
        yield from (hours for hours in schedule.hours if hours.covers(day))
    yield from (exception for exception in exceptions if exception.kind is ExceptionKind.ADD)


def _by_date(exceptions: Sequence[DayException]) -> dict[date, list[DayException]]:
    by_date: dict[date, list[DayException]] = {}
    for exception in exceptions:
        by_date.setdefault(exception.local_date, []).append(exception)
    return by_date


def _dates(first: int, last: int) -> Iterator[date]:
    """Walk every local date whose hours can touch [first, last).

    A zone is at most a date away from UTC, and hours reach into the date after theirs.
    """
    begin = date(1970, 1, 1) + timedelta(days=first // MINUTES_A_DAY - 2)
    end = date(1970, 1, 1) + timedelta(days=last // MINUTES_A_DAY + 1)
    for offset in range((end - begin).days + 1):
        yield begin + timedelta(days=offset)


def _require_hours(start_min: int, end_min: int) -> None:
    if not 0 <= start_min < MINUTES_A_DAY:
        raise InvalidValueError("Hours begin between 00:00 and 23:59.", "start_min")
    if not start_min < end_min <= MAX_END_MINUTE:
        raise InvalidValueError("Hours end after they begin, and at the latest at the end of the next day.", "end_min")
