"""What stands between a person and a time, and whose turn it is."""

from typing import Any

import pytest

from server.domain.facts import FactSheet
from server.domain.obstacles import Obstacle, emergency_words, obstacle, patients_turn
from server.domain.policy import FactValue, Policy, Stage, decide
from tests import builders

KNOWN: dict[str, FactValue] = {
    **builders.PATIENT_SAYS,
    **builders.SCHEDULER_SAYS,
    **builders.SPECIALIST_SAYS,
    **builders.DEVICE_SAYS,
    "pathology_available": True,
    "imaging_available": True,
    "specialist_review_done": True,
    "clinician_authorised_states": ["MI"],
}
UNKNOWN = object()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, Obstacle.NO_TIMES),
        ({"rf_cord": True}, Obstacle.EMERGENCY),
        ({"rf_cord": UNKNOWN}, Obstacle.QUESTIONS),
        ({"patient_state": UNKNOWN, "camera_ok": UNKNOWN, "payer_video": UNKNOWN}, Obstacle.QUESTIONS),
        ({"exam_needed": True}, Obstacle.IN_PERSON),
        ({"exam_needed": True, "patient_state": UNKNOWN}, Obstacle.IN_PERSON),
        ({"exam_needed": True, "rf_cord": UNKNOWN}, Obstacle.QUESTIONS),  # nothing is booked before that
        ({"camera_ok": UNKNOWN, "payer_video": UNKNOWN}, Obstacle.DEVICE),
        ({"mic_ok": False}, Obstacle.DEVICE),
        ({"pathology_available": False}, Obstacle.RECORDS),
        ({"payer_video": UNKNOWN}, Obstacle.ARRANGING),
        ({"ecog": UNKNOWN}, Obstacle.ARRANGING),
        ({"clinician_authorised_states": UNKNOWN}, Obstacle.ARRANGING),
        ({"interpreter_status": "pending"}, Obstacle.ARRANGING),
        ({"specialist_review_done": False}, Obstacle.ARRANGING),
        ({"serious_news_expected": True}, Obstacle.CLINICIAN),
    ],
)
def test_the_patients_own_turn_comes_first(
    policy: Policy, sheet: FactSheet, changed: dict[str, Any], found: Obstacle
) -> None:
    facts = {name: value for name, value in (KNOWN | changed).items() if value is not UNKNOWN}

    assert obstacle(decide(policy, Stage.BOOKING, facts), sheet) is found


def test_an_emergency_is_told_in_its_own_words_alone(policy: Policy) -> None:
    facts = KNOWN | {"rf_cord": True, "rf_bleeding": True, "prefers_in_person": True}
    fired = decide(policy, Stage.BOOKING, facts).fired

    words = emergency_words((*fired, "a rule of an older policy"), policy)

    assert words == policy.words(["E03", "E06"])
    assert emergency_words(["P07"], policy) == ()


@pytest.mark.parametrize(
    ("changed", "turn"),
    [
        ({}, True),
        ({"rf_cord": UNKNOWN, "patient_state": UNKNOWN, "camera_ok": UNKNOWN}, True),
        ({"camera_ok": False}, True),
        ({"payer_video": UNKNOWN}, False),
        ({"interpreter_status": "pending"}, False),
        ({"imaging_available": False}, False),
        ({"exam_needed": True}, False),
        ({"serious_news_expected": True}, False),
        ({"prefers_in_person": True}, False),
        ({"rf_cord": True}, False),
    ],
)
def test_it_is_the_patients_turn_when_nothing_of_ours_is_open(
    policy: Policy, sheet: FactSheet, changed: dict[str, Any], turn: bool
) -> None:
    facts = {name: value for name, value in (KNOWN | changed).items() if value is not UNKNOWN}

    assert patients_turn(decide(policy, Stage.BOOKING, facts), sheet) is turn
