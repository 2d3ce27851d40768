"""When specialists see people, over the wire."""

from datetime import date
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.domain.availability import ExceptionKind
from server.domain.errors import ConflictError
from server.domain.ids import AccountId
from server.domain.opening_hours import HoursError, Row, clock_words
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of, if_match
from server.http.values import Day, Whole
from server.keys import HOURS
from server.services.hours import SpecialistHours

routes = Routes("hours")

Start = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
End = Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class WeeklyShape(Shape):
    """Open every week on one weekday (0 is Monday), on the specialist's own clock."""

    weekday: Annotated[int, Field(ge=0, le=6), Whole]
    start: Start
    end: End


class DayShape(Shape):
    """What is different on one day; a day that is closed has no hours."""

    date: Day
    kind: ExceptionKind
    start: Start | None = None
    end: End | None = None


class HoursIn(Shape):
    """All hours of a specialist."""

    weekly: list[WeeklyShape] = Field(max_length=70)
    days: list[DayShape] = Field(default=[], max_length=400)


class HoursOut(Shape):
    """All hours of a specialist, in their own zone."""

    specialist: str
    zone: str
    version: int
    weekly: list[WeeklyShape]
    days: list[DayShape]


@routes.add("GET", "/specialists/{specialist}/hours", action=Action.HOURS_EDIT)
async def show(request: web.Request) -> HoursOut:
    """Return a specialist's hours."""
    return _shape(await request.app[HOURS].of(actor_of(request), _specialist(request)))


@routes.add("PUT", "/specialists/{specialist}/hours", action=Action.HOURS_EDIT, refuses=(HoursError, ConflictError))
async def change(request: web.Request, body: HoursIn) -> HoursOut:
    """Put all hours in the place of the former ones; booked visits stay booked."""
    week: list[list[Row]] = [[] for _ in range(7)]
    for one in body.weekly:
        week[one.weekday].append((one.start, one.end))
    by_day: dict[tuple[date, ExceptionKind], list[Row]] = {}
    for day in body.days:
        by_day.setdefault((day.date, day.kind), []).append((day.start or "", day.end or ""))
    exceptions = [(on, kind, rows) for (on, kind), rows in by_day.items()]
    version = if_match(request)
    return _shape(await request.app[HOURS].change(actor_of(request), _specialist(request), week, exceptions, version))


def _shape(found: SpecialistHours) -> HoursOut:
    return HoursOut(
        specialist=found.specialist.id,
        zone=found.specialist.zone,
        version=found.version,
        weekly=[
            WeeklyShape(weekday=one.weekday, start=clock_words(one.start_min), end=clock_words(one.end_min))
            for one in found.schedule.hours
        ],
        days=[
            DayShape(date=one.local_date, kind=one.kind)
            if one.kind is ExceptionKind.CLOSED
            else DayShape(
                date=one.local_date, kind=one.kind, start=clock_words(one.start_min), end=clock_words(one.end_min)
            )
            for one in found.schedule.exceptions
        ],
    )


def _specialist(request: web.Request) -> AccountId:
    return AccountId(request.match_info["specialist"])
