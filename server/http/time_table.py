"""Bookable times as a page shows them: by day and week of the reader's own clock, with the other person's beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.domain.actors import Account
from server.domain.wording import day_words, hour_words, in_zone, zone_words
from server.services.slots import Slot


@dataclass(frozen=True, slots=True)
class Time:
    """One time to choose; `beside` is what the other person's clock shows, where it shows something else."""

    token: str
    label: str
    beside: str
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    """The times of one day."""

    id: str
    title: str
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class TimeTable:
    """One week of times; `earlier` and `later` are the next weeks with times on either side."""

    zone: str
    days: tuple[Day, ...]
    week: date | None
    earlier: date | None
    later: date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One specialist's days in the week that is shown; none, if they have no time in it."""

    specialist: Account
    days: tuple[Day, ...]


def columns(slots: Iterable[Slot], *, zone: str, own: str | None, week: date | None) -> tuple[Column, ...]:
    """Lay out one week of several specialists, each with their own clock beside, or `own` if that is given."""
    by_specialist: dict[Account, list[Slot]] = {}
    for slot in slots:
        if _monday(in_zone(slot.start, zone).date()) == week:
            by_specialist.setdefault(slot.specialist, []).append(slot)
    return tuple(
        Column(person, timetable(found, zone=zone, beside=own or person.zone, week=week, number=number).days)
        for number, (person, found) in enumerate(by_specialist.items(), start=1)
    )


def timetable(slots: Iterable[Slot], *, zone: str, beside: str, week: date | None, number: int = 0) -> TimeTable:
    """Lay one week out: the one asked for, or the first that has a time; `number` tells apart several on a page."""
    by_day: dict[date, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(in_zone(slot.start, zone).date(), []).append(slot)
    weeks = sorted({_monday(day) for day in by_day})
    shown = _nearest(weeks, week)
    days = (_day(day, of_day, zone, beside, number) for day, of_day in sorted(by_day.items()) if _monday(day) == shown)
    return TimeTable(
        zone=_zone(slots, zone),
        days=tuple(days),
        week=shown,
        earlier=max((one for one in weeks if shown and one < shown), default=None),
        later=min((one for one in weeks if shown and one > shown), default=None),
    )


def one_time(token: str, start: datetime, zone: str, beside: str) -> Time:
    """Word one time, its day with it."""
    wall = in_zone(start, zone)
    return Time(token, hour_words(wall), _beside(start, wall, beside), f"{day_words(wall.date())}, {_hour(wall, zone)}")


def also(start: datetime, zone: str, beside: str) -> str:
    """Say what another zone's clock shows, where it differs from the reader's."""
    return _beside(start, in_zone(start, zone), beside)


def _day(day: date, slots: list[Slot], zone: str, beside: str, number: int) -> Day:
    times = tuple(one_time(slot.token, slot.start, zone, beside) for slot in slots)
    return Day(f"day-{day.isoformat()}{f'-{number}' if number else ''}", day_words(day), times)


def _hour(wall: datetime, zone: str) -> str:
    return f"{hour_words(wall)} ({zone_words(wall, zone)})"


def _beside(start: datetime, wall: datetime, zone: str) -> str:
    other = in_zone(start, zone)
    if other.replace(tzinfo=None) == wall.replace(tzinfo=None):
        return ""
    weekday = f"{day_words(other.date()).split()[0]} " if other.date() != wall.date() else ""
    return f"{weekday}{hour_words(other)}, {zone_words(other, zone)}"


def _zone(slots: Iterable[Slot], zone: str) -> str:
    first = next(iter(slots), None)
    return zone_words(in_zone(first.start, zone), zone) if first else ""


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _nearest(weeks: list[date], wanted: date | None) -> date | None:
    if not weeks:
        return None
    later = [week for week in weeks if wanted is None or week >= _monday(wanted)]
    return later[0] if later else weeks[-1]
