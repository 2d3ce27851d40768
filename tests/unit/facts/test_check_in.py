"""What stands between a patient and the room on the day, for how long it holds, and what counts from earlier days."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from server.domain import check_in, whereabouts
from server.domain.check_in import Earlier, Part, PartState
from server.domain.errors import InvalidValueError
from server.domain.facts import FactSheet, Party, Statement
from server.domain.policy import Outcome, Stage, decide
from server.domain.whereabouts import Place

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE = Place("US", "MI", "12 Elm Street, Detroit", "313 555 0142")


def told(outcome: Outcome, *, asks: tuple[str, ...] = (), fired: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(outcome=outcome, asks=asks, fired=fired)


def attempt(count: int, at: datetime) -> Statement:
    return Statement("failed_attempts", count, Party.SYSTEM, "system", at)


@pytest.mark.parametrize("sound_agreed", [True, False])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_video_opens_the_gate_and_sound_only_where_the_patient_agrees(
    sheet: FactSheet, outcome: Outcome, sound_agreed: bool
) -> None:
    stands = check_in.standing(told(outcome), sheet, sound_agreed=sound_agreed)

    sound = outcome is Outcome.AUDIO_FALLBACK
    assert stands.admissible is (outcome is Outcome.VIDEO_OK or (sound and sound_agreed))
    assert stands.asks_sound is (sound and not sound_agreed)


def test_with_nothing_known_every_part_of_the_patient_is_open_and_named(sheet: FactSheet) -> None:
    stands = check_in.standing(decide(sheet.policy, Stage.CHECK_IN, {}), sheet, sound_agreed=False)

    assert {part for part, state in stands.parts.items() if state is PartState.OPEN} == set(Part)
    assert all(words in stands.reason for words in check_in.WORDS.values())
    assert "We are asking" in stands.reason


def test_what_is_known_and_stands_in_the_way_is_named_by_the_policys_words(sheet: FactSheet) -> None:
    stands = check_in.standing(told(Outcome.NEEDS_SUPPORT, fired=("P08",)), sheet, sound_agreed=False)

    assert stands.parts[Part.PRIVACY] is PartState.STOPS
    assert stands.reason == "Please stop driving or move to a private, safe place. Then we can start."


def test_a_state_without_a_licence_is_a_matter_of_the_place(sheet: FactSheet) -> None:
    stands = check_in.standing(told(Outcome.IN_PERSON_REQUIRED, fired=("L02",)), sheet, sound_agreed=False)

    assert [part for part, state in stands.parts.items() if state is PartState.STOPS] == [Part.WHERE]


def test_an_emergency_says_nothing_of_what_was_answered(sheet: FactSheet) -> None:
    stands = check_in.standing(told(Outcome.EMERGENCY_NOW, fired=("E06",)), sheet, sound_agreed=False)

    assert "leeding" not in stands.reason


def test_it_holds_as_long_as_its_oldest_answer(sheet: FactSheet) -> None:
    said = {
        "patient_state": Statement("patient_state", "MI", Party.PATIENT, "p", NOW),
        "rf_cord": Statement("rf_cord", False, Party.PATIENT, "p", NOW - HOUR),
        "age_years": Statement("age_years", 58, Party.PATIENT, "p", NOW - 1000 * HOUR),
    }

    assert check_in.good_until(said, said, sheet, Stage.CHECK_IN) == NOW + timedelta(minutes=30)
    assert check_in.good_until(said, said, sheet, Stage.DURING_VISIT) is None


def test_attempts_of_another_day_are_forgotten() -> None:
    said = [attempt(2, NOW - 24 * HOUR)]

    assert check_in.failed_attempts(said, since=NOW) == 0
    assert check_in.failed_attempts([*said, attempt(1, NOW)], since=NOW) == 1


def test_a_move_counts_only_where_the_line_was_the_reason(sheet: FactSheet) -> None:
    earlier = [
        Earlier(NOW - 72 * HOUR, Outcome.NEEDS_SUPPORT, ["T03"]),
        Earlier(NOW - 48 * HOUR, Outcome.NEEDS_SUPPORT, ["T03"]),
        Earlier(NOW - 48 * HOUR, Outcome.VIDEO_OK, ["V00"]),  # it worked in the end
        Earlier(NOW - 24 * HOUR, Outcome.AUDIO_FALLBACK, ["T02"]),
        Earlier(NOW - 12 * HOUR, Outcome.IN_PERSON_REQUIRED, ["P07"]),
        Earlier(NOW, Outcome.NEEDS_SUPPORT, ["T03"]),
        Earlier(None, Outcome.NEEDS_SUPPORT, ["T03"]),
    ]

    assert check_in.technical_moves(earlier, NOW, sheet.policy) == 1


def test_a_state_is_kept_only_where_one_is_needed(sheet: FactSheet) -> None:
    abroad = whereabouts.check(Place("CA", "MI", HERE.address, HERE.callback), sheet)

    assert whereabouts.check(HERE, sheet) == HERE
    assert abroad.state is None
    assert whereabouts.facts(abroad) == {
        "patient_country": "CA",
        "patient_state": None,
        "callback_and_address_confirmed": True,
    }


@pytest.mark.parametrize(
    ("country", "state", "field"), [("US", None, "state"), ("US", "XX", "state"), ("XX", None, "country")]
)
def test_a_place_that_cannot_be_chosen_is_refused(
    sheet: FactSheet, country: str, state: str | None, field: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        whereabouts.check(Place(country, state, "Somewhere 1", "313 555 0142"), sheet)

    assert refused.value.field == field
