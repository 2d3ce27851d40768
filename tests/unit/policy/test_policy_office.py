"""What the office shows of a policy: its rules in sentences, the worked cases, and the risks it lets pass."""

from dataclasses import replace

import pytest

from config.settings import Settings
from server.domain.facts import FactSheet, load_fact_sheet
from server.domain.policy import Outcome, Policy, Stage, load_policy
from server.domain.policy.edits import Edits, RuleEdit, edited
from server.domain.policy.gaps import find_gaps, opened
from server.domain.policy.sentences import sentence, words_of
from server.domain.policy.worked import Worked, load_worked, run
from tests.unit.policy.conftest import ROOT


@pytest.fixture(scope="module")
def worked() -> Worked:
    return load_worked(*(file.read_bytes() for file in Settings().cases_files))


@pytest.fixture(scope="module")
def sheet(policy: Policy) -> FactSheet:
    return load_fact_sheet((ROOT / "config/policy/facts.toml").read_bytes(), policy)


def changed(policy: Policy, **edits: object) -> Policy:
    return load_policy(edited(policy, Edits(**edits)))


def words(policy: Policy, sheet: FactSheet, rule_id: str) -> str:
    return sentence(policy.rules_by_id[rule_id], sheet).text


def test_a_rule_reads_as_a_sentence_in_the_words_of_its_questions(policy: Policy, sheet: FactSheet) -> None:
    assert words(policy, sheet, "E04") == (
        "At the request, at booking, at check-in and during the visit: if “Do you have a fever of 100.4 F (38 C) or "
        "higher, or did you have one in the last day?” is yes and “Does your illness or your treatment make your "
        "immune system weak?” is yes, or not known, it is an emergency now."
    )
    assert words(policy, sheet, "P05").endswith(
        "is “Asked for, not confirmed yet” or “None is free”, help is arranged first."
    )
    assert "is 3 or more, the visit is better in person" in words(policy, sheet, "C07")
    assert "is after Thursday 31 December 2026" in words(policy, sheet, "L03")
    assert "is less than 18 and" in words(policy, sheet, "P01")
    assert "is not “United States”, the visit is in person" in words(policy, sheet, "L01")
    assert "is not among “In which states may the specialist see patients" in words(policy, sheet, "L02")
    assert words(policy, sheet, "V00") == "At every step: if nothing else stands in the way, the visit may be by video."


def test_every_rule_and_every_derived_fact_has_words(policy: Policy, sheet: FactSheet) -> None:
    for rule in policy.rules:
        said = sentence(rule, sheet)
        assert len(said.conditions) == (len(rule.when.conditions) if rule.when else 0)
        assert "_" not in said.text.replace("“", ""), rule.id
    assert words_of(policy.derived["voip_ok"], sheet)[1].endswith("is 100 or more")


def test_the_shipped_policy_decides_every_worked_case_as_expected(policy: Policy, worked: Worked) -> None:
    ran = run(policy, worked)

    assert ran.cases == len(worked.cases) >= 60 + 112
    assert (ran.differences, ran.accepted, ran.toward_video) == ((), (), False)


def test_a_tightened_threshold_shows_whom_of_the_worked_cases_it_moves(policy: Policy, worked: Worked) -> None:
    ran = run(changed(policy, numbers={"video_min_kbps": 3000}), worked)

    moved = {difference.case.id: difference.found for difference in ran.differences}
    assert moved["CHK-01"] is Outcome.AUDIO_FALLBACK
    assert not ran.toward_video


def test_a_loosened_rule_is_seen_in_the_worked_cases(policy: Policy, worked: Worked) -> None:
    ran = run(changed(policy, rules={"C04": RuleEdit(outcome=Outcome.IN_PERSON_RECOMMENDED)}), worked)

    assert ran.toward_video
    assert {d.case.id for d in ran.differences if d.toward_video} >= {"C04-booking"}


def test_facts_that_should_be_refused_and_are_not_count_as_looser(policy: Policy, worked: Worked) -> None:
    wide = {name: replace(fact, maximum=10**6) if name == "age_years" else fact for name, fact in policy.facts.items()}

    ran = run(replace(policy, facts=wide), worked)

    assert ran.accepted
    assert ran.toward_video


def test_the_gap_list_of_the_shipped_policy_is_the_one_that_people_accepted(policy: Policy, worked: Worked) -> None:
    found = {(gap.fact, gap.value): gap.stages for gap in find_gaps(policy, worked.baselines).found}

    assert found[("immunosuppressed", True)] == (Stage.REQUEST, Stage.BOOKING, Stage.CHECK_IN, Stage.DURING_VISIT)
    assert found[("fever_38", True)] == (Stage.DURING_VISIT,)
    assert found[("ecog", 2)] == (Stage.RECORDS_REVIEW, Stage.BOOKING, Stage.CHECK_IN)
    assert found[("packet_loss_pct", 4.9)] == (Stage.CHECK_IN, Stage.DURING_VISIT)
    assert found[("bandwidth_kbps", 600)] == (Stage.CHECK_IN, Stage.DURING_VISIT)
    assert found[("failed_attempts", 1)] == (Stage.CHECK_IN, Stage.DURING_VISIT)
    assert found[("audio_clinically_ok", False)] == (Stage.CHECK_IN, Stage.DURING_VISIT)
    assert found[("payer_video", "unverified_acknowledged")] == (Stage.BOOKING,)
    assert not {fact for fact, _ in found} & {"rf_cord", "exam_needed", "telehealth_consent", "prefers_in_person"}


def test_a_rule_taken_from_a_step_opens_a_gap_there(policy: Policy, worked: Worked) -> None:
    fewer = changed(policy, rules={"E03": RuleEdit(stages=(Stage.REQUEST, Stage.CHECK_IN, Stage.DURING_VISIT))})

    assert ("rf_cord", True, (Stage.BOOKING,)) in {
        (gap.fact, gap.value, gap.stages) for gap in find_gaps(fewer, worked.baselines).found
    }


def test_only_a_gap_that_the_other_policy_does_not_have_is_a_new_one(policy: Policy, worked: Worked) -> None:
    tighter = changed(policy, numbers={"video_max_loss_pct": 3.0, "ecog_review_from": 2})

    assert opened(find_gaps(policy, worked.baselines), policy, worked.baselines) == ()
    assert opened(find_gaps(tighter, worked.baselines), policy, worked.baselines) == ()
    assert {gap.fact for gap in opened(find_gaps(policy, worked.baselines), tighter, worked.baselines)} == {
        "packet_loss_pct",
        "ecog",
    }


def test_where_even_no_risk_is_not_video_no_gap_can_be_told(policy: Policy, worked: Worked) -> None:
    gaps = find_gaps(changed(policy, numbers={"adult_age": 120}), worked.baselines)

    assert gaps.never_video == (Stage.BOOKING, Stage.CHECK_IN)


def test_names_that_nothing_reads_are_listed(policy: Policy, worked: Worked) -> None:
    assert find_gaps(policy, worked.baselines).unread == ()
    spare = replace(policy, numbers={**policy.numbers, "spare": 3})
    assert find_gaps(spare, worked.baselines).unread == ("spare",)
    without = replace(policy, rules=tuple(rule for rule in policy.rules if rule.id != "C07"))
    assert find_gaps(without, worked.baselines).unread == ("ecog", "ecog_review_from")
