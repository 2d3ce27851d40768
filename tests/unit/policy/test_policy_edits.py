"""What a compliance officer edits is in the new bytes, alone; what cannot stand is named where it was written."""

from dataclasses import replace
from datetime import date

import pytest

from server.domain.policy import Outcome, Policy, PolicyFaultsError, Stage, load_policy
from server.domain.policy.compare import Direction, compare
from server.domain.policy.edits import Edits, RuleEdit, edited
from server.domain.policy.write import write


def after(policy: Policy, edits: Edits) -> Policy:
    return load_policy(edited(policy, edits))


def faults(policy: Policy, edits: Edits) -> dict[str, str]:
    with pytest.raises(PolicyFaultsError) as refusal:
        edited(policy, edits)
    return {fault.place: fault.problem for fault in refusal.value.faults}


def changes(policy: Policy, edits: Edits) -> dict[tuple[str, str, str], Direction]:
    return {(c.section, c.name, c.key): c.direction for c in compare(policy, after(policy, edits))}


def test_no_edit_is_the_same_policy(policy: Policy) -> None:
    assert edited(policy, Edits()) == write(policy)
    assert compare(policy, after(policy, Edits())) == ()


@pytest.mark.parametrize(
    ("edits", "place", "direction"),
    [
        (Edits(version="2027.01"), ("policy", "version", ""), Direction.NEITHER),
        (Edits(effective_from=date(2027, 1, 1)), ("policy", "effective_from", ""), Direction.NEITHER),
        (Edits(numbers={"ecog_review_from": 2}), ("numbers", "ecog_review_from", ""), Direction.STRICTER),
        (Edits(numbers={"ecog_review_from": 4}), ("numbers", "ecog_review_from", ""), Direction.LOOSER),
        (Edits(numbers={"adult_age": 21}), ("numbers", "adult_age", ""), Direction.STRICTER),
        (Edits(numbers={"video_min_kbps": 300}), ("numbers", "video_min_kbps", ""), Direction.LOOSER),
        (Edits(numbers={"video_max_loss_pct": 3}), ("numbers", "video_max_loss_pct", ""), Direction.STRICTER),
        (Edits(numbers={"voip_min_kbps": 200}), ("numbers", "voip_min_kbps", ""), Direction.UNCLEAR),
        (Edits(lists={"served_countries": ("US", "CA")}), ("lists", "served_countries", ""), Direction.UNCLEAR),
        (Edits(lists={"exam_critical_sites": ("skin",)}), ("lists", "exam_critical_sites", ""), Direction.LOOSER),
        (
            Edits(dates={"dea_flexibility_until": date(2027, 12, 31)}),
            ("dates", "dea_flexibility_until", ""),
            Direction.LOOSER,
        ),
        (Edits(rules={"E01": RuleEdit(patient="Call 911 now.")}), ("rules", "E01", "patient"), Direction.NEITHER),
        (
            Edits(rules={"C03": RuleEdit(outcome=Outcome.IN_PERSON_REQUIRED)}),
            ("rules", "C03", "outcome"),
            Direction.STRICTER,
        ),
        (
            Edits(rules={"C04": RuleEdit(outcome=Outcome.IN_PERSON_RECOMMENDED)}),
            ("rules", "C04", "outcome"),
            Direction.LOOSER,
        ),
        (Edits(rules={"P07": RuleEdit(stages=(Stage.REQUEST,))}), ("rules", "P07", "at"), Direction.LOOSER),
        (Edits(rules={"I02": RuleEdit(stages=(Stage.REQUEST, Stage.BOOKING))}), ("rules", "I02", "at"), "stricter"),
        (Edits(rules={"I02": RuleEdit(stages=(Stage.CHECK_IN,))}), ("rules", "I02", "at"), Direction.UNCLEAR),
    ],
)
def test_each_edit_changes_one_thing_and_says_which_way(
    policy: Policy, edits: Edits, place: tuple[str, str, str], direction: Direction
) -> None:
    assert changes(policy, edits) == {place: direction}


def test_a_rule_that_comes_or_goes_is_named(policy: Policy) -> None:
    without = load_policy(write(replace(policy, rules=tuple(rule for rule in policy.rules if rule.id != "P07"))))

    assert [(c.name, c.before, c.direction) for c in compare(policy, without)] == [
        ("P07", "Patient wants to be seen in person", Direction.LOOSER)
    ]
    assert [(c.name, c.after, c.direction) for c in compare(without, policy)] == [
        ("P07", "Patient wants to be seen in person", Direction.STRICTER)
    ]


def test_a_number_keeps_the_way_it_was_written(policy: Policy) -> None:
    assert edited(policy, Edits(numbers={"video_max_loss_pct": 5, "adult_age": 18.0})) == write(policy)


def test_what_cannot_stand_is_named_at_what_was_written(policy: Policy) -> None:
    assert set(faults(policy, Edits(numbers={"adult_age": 18.5}))) == {"numbers.adult_age"}
    assert set(faults(policy, Edits(numbers={"video_min_kbps": -1}))) == {"numbers.video_min_kbps"}
    assert set(faults(policy, Edits(lists={"served_countries": ("USA",)}))) == {"lists.served_countries"}
    assert set(faults(policy, Edits(lists={"exam_critical_sites": ()}))) == {"lists.exam_critical_sites"}
    assert set(faults(policy, Edits(rules={"E01": RuleEdit(patient="  ")}))) == {"rules.E01.patient"}
    assert set(faults(policy, Edits(rules={"E01": RuleEdit(stages=())}))) == {"rules.E01.at"}
    assert set(faults(policy, Edits(rules={"E01": RuleEdit(outcome=Outcome.VIDEO_OK)}))) == {"rules.E01.outcome"}
    assert set(faults(policy, Edits(rules={"V00": RuleEdit(outcome=Outcome.EMERGENCY_NOW)}))) == {"rules.V00.outcome"}
    assert set(faults(policy, Edits(version=" "))) == {"policy.version"}


def test_what_is_not_in_the_policy_is_not_added_by_an_edit(policy: Policy) -> None:
    strange = Edits(
        numbers={"nothing": 1}, lists={"no": ("US",)}, dates={"never": date(2027, 1, 1)}, rules={"Z99": RuleEdit()}
    )

    assert set(faults(policy, strange)) == {"numbers.nothing", "lists.no", "dates.never", "rules.Z99"}


def test_an_edit_that_makes_video_the_answer_to_an_unknown_is_refused(policy: Policy) -> None:
    loosened = Edits(rules={"E04": RuleEdit(outcome=Outcome.AUDIO_FALLBACK)})

    [(place, problem)] = faults(policy, loosened).items()
    assert (place, "unknown" in problem) == ("rules.E04.outcome", True)
