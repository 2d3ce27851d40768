"""Which of the things that were said still hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain.facts import FactSheet, Party, Statement
from server.domain.policy import Stage

AT_BOOKING = Stage.BOOKING
JUST_NOW = timedelta(0)


def statement(name: str, value: Any, said_as: Party, now: datetime, ago: timedelta = JUST_NOW) -> Statement:
    return Statement(name, value, said_as, "somebody", now - ago)


def test_the_latest_word_counts_however_the_statements_are_sorted(sheet: FactSheet, now: datetime) -> None:
    early = statement("age_years", 58, Party.PATIENT, now, timedelta(days=2))
    late = statement("age_years", 59, Party.PATIENT, now)
    assert sheet.current([late, early], AT_BOOKING, now) == {"age_years": 59}


def test_i_do_not_know_takes_an_answer_back(sheet: FactSheet, now: datetime) -> None:
    yes = statement("telehealth_consent", True, Party.PATIENT, now, timedelta(hours=1))
    not_sure = statement("telehealth_consent", None, Party.PATIENT, now)
    assert sheet.current([yes, not_sure], AT_BOOKING, now) == {}


@pytest.mark.parametrize(
    ("name", "value", "said_as", "stage", "limit"),
    [
        ("rf_cord", False, Party.PATIENT, Stage.BOOKING, timedelta(hours=24)),
        ("rf_cord", False, Party.PATIENT, Stage.CHECK_IN, timedelta(hours=2)),
        ("fever_38", False, Party.PATIENT, Stage.CHECK_IN, timedelta(hours=2)),
        ("patient_state", "MI", Party.PATIENT, Stage.CHECK_IN, timedelta(minutes=30)),
        ("callback_and_address_confirmed", True, Party.PATIENT, Stage.CHECK_IN, timedelta(minutes=30)),
        ("bandwidth_kbps", 2500, Party.DEVICE, Stage.CHECK_IN, timedelta(minutes=30)),
        ("ecog", 1, Party.SPECIALIST, Stage.BOOKING, timedelta(days=30)),
        ("payer_video", "covered", Party.SCHEDULER, Stage.BOOKING, timedelta(days=30)),
    ],
)
def test_an_answer_that_is_too_old_is_unknown_again(
    sheet: FactSheet, now: datetime, name: str, value: Any, said_as: Party, stage: Stage, limit: timedelta
) -> None:
    just_fresh = statement(name, value, said_as, now, limit)
    just_stale = statement(name, value, said_as, now, limit + timedelta(seconds=1))
    assert sheet.current([just_fresh], stage, now) == {name: value}
    assert sheet.current([just_stale], stage, now) == {}


def test_an_older_answer_does_not_return_when_the_latest_is_too_old(sheet: FactSheet, now: datetime) -> None:
    said = [statement("rf_cord", held, Party.PATIENT, now, timedelta(hours=h)) for held, h in ((True, 30), (False, 25))]
    assert sheet.current(said, AT_BOOKING, now) == {}


def test_some_answers_never_grow_old(sheet: FactSheet, now: datetime) -> None:
    said = [statement("tumour_site", "lung", Party.SPECIALIST, now, timedelta(days=3000))]
    assert sheet.current(said, AT_BOOKING, now) == {"tumour_site": "lung"}


def test_nothing_grows_old_during_the_visit(sheet: FactSheet, now: datetime) -> None:
    said = [statement("rf_cord", False, Party.PATIENT, now, timedelta(hours=5))]
    assert sheet.current(said, Stage.DURING_VISIT, now) == {"rf_cord": False}


@pytest.mark.parametrize("said_as", [Party.PATIENT, Party.SCHEDULER, Party.SYSTEM, Party.DEVICE])
def test_a_clinical_judgment_is_the_specialists_alone(sheet: FactSheet, now: datetime, said_as: Party) -> None:
    judgments = ["exam_needed", "procedure_needed", "serious_news_expected", "capacity_doubt", "controlled_rx_expected"]
    said = [statement(name, False, said_as, now) for name in judgments]
    said += [statement("ecog", 0, said_as, now), statement("tumour_site", "lung", said_as, now)]
    assert sheet.current(said, AT_BOOKING, now) == {}


def test_staff_may_write_down_what_the_patient_says_on_the_phone(sheet: FactSheet, now: datetime) -> None:
    not_sure = statement("rf_cord", None, Party.PATIENT, now, timedelta(hours=1))
    rang = statement("rf_cord", False, Party.SCHEDULER, now)
    assert sheet.current([not_sure, rang], AT_BOOKING, now) == {"rf_cord": False}


def test_what_the_policy_no_longer_knows_is_left_out(sheet: FactSheet, now: datetime) -> None:
    said = [
        statement("shoe_size", 42, Party.PATIENT, now),
        statement("prior_auth", "approved", Party.SCHEDULER, now, timedelta(hours=1)),
        statement("prior_auth", "perhaps", Party.SCHEDULER, now),
    ]
    assert sheet.current(said, AT_BOOKING, now) == {}


def test_a_statement_needs_an_instant_with_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Statement("ecog", 1, Party.SPECIALIST, "somebody", datetime(2026, 12, 10, tzinfo=UTC).replace(tzinfo=None))
