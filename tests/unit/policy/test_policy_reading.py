"""What pages and stored decisions read from a policy."""

from datetime import date, timedelta
from typing import Any

import pytest

from server.domain.policy import Operator, Outcome, Policy, PolicyStatus, Stage, decide


def test_the_words_for_the_patient_come_strictest_first(policy: Policy) -> None:
    words = policy.words(["P05", "C06", "E03", "C01"])
    assert [sentence.split()[0:2] for sentence in words] == [
        ["New", "weakness"],
        ["You", "told"],
        ["We", "are"],
        ["For", "your"],
    ]


def test_there_are_no_words_for_a_rule_that_does_not_exist(policy: Policy) -> None:
    with pytest.raises(KeyError):
        policy.words(["Z99"])


def test_every_rule_has_words_that_a_patient_can_read(policy: Policy) -> None:
    for rule in policy.rules:
        assert rule.patient.endswith("."), rule.id
        assert "!" not in rule.patient


def test_a_decision_names_its_policy_and_step(policy: Policy, acceptance: dict[str, Any]) -> None:
    decision = decide(policy, Stage.BOOKING, acceptance["baselines"]["booking"])
    assert decision.policy == "modality-starter 2026.11-draft1"
    assert decision.policy_sha256 == policy.sha256
    assert (decision.stage, decision.provisional) == (Stage.BOOKING, False)


def test_the_facts_of_a_step_are_those_its_rules_read(policy: Policy) -> None:
    review = {
        "exam_needed",
        "procedure_needed",
        "tumour_site",
        "recent_exam_documented",
        "ecog",
        "serious_news_expected",
    }
    assert policy.reads(Stage.RECORDS_REVIEW) == review | {
        "pathology_available",
        "imaging_available",
        "clinician_emergency",
        "clinician_converts",
    }


def test_a_derived_fact_is_read_through_to_what_was_said(policy: Policy) -> None:
    during = policy.reads(Stage.DURING_VISIT)
    assert {"phone_reachable", "mic_ok", "bandwidth_kbps", "payer_audio_ok"} <= during
    assert not during & policy.derived.keys()


def test_dates_that_end_soon_are_named_before_they_do(policy: Policy) -> None:
    last_day = date(2026, 12, 31)
    assert policy.dates_ending(date(2026, 10, 31), within=timedelta(days=60)) == ()
    assert policy.dates_ending(date(2026, 11, 1), within=timedelta(days=60)) == (("dea_flexibility_until", last_day),)
    assert policy.dates_ending(date(2027, 6, 1), within=timedelta(days=60)) == (("dea_flexibility_until", last_day),)


def test_a_page_can_show_a_rule_as_a_sentence(policy: Policy) -> None:
    rule = policy.rules_by_id["C07"]
    assert rule.when is not None
    [condition] = rule.when.conditions
    assert (condition.fact, condition.operator, condition.operand) == ("ecog", Operator.AT_LEAST, 3)
    assert condition.named == "ecog_review_from"
    assert policy.numbers["ecog_review_from"] == 3
    assert (policy.facts["ecog"].minimum, policy.facts["ecog"].maximum) == (0, 4)


def test_the_head_says_how_far_the_policy_has_come(policy: Policy) -> None:
    assert (policy.status, policy.effective_from) == (PolicyStatus.DRAFT, date(2026, 12, 1))
    assert (policy.default.id, policy.default.outcome) == ("V00", Outcome.VIDEO_OK)
    assert policy.lists["served_countries"] == ("US",)
