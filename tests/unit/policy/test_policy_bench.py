"""`run.py bench rule` measures what it says it measures."""

from typing import Any

from server.domain.policy import Policy
from tests.bench.rule import GOALS, PEER_CASE, five_row_table, measure


def test_both_are_measured_in_the_same_run(policy: Policy, acceptance: dict[str, Any]) -> None:
    result = measure(rounds=1, seconds=0.01)
    figures, peer = result["figures"], result["peer"]
    assert (figures["rules"], figures["cases"], peer["rows"]) == (len(policy.rules), len(acceptance["cases"]), 5)
    assert result["ratio"] == round(figures["decisions_per_second"] / peer["decisions_per_second"], 2)
    assert result["goals"] == GOALS


def test_the_peer_decides_by_all_five_rows() -> None:
    changed = [{}, {"ecog": 2}, {"ecog": 3}, {"patient_state": "IN"}, {"rf_breathing": True}]
    outcomes = [five_row_table().evaluate(PEER_CASE | change)["result"]["outcome"] for change in changed]
    assert outcomes == [
        "video_ok",
        "needs_support",
        "in_person_recommended",
        "in_person_required",
        "emergency_now",
    ]
