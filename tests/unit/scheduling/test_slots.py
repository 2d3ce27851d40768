"""Every time that is offered can be booked, and every time that can be booked is offered."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.availability import DayException, ExceptionKind, Schedule, WeeklyHours
from server.domain.errors import InvalidValueError
from server.domain.slots import Service, Window, free_starts, start_mask
from server.domain.wall_clock import WallClock, floor_minute, instant_of

BERLIN = "Europe/Berlin"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def minutes(count: int) -> timedelta:
    return count * MINUTE


def a_service(**changes: timedelta) -> Service:
    lengths = {
        "duration": minutes(30), "step": minutes(15), "buffer_before": minutes(0), "buffer_after": minutes(0),
        "min_notice": minutes(0), "horizon": timedelta(days=60),
    }  # fmt: skip
    return Service("first-visit", **(lengths | changes))


def monday_morning(zone: str = BERLIN) -> Schedule:
    return Schedule(zone, (WeeklyHours(0, 9 * 60, 11 * 60, zone),))


def at(text: str) -> datetime:
    """Read `day hour:minute` of June 2026 in UTC; the 8th is a Monday, and Berlin is two hours ahead."""
    return datetime.strptime(f"2026-06-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def offered(
    schedule: Schedule, service: Service, *, busy: tuple[tuple[datetime, datetime], ...] = (), now: str = "01 00:00"
) -> list[str]:
    starts = free_starts(schedule, service, busy=busy, since=at("08 00:00"), until=at("09 00:00"), now=at(now))
    return [start.strftime("%H:%M") for start in starts]


def test_times_stand_on_the_grid_and_end_within_the_hours() -> None:
    assert offered(monday_morning(), a_service()) == ["07:00", "07:15", "07:30", "07:45", "08:00", "08:15", "08:30"]


def test_a_taken_time_and_what_would_run_into_it_are_not_offered() -> None:
    busy = ((at("08 07:45"), at("08 08:15")),)
    assert offered(monday_morning(), a_service(), busy=busy) == ["07:00", "07:15", "08:15", "08:30"]


def test_taken_times_are_half_open() -> None:
    busy = ((at("08 06:00"), at("08 07:00")), (at("08 09:00"), at("08 10:00")))
    assert offered(monday_morning(), a_service(step=HOUR), busy=busy) == ["07:00", "08:00"]


def test_a_part_of_a_minute_counts_as_taken() -> None:
    busy = ((at("08 07:59") + timedelta(seconds=59), at("08 08:00") + timedelta(seconds=1)),)
    assert offered(monday_morning(), a_service(step=minutes(30)), busy=busy) == ["07:00", "08:30"]


def test_buffers_need_free_time_around_the_visit() -> None:
    service = a_service(buffer_before=minutes(15), buffer_after=minutes(30))
    assert offered(monday_morning(), service) == ["07:15", "07:30", "07:45", "08:00"]


def test_nothing_starts_sooner_than_the_notice_or_later_than_the_horizon() -> None:
    service = a_service(min_notice=HOUR, horizon=minutes(90))
    assert offered(monday_morning(), service, now="08 06:30") == ["07:30", "07:45", "08:00"]
    assert offered(monday_morning(), service, now="08 06:31") == ["07:45", "08:00"]


def test_the_asked_window_includes_its_start_and_not_its_end() -> None:
    starts = free_starts(
        monday_morning(), a_service(), busy=(), since=at("08 07:15"), until=at("08 07:45"), now=at("01 00:00")
    )
    assert starts == [at("08 07:15"), at("08 07:30")]


@pytest.mark.parametrize("now", ["20 00:00", "09 00:00"])
def test_nothing_is_offered_in_the_past(now: str) -> None:
    assert offered(monday_morning(), a_service(), now=now) == []


def test_a_far_window_costs_no_more_than_the_horizon() -> None:
    everything = free_starts(
        monday_morning(), a_service(horizon=timedelta(days=10)), busy=(), now=at("01 00:00"),
        since=datetime.min.replace(tzinfo=UTC), until=datetime.max.replace(tzinfo=UTC),
    )  # fmt: skip
    assert (everything[0], everything[-1]) == (at("01 07:00"), at("08 08:30"))


def test_the_grid_is_drawn_on_the_wall_and_does_not_drift_over_the_clock_change() -> None:
    kathmandu = Schedule("Asia/Kathmandu", (WeeklyHours(0, 9 * 60, 11 * 60, "Asia/Kathmandu"),))
    assert offered(kathmandu, a_service(step=HOUR)) == ["03:15", "04:15"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 29), ["00:00 +1", "01:30 +1", "03:00 +2", "04:30 +2"]),
        (date(2026, 10, 25), ["00:00 +2", "01:30 +2", "03:00 +1", "04:30 +1"]),
    ],
)
def test_the_grid_shows_the_same_times_on_the_day_the_clocks_change(day: date, expected: list[str]) -> None:
    midnight = datetime.combine(day, time(), ZoneInfo(BERLIN)).astimezone(UTC)
    starts = free_starts(
        Schedule(BERLIN, (WeeklyHours(6, 0, 6 * 60, BERLIN),)), a_service(step=minutes(90)), busy=(),
        since=midnight, until=midnight + DAY, now=midnight,
    )  # fmt: skip
    shown = [start.astimezone(ZoneInfo(BERLIN)) for start in starts]
    assert [f"{wall:%H:%M} +{wall.utcoffset() // HOUR}" for wall in shown] == expected  # type: ignore[operator]


def test_a_visit_may_span_hours_that_touch() -> None:
    touching = Schedule("UTC", (WeeklyHours(0, 540, 570, "UTC"), WeeklyHours(0, 570, 600, "UTC")))
    assert offered(touching, a_service(duration=HOUR)) == ["09:00"]


def test_masks_of_several_people_combine() -> None:
    window, clock, service = (
        Window(floor_minute(at("08 00:00")), floor_minute(at("09 00:00"))),
        WallClock(),
        a_service(),
    )
    early = start_mask(monday_morning(), service, [], window, clock)
    late = start_mask(Schedule(BERLIN, (WeeklyHours(0, 600, 720, BERLIN),)), service, [], window, clock)
    assert [instant_of(minute) for minute in window.minutes(early & late)] == [
        at("08 08:00"), at("08 08:15"), at("08 08:30"),
    ]  # fmt: skip
    assert len(window.minutes(early | late)) == 11


@pytest.mark.parametrize(
    "changes",
    [
        {"duration": minutes(0)},
        {"step": minutes(0)},
        {"step": timedelta(days=2)},
        {"duration": timedelta(seconds=90)},
        {"buffer_before": -MINUTE},
    ],
)
def test_a_service_with_impossible_lengths_is_refused(changes: dict[str, timedelta]) -> None:
    with pytest.raises(InvalidValueError):
        a_service(**changes)


# The oracle: no cleverness, one minute after the other --------------------------------------------------------------

CLOCK_CHANGES = {
    "Africa/Cairo": date(2026, 4, 24),
    "Africa/Casablanca": date(2026, 2, 15),
    "America/Asuncion": date(2026, 3, 22),
    "America/Havana": date(2026, 11, 1),
    "America/New_York": date(2026, 3, 8),
    "America/Nuuk": date(2026, 3, 28),
    "America/Santiago": date(2026, 9, 6),
    "America/St_Johns": date(2026, 11, 1),
    "Antarctica/Troll": date(2026, 10, 25),
    "Asia/Beirut": date(2026, 3, 29),
    "Asia/Kathmandu": date(2026, 5, 4),
    "Asia/Kolkata": date(2026, 3, 8),
    "Atlantic/Azores": date(2026, 10, 25),
    "Australia/Adelaide": date(2026, 4, 5),
    "Australia/Lord_Howe": date(2026, 10, 4),
    "Europe/Berlin": date(2026, 10, 25),
    "Europe/London": date(2026, 3, 29),
    "Pacific/Auckland": date(2026, 4, 5),
    "Pacific/Chatham": date(2026, 9, 27),
    "Pacific/Kiritimati": date(2026, 1, 1),
    "Pacific/Pago_Pago": date(2026, 1, 1),
}


def two_weeks_around(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - 7 * DAY


@lru_cache(maxsize=64)
def walls_of(zone: str, day: date) -> tuple[list[datetime], dict[datetime, int]]:
    """What the wall shows at each UTC minute of the two weeks around a date, and when it first shows it."""
    begin = two_weeks_around(day)
    walls = [(begin + i * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for i in range(14 * 1440)]
    return walls, {wall: len(walls) - 1 - i for i, wall in enumerate(reversed(walls))}


def first_shown(zone: str, around: date, wanted: datetime) -> int:
    """The first minute at which the wall shows the time, or, if it never does, as long after as the clocks skip."""
    walls, first = walls_of(zone, around)
    if wanted in first:
        return first[wanted]
    before = max(i for i, wall in enumerate(walls) if wall < wanted)
    return before + (wanted - walls[before]) // MINUTE


def brute_force(
    schedule: Schedule, service: Service, busy: list[tuple[int, int]], around: date, first: int, last: int
) -> list[int]:
    walls, _ = walls_of(schedule.zone, around)
    free = [False] * len(walls)
    for day in (around + k * DAY for k in range(-4, 5)):
        for bounds in hours_on(schedule, day):
            midnight = datetime.combine(day, time())
            begin, end = (first_shown(schedule.zone, around, midnight + bound * MINUTE) for bound in bounds)
            for minute in range(begin, end):
                free[minute] = True
    for start, end in busy:
        for minute in range(start, end):
            free[minute] = False
    before, after = service.buffer_before // MINUTE, (service.duration + service.buffer_after) // MINUTE
    return [
        i
        for i in range(first, last)
        if (walls[i].hour * 60 + walls[i].minute) % (service.step // MINUTE) == 0 and all(free[i - before : i + after])
    ]


def hours_on(schedule: Schedule, day: date) -> Iterator[tuple[int, int]]:
    special = [e for e in schedule.exceptions if e.local_date == day]
    replaced = [e for e in special if e.kind == "replace"]
    closed = any(e.kind == "closed" for e in special)
    weekly = [] if closed or replaced else [h for h in schedule.hours if h.weekday == day.weekday()]
    for hours in weekly:
        yield hours.start_min, hours.end_min
    for exception in (*replaced, *(e for e in special if e.kind == "add")):
        yield exception.start_min, exception.end_min


@st.composite
def bounds(draw: st.DrawFn) -> tuple[int, int]:
    """Hours of a day; often long, so that they meet the change of the clocks."""
    start = draw(st.one_of(st.just(0), st.integers(0, 1439)))
    return start, draw(st.one_of(st.just(2880), st.integers(start + 1, 2880)))


@st.composite
def searches(draw: st.DrawFn) -> tuple[Schedule, Service, list[tuple[int, int]], date, int, int]:
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    around = CLOCK_CHANGES[zone]
    nearby = st.integers(-2, 1).map(lambda days: around + days * DAY)
    schedule = Schedule(
        zone,
        tuple(WeeklyHours(draw(nearby).weekday(), *draw(bounds()), zone) for _ in range(draw(st.integers(1, 3)))),
        tuple(
            DayException(draw(nearby), draw(st.sampled_from(ExceptionKind)), zone, *draw(bounds()))
            for _ in range(draw(st.integers(0, 2)))
        ),
    )
    service = a_service(
        duration=minutes(draw(st.integers(1, 90))),
        buffer_before=minutes(draw(st.integers(0, 60))),
        buffer_after=minutes(draw(st.integers(0, 60))),
        step=minutes(draw(st.sampled_from([1, 15, 20, 25, 30, 45, 90, 120]))),
    )
    midnight = 7 * 1440
    taken = draw(st.lists(st.tuples(st.integers(midnight - 1440, midnight + 1440), st.integers(1, 300)), max_size=3))
    first = draw(st.integers(midnight - 1000, midnight + 500))
    return schedule, service, [(s, s + n) for s, n in taken], around, first, first + draw(st.integers(600, 1800))


@settings(max_examples=200, deadline=None)
@given(searches())
def test_the_search_agrees_with_going_through_every_minute(
    search: tuple[Schedule, Service, list[tuple[int, int]], date, int, int],
) -> None:
    schedule, service, busy, around, first, last = search
    origin = two_weeks_around(around)
    found = free_starts(
        schedule, service, busy=[(origin + start * MINUTE, origin + end * MINUTE) for start, end in busy],
        since=origin + first * MINUTE, until=origin + last * MINUTE, now=origin,
    )  # fmt: skip
    assert [(start - origin) // MINUTE for start in found] == brute_force(schedule, service, busy, around, first, last)
