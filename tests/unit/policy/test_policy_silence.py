"""No policy that loads makes video the answer to an unknown: not the shipped one, and none that edits make of it.

What holds: where the outcome hangs on a fact, leaving it out asks, or is stricter than asking. Where it does not,
leaving it out is no looser than saying it.
"""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from server.domain.policy import (
    APPROVED_RULES,
    RANK,
    FactKind,
    Outcome,
    Policy,
    PolicyFaultsError,
    Rule,
    Stage,
    decide,
    load_policy,
)
from tests.unit.policy.damages import Changes, damaged, damages
from tests.unit.policy.situations import POLICY, Facts, cut_points, situations
from tests.unit.policy.written import written

ASKING = RANK[Outcome.NEEDS_INFORMATION]
BUTTONS = {name for name, fact in POLICY.facts.items() if fact.kind is FactKind.EVENT}  # nobody is asked for those

REFUSED: dict[str, tuple[str, str, str]] = {
    "a red flag that counts as no until it is said": (
        'rf_cord = {type="bool", risk="true"}',
        'rf_cord = {type="bool", risk="true", kind="event"}',
        "facts.rf_cord.kind: only a clinician's button",
    ),
    "a derived fact that is known while what it reads is not": (
        '[derived.voip_ok]\nall = [{fact="mic_ok", is=true}',
        '[derived.voip_ok]\nall = [{fact="mic_ok", is_or_unknown=true}',
        "derived.voip_ok.all[1].is_or_unknown: a derived fact must stay unknown",
    ),
    "sound only as the answer to an unknown": (
        'all = [{fact="video_blocked", is=true}, {fact="audio_ok", is=true}]',
        'all = [{fact="video_blocked", is=true}, {fact="audio_ok", is_or_unknown=true}]',
        "T02.all[2].is_or_unknown: audio_fallback would be the answer to an unknown",
    ),
    "support as the answer to an unknown": (
        'is="pending"',
        'is_or_unknown="pending"',
        "P03.all[1].is_or_unknown: needs_support would be the answer to an unknown",
    ),
    "a text that may be blank": (
        'patient_state = {type="str", pattern="^[A-Z]{2}$"',
        'patient_state = {type="str", pattern="^[A-Z ]*$"',
        "facts.patient_state.pattern: must not match a blank text",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_policy_that_takes_silence_for_an_answer_is_refused(policy_bytes: bytes, kind: str) -> None:
    old, new, fault = REFUSED[kind]
    with pytest.raises(PolicyFaultsError) as refusal:
        load_policy(damaged(policy_bytes, old, new))
    assert [fault in str(found) for found in refusal.value.faults] == [True]


@pytest.mark.parametrize("stage", Stage)
def test_a_step_at_which_nothing_is_asked_is_refused(policy: Policy, stage: Stage) -> None:
    def stands(rule: Rule) -> bool:
        """Rules that read nothing but a clinician's button stay: nobody is asked for that."""
        return rule.when is None or all(fact.startswith("clinician_") for fact in rule.when.facts)

    rules = [replace(r, stages=tuple(s for s in r.stages if s is not stage or stands(r))) for r in policy.rules]
    quiet = replace(policy, rules=tuple(rule for rule in rules if rule.stages))
    with pytest.raises(PolicyFaultsError, match=f"rules: nothing is asked at {stage}, so video would be the answer"):
        load_policy(written(quiet))


@st.composite
def edited_policies(draw: st.DrawFn) -> Policy:
    """The shipped policy after one to three small edits of rules, derived facts and declarations, if it still loads."""
    policy, random = POLICY, Random(draw(st.integers(0, 2**32)))
    for section in draw(st.lists(st.sampled_from(["rules", "derived", "facts"]), min_size=1, max_size=3)):
        policy = replace(policy, **random.choice(edits(policy, section)))
    try:
        return load_policy(written(policy))
    except PolicyFaultsError:
        assume(False)
        raise


def edits(policy: Policy, section: str) -> list[Changes]:
    return [changes for _, changes in damages(policy) if section in changes]


def rank(policy: Policy, stage: Stage, facts: Facts) -> int:
    return RANK[decide(policy, stage, facts).outcome]


def acceptable(policy: Policy, facts: Facts) -> Facts:
    """Leave out what the edited policy does not take any more."""
    approved = [rule for rule in facts.get(APPROVED_RULES) or () if policy.may_approve([rule])]
    known = {name: value for name, value in facts.items() if policy.facts[name].problem(value) is None}
    return known | {APPROVED_RULES: approved}


def assert_silence_is_never_looser(policy: Policy, stage: Stage, facts: Facts) -> None:
    for name in sorted(policy.reads(stage) - BUTTONS):
        answers = [value for value in cut_points(policy, policy.facts[name]) if not policy.facts[name].problem(value)]
        ranks = {rank(policy, stage, facts | {name: value}) for value in answers}
        silent = rank(policy, stage, {other: value for other, value in facts.items() if other != name})
        assert silent >= (ASKING if len(ranks) > 1 else min(ASKING, *ranks)), name


@given(situations())
@settings(deadline=None, max_examples=100)
def test_leaving_a_fact_out_asks_where_the_outcome_hangs_on_it(situation: tuple[Stage, Facts]) -> None:
    stage, facts = situation
    assert_silence_is_never_looser(POLICY, stage, facts)


@given(edited_policies(), st.lists(situations(), min_size=3, max_size=3))
@settings(deadline=None, max_examples=80)
def test_no_edit_that_loads_makes_silence_looser(policy: Policy, cases: list[tuple[Stage, Facts]]) -> None:
    assert all(rank(policy, stage, {}) >= ASKING for stage in Stage)
    for stage, facts in cases:
        assert_silence_is_never_looser(policy, stage, acceptable(policy, facts))
