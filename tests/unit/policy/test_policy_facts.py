"""Facts are taken strictly: what is not acceptable is named and never becomes a decision."""

import math
from typing import Any

import pytest

from server.domain.policy import FactsError, Outcome, Policy, Stage, decide, parse_stage

REFUSED: list[tuple[str, Any, str]] = [
    ("rf_breathing", "true", "wrong type or value"),
    ("rf_breathing", 1, "wrong type or value"),
    ("rf_breathing", [], "wrong type or value"),
    ("ecog", True, "wrong type or value"),
    ("ecog", 1.0, "wrong type or value"),
    ("ecog", "1", "wrong type or value"),
    ("ecog", -1, "out of range"),
    ("ecog", 10**400, "out of range"),
    ("packet_loss_pct", True, "wrong type or value"),
    ("packet_loss_pct", "0.5", "wrong type or value"),
    ("packet_loss_pct", math.nan, "out of range"),
    ("packet_loss_pct", math.inf, "out of range"),
    ("packet_loss_pct", -math.inf, "out of range"),
    ("packet_loss_pct", 100.1, "out of range"),
    ("packet_loss_pct", 101, "out of range"),
    ("tumour_site", "Lung", "wrong type or value"),
    ("tumour_site", 3, "wrong type or value"),
    ("patient_state", "mi", "bad format"),
    ("patient_state", "MI\n", "bad format"),
    ("patient_state", 1, "wrong type or value"),
    ("clinician_authorised_states", "MI", "wrong type or value"),
    ("clinician_authorised_states", {"MI": 1}, "wrong type or value"),
    ("clinician_authorised_states", ["MI", "Ohio"], "bad format"),
    ("clinician_authorised_states", ["MI", None], "wrong type or value"),
    ("visit_date", "20261210", "bad date"),
    ("visit_date", "2026-W50-4", "bad date"),
    ("visit_date", "2026-12-10T10:00:00Z", "bad date"),
    ("visit_date", "2026-11-31", "bad date"),
    ("visit_date", 20261210, "wrong type or value"),
    ("clinician_emergency", None, "event must be true or false"),
    ("clinician_emergency", "yes", "event must be true or false"),
    ("clinician_approved_rules", "C02", "wrong type or value"),
    ("clinician_approved_rules", ["c02"], "bad format"),
    ("clinician_approved_rules", ["Z99"], "approval allowed only for in_person_recommended rules"),
    ("clinician_approved_rules", ["C02", "E01"], "approval allowed only for in_person_recommended rules"),
    ("video_blocked", False, "unknown fact name"),
]


@pytest.mark.parametrize(("name", "value", "problem"), REFUSED)
def test_a_value_that_cannot_be_is_refused(policy: Policy, name: str, value: Any, problem: str) -> None:
    with pytest.raises(FactsError) as refusal:
        decide(policy, Stage.BOOKING, {name: value})
    assert [(fault.name, fault.problem) for fault in refusal.value.faults] == [(name, problem)]


def test_every_fault_is_listed_and_no_value_is_repeated(policy: Policy) -> None:
    with pytest.raises(FactsError) as refusal:
        decide(policy, Stage.BOOKING, {"ecog": 999, "rf_cord": "secret", "x" * 1000: True})
    assert [fault.name[:9] for fault in refusal.value.faults] == ["ecog", "rf_cord", "xxxxxxxxx"]
    assert "999" not in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_a_whole_number_is_a_measurement_too(policy: Policy, acceptance: dict[str, Any]) -> None:
    facts = acceptance["baselines"]["check_in"] | {"packet_loss_pct": 0}
    assert decide(policy, Stage.CHECK_IN, facts).outcome is Outcome.VIDEO_OK


def test_tuples_stand_for_lists(policy: Policy, acceptance: dict[str, Any]) -> None:
    facts = acceptance["baselines"]["booking"] | {"clinician_authorised_states": ("MI",)}
    assert decide(policy, Stage.BOOKING, facts).outcome is Outcome.VIDEO_OK


@pytest.mark.parametrize("name", ["checkin", "", None, 3, ["booking"]])
def test_an_unknown_step_is_refused(name: Any) -> None:
    with pytest.raises(FactsError, match="stage: unknown stage"):
        parse_stage(name)


def test_absent_null_and_not_yet_said_are_the_same(policy: Policy, acceptance: dict[str, Any]) -> None:
    facts = acceptance["baselines"]["request"]
    without = {name: value for name, value in facts.items() if name != "fever_38"}
    assert decide(policy, Stage.REQUEST, without) == decide(policy, Stage.REQUEST, facts | {"fever_38": None})
