"""Times, spans and sizes in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.domain import wording

AFTERNOON = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def test_a_time_names_its_weekday_and_its_zone() -> None:
    assert wording.time_in(AFTERNOON, "America/Detroit") == "Tuesday 24 November 2026, 3:30 pm (Detroit time)"
    assert wording.time_in(AFTERNOON, "America/Argentina/Buenos_Aires").endswith("5:30 pm (Buenos Aires time)")
    assert wording.time_in(AFTERNOON, "UTC").endswith("8:30 pm (UTC)")


def test_a_day_is_the_day_in_the_readers_zone() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)

    assert wording.date_in(late, "Asia/Tokyo") == "Wednesday 25 November 2026"
    assert wording.date_in(date(2026, 11, 24)) == "Tuesday 24 November 2026"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(0, 0, "12:00 am"), (0, 5, "12:05 am"), (11, 59, "11:59 am"), (12, 0, "12:00 noon"), (12, 30, "12:30 pm")],
)
def test_noon_and_midnight_cannot_be_taken_for_each_other(hour: int, minute: int, words: str) -> None:
    assert wording.hour_words(datetime(2026, 1, 1, hour, minute, tzinfo=UTC)) == words


def test_an_hour_that_comes_twice_says_which_one_it_is() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    assert wording.hour_in(first, "America/Detroit") == "1:30 am (Detroit time, EDT)"
    assert wording.hour_in(first + timedelta(hours=1), "America/Detroit") == "1:30 am (Detroit time, EST)"


def test_a_time_without_a_zone_is_not_shown() -> None:
    with pytest.raises(ValueError, match="zone"):
        wording.time_in(AFTERNOON.replace(tzinfo=None), "UTC")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=-4), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
        (timedelta(hours=1, seconds=5), "1 hour"),
        (timedelta(days=2, hours=3, minutes=4), "2 days 3 hours"),
    ],
)
def test_a_span_says_its_two_largest_units(span: timedelta, words: str) -> None:
    assert wording.duration(span) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (3_440_000, "3.4 MB"),
        (999_960, "1.0 MB"),
        (512e9, "512 GB"),
    ],
)
def test_a_size_is_said_as_peoples_devices_say_it(size: int, words: str) -> None:
    assert wording.filesize(size) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Dr Amira Haddad", "AH"), ("Anna", "A"), ("anna maria novak", "AN"), ("محمد", "م"), ("Dr", ""), ("", "")],
)
def test_initials_leave_titles_away(name: str, letters: str) -> None:
    assert wording.initials(name) == letters


def test_an_instant_for_machines_is_in_utc() -> None:
    assert wording.instant(AFTERNOON) == "2026-11-24T20:30:00Z"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dea_flexibility_until", "DEA flexibility until"),
        ("video_min_kbps", "Video minimum kbit/s"),
        ("max_tech_reschedules", "Maximum technical reschedules"),
        ("adult_age", "Adult age"),
    ],
)
def test_names_of_the_policys_file_are_words(name: str, words: str) -> None:
    assert wording.spoken(name) == words
