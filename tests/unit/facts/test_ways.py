"""By which way a time may be booked, and when another specialist can help."""

from typing import Any

import pytest

from server.domain.appointments import Mode
from server.domain.policy import FactValue, Policy, Stage, decide
from server.domain.ways import another_may, way
from tests.unit.facts.test_obstacles import KNOWN, UNKNOWN


def facts_with(changed: dict[str, Any]) -> dict[str, FactValue]:
    return {name: value for name, value in (KNOWN | changed).items() if value is not UNKNOWN}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, Mode.VIDEO),
        ({"exam_needed": True}, Mode.IN_PERSON),
        ({"serious_news_expected": True}, Mode.IN_PERSON),
        ({"serious_news_expected": True, "clinician_approved_rules": ["C08"]}, Mode.VIDEO),
        ({"patient_state": "OH"}, Mode.IN_PERSON),
        ({"exam_needed": True, "payer_video": UNKNOWN}, Mode.IN_PERSON),
        ({"exam_needed": True, "rf_cord": UNKNOWN}, None),  # nothing is booked before the warning signs are known
        ({"exam_needed": True, "specialist_review_done": False}, None),
        ({"exam_needed": True, "specialist_review_done": UNKNOWN}, None),
        ({"exam_needed": True, "rf_cord": True}, None),
        ({"payer_video": UNKNOWN}, None),
        ({"serious_news_expected": True, "payer_video": UNKNOWN}, None),
        ({"interpreter_status": "pending"}, None),
    ],
)
def test_the_rule_says_in_which_way_a_time_may_be_booked(
    policy: Policy, changed: dict[str, Any], found: Mode | None
) -> None:
    facts = facts_with(changed)

    assert way(decide(policy, Stage.BOOKING, facts), facts) is found


@pytest.mark.parametrize(
    ("changed", "helps"),
    [
        ({}, False),
        ({"patient_state": "OH"}, True),
        ({"clinician_authorised_states": UNKNOWN}, True),
        ({"patient_country": "ZZ"}, False),  # no license of ours is good abroad
        ({"exam_needed": True}, False),
        ({"exam_needed": True, "patient_state": "OH"}, True),  # but then no other one may see them by video either
    ],
)
def test_another_specialist_can_help_where_a_license_stands_in_the_way(
    policy: Policy, changed: dict[str, Any], helps: bool
) -> None:
    assert another_may(decide(policy, Stage.BOOKING, facts_with(changed)), policy) is helps
