"""What the demo says for its people stays young; what they say themselves counts and grows old."""

from datetime import UTC, datetime, timedelta

from server.domain.facts import Party, Statement
from server.domain.ids import CaseId
from server.services.seeded import Seeded

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = START + timedelta(hours=30)
CASE = CaseId("a-case")


def word(name: str, value: bool, minutes: int) -> Statement:
    return Statement(name, value, Party.PATIENT, "p", START + timedelta(minutes=minutes))


def test_what_is_seeded_is_as_young_as_the_process_lives() -> None:
    seeded = Seeded()
    seeded.mark(CASE, START, START + timedelta(minutes=1))
    said = (word("rf_cord", False, 0), word("rf_bleeding", False, 1))

    assert {one.said_at for one in seeded.fresh(CASE, said, LATER)} == {LATER}


def test_what_people_say_themselves_takes_its_place_and_grows_old() -> None:
    seeded = Seeded()
    seeded.mark(CASE, START, START + timedelta(minutes=1))
    said = (word("rf_cord", False, 0), word("rf_bleeding", False, 0), word("rf_cord", True, 5))

    fresh = seeded.fresh(CASE, said, LATER)

    assert fresh[0] == said[0]
    assert fresh[1].said_at == LATER
    assert fresh[2] == said[2]


def test_what_was_said_in_an_earlier_demo_or_another_case_is_left_alone() -> None:
    seeded = Seeded()
    seeded.mark(CASE, START + timedelta(hours=1), START + timedelta(hours=2))
    said = (word("rf_cord", False, 0),)

    assert seeded.fresh(CASE, said, LATER) == said
    assert seeded.fresh(CaseId("another"), said, LATER) == said
