"""Weekly hours mean what the clock on the specialist's wall shows, on every day of the year."""

from datetime import UTC, date, datetime

import pytest

from server.domain.availability import DayException, ExceptionKind, Schedule, WeeklyHours, open_minutes
from server.domain.errors import InvalidValueError
from server.domain.wall_clock import UnknownZoneError, WallClock, floor_minute, instant_of

NEW_YORK, BERLIN, SANTIAGO = "America/New_York", "Europe/Berlin", "America/Santiago"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opened_on(day: date, schedule: Schedule) -> list[tuple[str, str]]:
    """Show what is open within a UTC day and its neighbours, as far as it belongs to the local date."""
    midnight = floor_minute(datetime(day.year, day.month, day.day, tzinfo=UTC))
    stretches = open_minutes(schedule, midnight - 1440, midnight + 2880, wall_clock=WallClock())
    return [tuple(instant_of(minute).strftime("%d %H:%M") for minute in stretch) for stretch in stretches]  # type: ignore[misc]


def one_date(day: date, start_min: int, end_min: int, zone: str) -> Schedule:
    return Schedule(zone, exceptions=(DayException(day, ExceptionKind.REPLACE, zone, start_min, end_min),))


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "expected"),
    [
        (NEW_YORK, date(2026, 3, 8), 13 * 60, 18 * 60, ("08 17:00", "08 22:00")),
        (NEW_YORK, date(2023, 11, 5), 9 * 60, 10 * 60, ("05 14:00", "05 15:00")),
        (NEW_YORK, date(2023, 11, 6), 9 * 60, 10 * 60, ("06 14:00", "06 15:00")),
        (NEW_YORK, date(2023, 3, 12), 12 * 60 + 30, 13 * 60, ("12 16:30", "12 17:00")),
        (NEW_YORK, date(2023, 11, 5), 12 * 60 + 30, 13 * 60, ("05 17:30", "05 18:00")),
        (BERLIN, date(2026, 3, 29), 22 * 60, 24 * 60, ("29 20:00", "29 22:00")),
        ("Africa/Casablanca", date(2026, 2, 14), 9 * 60, 10 * 60, ("14 08:00", "14 09:00")),
        ("Africa/Casablanca", date(2026, 2, 15), 9 * 60, 10 * 60, ("15 09:00", "15 10:00")),
        ("Asia/Kathmandu", date(2026, 5, 4), 9 * 60, 10 * 60, ("04 03:15", "04 04:15")),
    ],
)
def test_hours_are_read_from_the_wall(zone: str, day: date, start: int, end: int, expected: tuple[str, str]) -> None:
    assert opened_on(day, one_date(day, start, end, zone)) == [expected]


def test_a_bound_that_the_clocks_skip_shifts_forward() -> None:
    day = date(2026, 3, 8)
    assert opened_on(day, one_date(day, 150, 300, NEW_YORK)) == [("08 07:30", "08 09:00")]


def test_hours_that_lie_wholly_in_the_skipped_hour_move_with_it() -> None:
    day = date(2026, 3, 8)
    assert opened_on(day, one_date(day, 135, 165, NEW_YORK)) == [("08 07:15", "08 07:45")]


def test_hours_whose_start_is_skipped_past_their_end_do_not_happen() -> None:
    day = date(2026, 3, 8)
    assert opened_on(day, one_date(day, 150, 195, NEW_YORK)) == []


def test_of_an_hour_shown_twice_the_first_is_meant() -> None:
    day = date(2026, 11, 1)
    assert opened_on(day, one_date(day, 60, 90, NEW_YORK)) == [("01 05:00", "01 05:30")]


@pytest.mark.parametrize(
    ("zone", "day", "first_minute"),
    [
        (SANTIAGO, date(2026, 9, 6), "06 04:00"),
        ("Asia/Beirut", date(2026, 3, 29), "28 22:00"),
        ("Africa/Cairo", date(2026, 4, 24), "23 22:00"),
    ],
)
def test_a_day_without_a_midnight_begins_when_it_begins(zone: str, day: date, first_minute: str) -> None:
    assert opened_on(day, one_date(day, 0, 120, zone))[0][0] == first_minute


def test_half_an_hour_of_daylight_saving_is_half_an_hour() -> None:
    day = date(2026, 10, 4)  # Lord Howe goes from +10:30 to +11:00 at 02:00.
    assert opened_on(day, one_date(day, 0, 240, "Australia/Lord_Howe")) == [("03 13:30", "03 17:00")]


def test_hours_may_run_past_midnight() -> None:
    friday_night = Schedule(BERLIN, (WeeklyHours(4, 22 * 60, 26 * 60, BERLIN),))
    assert opened_on(date(2026, 6, 5), friday_night) == [("05 20:00", "06 00:00")]


@pytest.mark.parametrize(("zone", "hour"), [("Pacific/Pago_Pago", "10 10:59"), ("Pacific/Kiritimati", "09 09:59")])
def test_hours_that_began_two_dates_ago_still_count(zone: str, hour: str) -> None:
    first = floor_minute(datetime.strptime(f"2026-06-{hour}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC))
    two_days = Schedule(zone, (WeeklyHours(0, 0, 2880, zone),))
    assert open_minutes(two_days, first, first + 1, wall_clock=WallClock())
    assert not open_minutes(two_days, first + 1, first + 2, wall_clock=WallClock())


def test_hours_hold_from_their_first_date_to_their_last() -> None:
    mondays = WeeklyHours(0, 540, 600, BERLIN, valid_from=date(2026, 6, 8), valid_until=date(2026, 6, 15))
    opened = open_minutes(
        Schedule(BERLIN, (mondays,)),
        floor_minute(utc("2026-05-25")),
        floor_minute(utc("2026-07-10")),
        wall_clock=WallClock(),
    )
    assert [instant_of(start).date() for start, _ in opened] == [date(2026, 6, 8), date(2026, 6, 15)]


def monday_with(*exceptions: DayException) -> list[tuple[str, str]]:
    weekly = WeeklyHours(0, 540, 600, "UTC")
    return opened_on(date(2026, 6, 8), Schedule("UTC", (weekly,), exceptions))


def exception(kind: ExceptionKind, start: int = 0, end: int = 1440) -> DayException:
    return DayException(date(2026, 6, 8), kind, "UTC", start, end)


def test_a_closed_date_has_no_hours() -> None:
    assert monday_with(exception(ExceptionKind.CLOSED)) == []


def test_a_replaced_date_has_other_hours() -> None:
    assert monday_with(exception(ExceptionKind.REPLACE, 720, 780)) == [("08 12:00", "08 13:00")]


def test_added_hours_come_on_top() -> None:
    assert monday_with(exception(ExceptionKind.ADD, 720, 780)) == [("08 09:00", "08 10:00"), ("08 12:00", "08 13:00")]


def test_replaced_wins_over_closed_and_added_comes_on_top_of_either() -> None:
    closed, added = exception(ExceptionKind.CLOSED), exception(ExceptionKind.ADD, 900, 960)
    assert monday_with(closed, added) == [("08 15:00", "08 16:00")]
    assert monday_with(closed, exception(ExceptionKind.REPLACE, 720, 780)) == [("08 12:00", "08 13:00")]


def test_an_exception_is_a_local_date_not_a_utc_day() -> None:
    auckland = "Pacific/Auckland"  # 09:00 on Monday the 8th is still Sunday the 7th in UTC.
    weekly = WeeklyHours(0, 540, 600, auckland)
    closed = DayException(date(2026, 6, 8), ExceptionKind.CLOSED, auckland)
    assert opened_on(date(2026, 6, 8), Schedule(auckland, (weekly,))) == [("07 21:00", "07 22:00")]
    assert opened_on(date(2026, 6, 8), Schedule(auckland, (weekly,), (closed,))) == []


@pytest.mark.parametrize(
    ("weekday", "start", "end", "field"),
    [
        (7, 0, 60, "weekday"),
        (0, -1, 60, "start_min"),
        (0, 1440, 1500, "start_min"),
        (0, 60, 60, "end_min"),
        (0, 0, 2881, "end_min"),
    ],
)
def test_hours_that_no_week_has_are_refused(weekday: int, start: int, end: int, field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        WeeklyHours(weekday, start, end, "UTC")
    assert refused.value.field == field


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../UTC", "America", "CET\x00", "\ud800", "z" * 5000])
def test_a_zone_that_nobody_lives_in_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZoneError):
        WeeklyHours(0, 0, 60, zone)
