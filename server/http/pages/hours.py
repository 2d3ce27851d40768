"""When specialists see people: their week, single days that differ, and the free times that follow from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aiohttp import web

from server.domain.actors import Role
from server.domain.availability import DayException, ExceptionKind, WeeklyHours
from server.domain.errors import ConflictError
from server.domain.ids import AccountId
from server.domain.opening_hours import HoursError, HoursFault, Row, clock_words, minute_of
from server.domain.permissions import Action
from server.domain.wall_clock import MINUTES_A_DAY
from server.domain.wording import day_words, hour_words, in_zone, time_in, zone_words
from server.http.api import actor_of
from server.http.pages.questions import sent_form
from server.http.pages.routes import Pages, render, see_other
from server.http.question_form import Sent
from server.keys import CLOCK, HOURS
from server.services.hours import SpecialistHours

pages = Pages()

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROWS_OF_A_DAY = 2  # of a single day that differs
MOST_ROWS = 10
A_DAY = "Choose a day, today or later."
A_KIND = "Say what is different on this day."


@dataclass(frozen=True, slots=True)
class Weekday:
    """The rows of one weekday as they are shown, with what is wrong with them."""

    number: int
    name: str
    rows: tuple[Row, ...]
    faults: Mapping[tuple[int, str], str]


@dataclass(frozen=True, slots=True)
class DayForm:
    """A single day as somebody tried to enter it."""

    day: str = ""
    kind: str = ""
    rows: tuple[Row, ...] = (("", ""),) * ROWS_OF_A_DAY
    errors: tuple[tuple[str, str], ...] = ()
    faults: Mapping[tuple[int, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """A change that came first: who made it and when, what it is called, and the days on which both differ."""

    version: int
    who: str
    when: str
    days: tuple[tuple[str, str, str], ...]


@pages.get("/hours", action=Action.HOURS_EDIT)
async def hours(request: web.Request) -> web.StreamResponse:
    """Show a specialist their own hours, and the desk whose hours there are."""
    actor = actor_of(request)
    if actor.role is Role.SPECIALIST:
        return await _page(request, actor.id)
    specialists = await request.app[HOURS].specialists()
    return render(request, "hours/all.html", here="hours", specialists=specialists)


@pages.get("/hours/{specialist}", action=Action.HOURS_EDIT)
async def show(request: web.Request) -> web.StreamResponse:
    """Show a specialist's hours."""
    return await _page(request, _specialist(request))


@pages.post("/hours/{specialist}", action=Action.HOURS_EDIT)
async def change(request: web.Request) -> web.StreamResponse:
    """Save the week, or give one of its days another row to fill in."""
    sent, specialist_id = await sent_form(request), _specialist(request)
    week = [_rows(sent, str(number)) for number in range(len(WEEKDAYS))]
    if sent.get("add"):
        week = _with_another(week, sent["add"][0])
        return await _page(request, specialist_id, week=week, version=_version(sent))
    try:
        await request.app[HOURS].change_week(actor_of(request), specialist_id, week, _version(sent))
    except HoursError as error:
        return await _page(request, specialist_id, week=week, faults=error.faults)
    except ConflictError:
        clash = await _clash(request, specialist_id, week)
        return await _page(request, specialist_id, week=week, version=clash.version, clash=clash)
    return see_other(f"/hours/{specialist_id}?now=saved")


@pages.post("/hours/{specialist}/days", action=Action.HOURS_EDIT)
async def change_day(request: web.Request) -> web.StreamResponse:
    """Say what is different on one day."""
    sent, specialist_id = await sent_form(request), _specialist(request)
    day, kind, rows = _day(sent), _kind(sent), _rows(sent, "day")
    errors = [("day", A_DAY)] if day is None or day < _today(request) else []
    errors += [("kind", A_KIND)] if kind is None else []
    faults: tuple[HoursFault, ...] = ()
    if day is not None and kind is not None and not errors:
        try:
            await request.app[HOURS].change_day(actor_of(request), specialist_id, day, kind, rows)
            return see_other(f"/hours/{specialist_id}?now=saved#days")
        except HoursError as error:
            faults = error.faults
    errors += [(f"{fault.part}-day-{fault.row}", fault.sentence) for fault in faults]
    tried = DayForm(
        day=day.isoformat() if day else "",
        kind=kind or "",
        rows=_padded(rows, ROWS_OF_A_DAY),
        errors=tuple(errors),
        faults={(fault.row, fault.part): fault.sentence for fault in faults},
    )
    return await _page(request, specialist_id, tried=tried)


@pages.post("/hours/{specialist}/days/{day}/remove", action=Action.HOURS_EDIT)
async def remove_day(request: web.Request) -> web.StreamResponse:
    """Give a day its weekly hours back."""
    specialist_id = _specialist(request)
    day = _date(request.match_info["day"])
    if day is not None:
        await request.app[HOURS].change_day(actor_of(request), specialist_id, day, None, ())
    return see_other(f"/hours/{specialist_id}?now=saved#days")


async def _page(
    request: web.Request,
    specialist_id: AccountId,
    *,
    week: Sequence[Sequence[Row]] | None = None,
    version: int | None = None,
    faults: Sequence[HoursFault] = (),
    clash: Clash | None = None,
    tried: DayForm | None = None,
) -> web.Response:
    service, actor = request.app[HOURS], actor_of(request)
    found = await service.of(actor, specialist_id)
    free = await service.free(actor, specialist_id)
    form = tried or DayForm()
    return render(
        request,
        "hours/page.html",
        status=422 if faults or form.errors else 409 if clash else 200,
        here="hours",
        found=found,
        version=found.version if version is None else version,
        own=actor.id == specialist_id,
        week=_week(week or _written(found.schedule.hours), faults),
        faults=[(f"{fault.part}-{fault.group}-{fault.row}", _named(fault)) for fault in faults],
        days=_days(found, _today(request)),
        free=_by_day(free, found.specialist.zone),
        zone=zone_words(in_zone(request.app[CLOCK](), found.specialist.zone), found.specialist.zone),
        clash=clash,
        day_form=form,
        today=_today(request),
        saved=request.query.get("now") == "saved",
    )


async def _clash(request: web.Request, specialist_id: AccountId, week: Sequence[Sequence[Row]]) -> Clash:
    """Say what came first, beside what somebody wanted to save."""
    service, actor = request.app[HOURS], actor_of(request)
    found, last = await service.of(actor, specialist_id), await service.last_change(actor, specialist_id)
    theirs, mine = map(_said, _written(found.schedule.hours)), map(_said, week)
    days = tuple(day for day in zip(WEEKDAYS, theirs, mine, strict=True) if day[1] != day[2])
    if last is None:
        return Clash(found.version, "Somebody else", "", days)
    who = "You, in another window," if last.by.id == actor.id else last.by.name
    return Clash(found.version, who, time_in(last.at, actor.account.zone), days)


def _said(rows: Sequence[Row]) -> str:
    """Say the hours of a day as somebody wrote them; what is no time is said as it stands."""
    written = [f"{_clock(start)} to {_clock(end)}" for start, end in sorted(rows) if start or end]
    return ", ".join(written) or "No visits"


def _clock(text: str) -> str:
    minute = minute_of(text)
    return text or "?" if minute is None else _hour(minute)


def _week(rows: Sequence[Sequence[Row]], faults: Sequence[HoursFault]) -> list[Weekday]:
    return [
        Weekday(
            number,
            name,
            _padded(rows[number], max(1, len(rows[number]))),
            {(fault.row, fault.part): fault.sentence for fault in faults if fault.group == number},
        )
        for number, name in enumerate(WEEKDAYS)
    ]


def _written(hours: Iterable[WeeklyHours]) -> list[list[Row]]:
    rows: list[list[Row]] = [[] for _ in WEEKDAYS]
    for one in hours:
        rows[one.weekday].append((clock_words(one.start_min), clock_words(one.end_min % MINUTES_A_DAY)))
    return rows


def _with_another(week: list[list[Row]], weekday: str) -> list[list[Row]]:
    if weekday in map(str, range(len(WEEKDAYS))) and len(week[int(weekday)]) < MOST_ROWS:
        week[int(weekday)].append(("", ""))
    return week


def _padded(rows: Sequence[Row], length: int) -> tuple[Row, ...]:
    return (*rows, *((("", ""),) * (length - len(rows))))


def _rows(sent: Sent, group: str) -> list[Row]:
    starts, ends = sent.get(f"start-{group}", []), sent.get(f"end-{group}", [])
    return [(start.strip(), end.strip()) for start, end in zip(starts, ends, strict=False)][:MOST_ROWS]


def _named(fault: HoursFault) -> str:
    return f"{WEEKDAYS[fault.group]}: {fault.sentence}"


def _days(found: SpecialistHours, today: date) -> list[tuple[date, str, str]]:
    """Say what is different on which day from today on."""
    words: dict[date, list[str]] = {}
    for one in found.schedule.exceptions:
        if one.local_date >= today:
            words.setdefault(one.local_date, []).append(_what(one))
    return [(day, day_words(day), "; ".join(said)) for day, said in sorted(words.items())]


def _what(one: DayException) -> str:
    if one.kind is ExceptionKind.CLOSED:
        return "Closed all day"
    hours = f"{_hour(one.start_min)} to {_hour(one.end_min)}"
    return f"Also {hours}" if one.kind is ExceptionKind.ADD else f"Only {hours}"


def _hour(minute: int) -> str:
    if minute == MINUTES_A_DAY:
        return "midnight"
    return hour_words(datetime(2000, 1, 1) + timedelta(minutes=minute))  # noqa: DTZ001 - a clock's face, no instant


def _by_day(free: Iterable[datetime], zone: str) -> list[tuple[str, list[str]]]:
    days: dict[date, list[str]] = {}
    for start in free:
        wall = in_zone(start, zone)
        days.setdefault(wall.date(), []).append(hour_words(wall))
    return [(day_words(day), times) for day, times in sorted(days.items())]


def _day(sent: Sent) -> date | None:
    return _date(next(iter(sent.get("day", [])), ""))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _kind(sent: Sent) -> ExceptionKind | None:
    text = next(iter(sent.get("kind", [])), "")
    return ExceptionKind(text) if text in list(ExceptionKind) else None


def _version(sent: Sent) -> int | None:
    digits = next(iter(sent.get("version", [])), "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _today(request: web.Request) -> date:
    return in_zone(request.app[CLOCK](), actor_of(request).account.zone).date()


def _specialist(request: web.Request) -> AccountId:
    return AccountId(request.match_info["specialist"])
