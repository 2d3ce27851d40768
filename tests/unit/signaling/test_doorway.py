"""How often one may knock: strangers by address, people by who they are, wrong tickets apart."""

import pytest

from signaling.codes import CloseCode
from signaling.doorway import MOST_BUCKETS, Doorway, Knocks, TooManyKnocksError
from signaling.errors import ViolationError
from signaling.ids import MemberId, VisitId

VISIT = VisitId("v_1")
ADA = MemberId("m_ada")
HOSPITAL = "192.0.2.1"


def test_an_address_may_knock_thirty_times_and_then_every_other_second() -> None:
    doorway = Doorway(Knocks())
    for _ in range(30):
        doorway.knock(HOSPITAL, seconds=0)

    with pytest.raises(TooManyKnocksError) as refused:
        doorway.knock(HOSPITAL, seconds=0)

    assert refused.value.retry_seconds == 2
    doorway.knock("192.0.2.2", seconds=0)
    doorway.knock(HOSPITAL, seconds=2)
    with pytest.raises(TooManyKnocksError):
        doorway.knock(HOSPITAL, seconds=2)


def test_a_whole_hospital_comes_in_by_one_address() -> None:
    doorway = Doorway(Knocks())

    for patient in range(500):
        doorway.knock(HOSPITAL, seconds=0)
        doorway.recognise(HOSPITAL, VISIT, MemberId(f"m_{patient}"), seconds=0)


def test_one_person_comes_ten_times_a_minute_wherever_from_and_elsewhere_too() -> None:
    doorway = Doorway(Knocks())
    for number in range(10):
        doorway.recognise(f"192.0.2.{number}", VISIT, ADA, seconds=0)

    with pytest.raises(ViolationError) as refused:
        doorway.recognise(HOSPITAL, VISIT, ADA, seconds=0)

    assert refused.value.close_code == CloseCode.RATE
    doorway.recognise(HOSPITAL, VisitId("v_2"), ADA, seconds=0)
    doorway.recognise(HOSPITAL, VISIT, ADA, seconds=6)


def test_five_wrong_tickets_a_minute_shut_nobody_else_out() -> None:
    doorway = Doorway(Knocks())
    for _ in range(5):
        doorway.turn_away(HOSPITAL, seconds=0)

    with pytest.raises(ViolationError) as refused:
        doorway.turn_away(HOSPITAL, seconds=0)

    assert refused.value.close_code == CloseCode.RATE
    doorway.knock(HOSPITAL, seconds=0)
    doorway.recognise(HOSPITAL, VISIT, ADA, seconds=0)
    doorway.turn_away(HOSPITAL, seconds=12)


def test_who_has_not_knocked_for_long_is_forgotten_and_nobody_else() -> None:
    doorway = Doorway(Knocks(address=1))
    doorway.knock(HOSPITAL, seconds=59)
    for number in range(MOST_BUCKETS - 1):
        doorway.knock(f"stranger-{number}", seconds=0)

    doorway.knock("one more", seconds=61)

    with pytest.raises(TooManyKnocksError):
        doorway.knock(HOSPITAL, seconds=61)
    doorway.knock("stranger-1", seconds=61)
