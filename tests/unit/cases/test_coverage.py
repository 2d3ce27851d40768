"""The coverage worksheet: what a plan said becomes facts, and what it did not say stays unknown."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.domain.coverage import (
    MOST_CHARACTERS,
    OLDEST,
    QUESTIONS,
    CallDayError,
    Item,
    check,
    facts,
    said_at,
    summary,
)
from server.domain.errors import InvalidValueError

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def test_silence_is_unknown_and_never_covered() -> None:
    assert set(facts({}).values()) == {None}
    assert facts({"network": "yes", "second_opinion": "no", "copay": "$40"})["payer_video"] is None


@pytest.mark.parametrize(
    ("answers", "fact", "value"),
    [
        ({"video": "yes"}, "payer_video", "covered"),
        ({"video": "no"}, "payer_video", "not_covered"),
        ({"goes_on_unconfirmed": "yes"}, "payer_video", "unverified_acknowledged"),
        ({"goes_on_unconfirmed": "no"}, "payer_video", None),
        ({"video": "no", "goes_on_unconfirmed": "yes"}, "payer_video", "not_covered"),
        ({"sound_only": "yes"}, "payer_audio_ok", True),
        ({"sound_only": "no"}, "payer_audio_ok", False),
        ({"in_person_only": "yes"}, "plan_mandates_in_person", True),
        ({"second_opinion": "yes"}, "plan_mandates_in_person", None),
        ({"prior_auth": "pending"}, "prior_auth", "pending"),
        ({"pays_themselves": "no"}, "self_pay_accepted", False),
    ],
)
def test_what_the_plan_said_is_a_fact(answers: dict[str, str], fact: str, value: object) -> None:
    assert facts(answers)[fact] == value


def test_the_summary_says_what_was_said_and_what_was_not() -> None:
    told = summary({"video": "yes", "in_person_only": "no", "copay": "$40"})

    assert "Your plan says that it pays for this visit by video." in told
    assert "It did not say if it pays for sound only." in told
    assert "You pay this for a visit: $40." in told


def test_every_answer_that_can_be_chosen_is_taken_and_nothing_else() -> None:
    for item, question in QUESTIONS.items():
        for code, _ in question.options:
            assert check({item.value: code}, TODAY, TODAY) == {item.value: code}
    with pytest.raises(InvalidValueError) as refused:
        check({Item.VIDEO.value: "maybe"}, TODAY, TODAY)
    assert refused.value.field == "video"


@pytest.mark.parametrize("line", ["x" * (MOST_CHARACTERS + 1), "two\nlines"])
def test_a_line_is_short_and_one_line(line: str) -> None:
    with pytest.raises(InvalidValueError):
        check({"reference": line}, TODAY, TODAY)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - OLDEST - timedelta(days=1)])
def test_a_call_is_not_tomorrow_and_not_years_ago(day: date) -> None:
    with pytest.raises(CallDayError) as refused:
        check({}, day, TODAY)
    assert refused.value.field == "said_on"


def test_what_is_not_asked_is_left_out() -> None:
    assert check({"version": "3", "video": "", "copay": "$40"}, TODAY, TODAY) == {"copay": "$40"}


def test_a_plan_has_spoken_on_the_day_of_the_call_and_after_what_was_noted_of_it() -> None:
    begins = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    noted = begins + timedelta(hours=3)

    assert said_at(date(2026, 11, 20), NOW, begins, None) == begins
    assert said_at(date(2026, 11, 20), NOW, begins, noted) == noted + timedelta(microseconds=1)
    assert said_at(TODAY, NOW, datetime(2026, 11, 23, 5, 0, tzinfo=UTC), None) == NOW
