"""Hours as people write them."""

from datetime import date

import pytest

from server.domain.availability import ExceptionKind
from server.domain.opening_hours import HoursError, Row, clock_words, day_hours, weekly_hours

ZONE = "America/Detroit"
DAY = date(2026, 12, 24)


def on_monday(*rows: Row) -> list[list[Row]]:
    return [list(rows), *([] for _ in range(6))]


def faults(*rows: Row) -> list[tuple[int, str, str]]:
    with pytest.raises(HoursError) as refusal:
        weekly_hours(on_monday(*rows), ZONE)
    return [(fault.row, fault.part, fault.sentence) for fault in refusal.value.faults]


def test_rows_are_read_in_order_and_empty_ones_left_out() -> None:
    read = weekly_hours(on_monday(("13:00", "14:30"), ("", ""), ("09:00", "12:00")), ZONE)

    assert [(one.weekday, one.start_min, one.end_min, one.zone) for one in read] == [
        (0, 540, 720, ZONE),
        (0, 780, 870, ZONE),
    ]


@pytest.mark.parametrize("midnight", ["00:00", "24:00"])
def test_an_end_at_midnight_is_the_end_of_the_day(midnight: str) -> None:
    [row] = weekly_hours(on_monday(("22:00", midnight)), ZONE)

    assert (row.start_min, row.end_min) == (1320, 1440)


@pytest.mark.parametrize(
    ("row", "part", "sentence"),
    [
        (("", "12:00"), "start", "Please give both times, or leave both empty."),
        (("09:00", ""), "end", "Please give both times, or leave both empty."),
        (("nine", "12:00"), "start", "Please write a time such as 09:00."),
        (("09:00", "25:00"), "end", "Please write a time such as 09:00."),
        (("9:00", "12:00"), "start", "Please write a time such as 09:00."),
        (("24:00", "24:00"), "start", "Please write a time such as 09:00."),
        (("12:00", "12:00"), "end", "The end has to be after the beginning."),
        (("12:00", "09:00"), "end", "The end has to be after the beginning."),
    ],
)
def test_what_no_day_has_is_named_with_its_row(row: Row, part: str, sentence: str) -> None:
    assert faults(("08:00", "08:30"), row) == [(1, part, sentence)]


def test_rows_may_touch_and_not_overlap() -> None:
    weekly_hours(on_monday(("09:00", "12:00"), ("12:00", "13:00")), ZONE)

    assert faults(("09:00", "12:00"), ("11:59", "13:00")) == [
        (1, "start", "This overlaps with another row of the same day.")
    ]


def test_the_first_fault_names_its_field() -> None:
    with pytest.raises(HoursError) as refusal:
        weekly_hours([[], [("12:00", "09:00")], *([] for _ in range(5))], ZONE)

    assert (refusal.value.field, refusal.value.code) == ("1.0.end", "hours-impossible")


def test_a_closed_day_needs_no_hours_and_any_other_does() -> None:
    [closed] = day_hours(DAY, ExceptionKind.CLOSED, [("09:00", "12:00")], ZONE)
    assert (closed.kind, closed.local_date) == (ExceptionKind.CLOSED, DAY)

    [other] = day_hours(DAY, ExceptionKind.REPLACE, [("09:00", "12:00"), ("", "")], ZONE)
    assert (other.start_min, other.end_min) == (540, 720)

    for rows in ([], [("", "")], [("12:00", "09:00")]):
        with pytest.raises(HoursError):
            day_hours(DAY, ExceptionKind.ADD, rows, ZONE)


def test_minutes_are_written_as_a_clock_shows_them() -> None:
    assert [clock_words(minute) for minute in (0, 545, 1440)] == ["00:00", "09:05", "24:00"]
