"""Which facts follow from a probe: both directions count, and a line that opens takes back only what probes counted."""

from datetime import UTC, datetime, timedelta

from server.domain.facts import Party, Statement
from server.domain.line_probes import (
    FAILED_ATTEMPTS,
    MOST_FAILURES,
    PROBE,
    LineFigures,
    failures,
    failures_of_others,
    measured,
    one_more,
)

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def counts(*said: tuple[str, int | None]) -> list[Statement]:
    return [
        Statement(FAILED_ATTEMPTS, count, Party.SYSTEM, by, NOON + timedelta(minutes=minute))
        for minute, (by, count) in enumerate(said)
    ]


def test_the_weaker_direction_is_what_the_line_carries() -> None:
    assert measured(LineFigures(30, 1.5, 900, 700)) == {"bandwidth_kbps": 700, "packet_loss_pct": 1.5}


def test_failures_add_up_whoever_noticed_them() -> None:
    assert failures([]) == 0
    assert one_more([]) == 1
    assert one_more(counts(("visit", 1), (PROBE, 2))) == 3
    assert one_more(counts((PROBE, MOST_FAILURES))) == MOST_FAILURES


def test_a_line_that_opens_takes_back_what_probes_counted_and_nothing_else() -> None:
    assert failures_of_others(counts((PROBE, 1), (PROBE, 2))) == 0
    assert failures_of_others(counts((PROBE, 1), ("visit", 2), (PROBE, 3))) == 1
    assert failures_of_others(counts(("visit", 0), (PROBE, 1), (PROBE, 0), ("visit", 1), (PROBE, 2))) == 1
    assert failures_of_others(counts(("visit", None), ("visit", 2))) == 2


def test_what_else_was_said_in_the_visit_counts_for_nothing() -> None:
    other = Statement("ecog", 3, Party.SPECIALIST, "dr", NOON)

    assert failures([other]) == failures_of_others([other]) == 0
