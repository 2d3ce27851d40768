"""Hours as people write them, "09:00" to "12:00": read into minutes with every fault named, and written back. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from server.domain.availability import DayException, ExceptionKind, WeeklyHours
from server.domain.errors import InvalidValueError
from server.domain.wall_clock import MINUTES_A_DAY

CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
MIDNIGHT = "24:00"

BOTH = "Please give both times, or leave both empty."
A_TIME = "Please write a time such as 09:00."
ORDER = "The end has to be after the beginning."
OVERLAP = "This overlaps with another row of the same day."
NO_HOURS = "Please say from when to when."

Row = tuple[str, str]
"""From and to, as written; an end of 00:00 is midnight, the end of the day."""


@dataclass(frozen=True, slots=True)
class HoursFault:
    """What is wrong with one row; `group` and `row` say which, `part` is start or end."""

    group: int
    row: int
    part: str
    sentence: str


class HoursError(InvalidValueError):
    """Hours that no day has, or that contradict each other; `faults` names every one of them."""

    code = "hours-impossible"

    def __init__(self, faults: Sequence[HoursFault]) -> None:
        first = faults[0]
        super().__init__(first.sentence, f"{first.group}.{first.row}.{first.part}")
        self.faults = tuple(faults)


def weekly_hours(days: Sequence[Sequence[Row]], zone: str) -> tuple[WeeklyHours, ...]:
    """Read the rows of Monday to Sunday.

    Raises:
        HoursError: with every row that cannot be.
    """
    faults: list[HoursFault] = []
    read = [_read_day(weekday, rows, faults) for weekday, rows in enumerate(days)]
    if faults:
        raise HoursError(faults)
    return tuple(WeeklyHours(day, start, end, zone) for day, rows in enumerate(read) for start, end in rows)


def day_hours(day: date, kind: ExceptionKind, rows: Sequence[Row], zone: str) -> tuple[DayException, ...]:
    """Read what is different on one day.

    Raises:
        HoursError: with every row that cannot be, or where hours are needed and none are given.
    """
    if kind is ExceptionKind.CLOSED:
        return (DayException(day, kind, zone),)
    faults: list[HoursFault] = []
    read = _read_day(0, rows, faults)
    if not read and not faults:
        faults.append(HoursFault(0, 0, "start", NO_HOURS))
    if faults:
        raise HoursError(faults)
    return tuple(DayException(day, kind, zone, start, end) for start, end in read)


def clock_words(minute: int) -> str:
    """Write a minute of the day as a clock shows it; the day's end is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(text: str) -> int | None:
    """Read a time as somebody wrote it; None where it is none."""
    if text == MIDNIGHT:
        return MINUTES_A_DAY
    match = CLOCK.fullmatch(text)
    return int(match[1]) * 60 + int(match[2]) if match else None


def _read_day(group: int, rows: Sequence[Row], faults: list[HoursFault]) -> list[tuple[int, int]]:
    read: list[tuple[int, int]] = []
    for number, row in enumerate(rows):
        if not any(row):
            continue
        found = _read_row(group, number, row, faults)
        if found is None:
            continue
        if any(found[0] < end and start < found[1] for start, end in read):
            faults.append(HoursFault(group, number, "start", OVERLAP))
        read.append(found)
    return sorted(read)


def _read_row(group: int, number: int, row: Row, faults: list[HoursFault]) -> tuple[int, int] | None:
    start, end = minute_of(row[0]), minute_of(row[1])
    wrong = list(_wrong(row, start, end))
    faults.extend(HoursFault(group, number, part, sentence) for part, sentence in wrong)
    return None if wrong or start is None or end is None else (start, end or MINUTES_A_DAY)


def _wrong(row: Row, start: int | None, end: int | None) -> Iterable[tuple[str, str]]:
    for part, text, minute in (("start", row[0], start), ("end", row[1], end)):
        if not text:
            yield part, BOTH
        elif minute is None:
            yield part, A_TIME
    if start == MINUTES_A_DAY:
        yield "start", A_TIME
    elif start is not None and end is not None and (end or MINUTES_A_DAY) <= start:
        yield "end", ORDER
