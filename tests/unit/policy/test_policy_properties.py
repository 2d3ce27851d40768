"""What holds for every decision of the shipped policy, whatever is known and unknown."""

import json
from dataclasses import replace
from hashlib import sha256
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.policy import (
    APPROVED_RULES,
    RANK,
    Fact,
    Outcome,
    Risk,
    Stage,
    canonical,
    decide,
    load_policy,
)
from tests.unit.policy.situations import APPROVABLE, ASKED, CUTS, POLICY, POLICY_BYTES, Facts, situations

EMERGENCIES = [*sorted(name for name in POLICY.facts if name.startswith("rf_")), "clinician_emergency"]
MAX_COMPLETIONS = 400


def outcome(stage: Stage, facts: Facts) -> Outcome:
    return decide(POLICY, stage, facts).outcome


def riskier(fact: Fact, value: Any) -> list[Any]:
    """The values that lie further in the fact's risk direction."""
    points = CUTS[fact.name]
    later, earlier = [p for p in points if p > value], [p for p in points if p < value]
    match fact.risk:
        case Risk.TRUE | Risk.HIGHER:
            return later
        case Risk.FALSE | Risk.LOWER:
            return earlier
        case Risk.ORDERED:
            return points[points.index(value) + 1 :]
    return []


@given(situations(), st.data())
@settings(deadline=None, max_examples=400)
def test_more_risk_never_loosens_the_outcome(situation: tuple[Stage, Facts], data: st.DataObject) -> None:
    stage, facts = situation
    moves = [
        (n, v) for n, held in facts.items() if n in CUTS and held is not None for v in riskier(POLICY.facts[n], held)
    ]
    name, value = data.draw(st.sampled_from(moves))
    before, after = decide(POLICY, stage, facts), decide(POLICY, stage, facts | {name: value})
    if not before.unknown_rules:
        assert RANK[after.outcome] >= RANK[before.outcome]
    if before.outcome is not Outcome.VIDEO_OK:
        assert after.outcome is not Outcome.VIDEO_OK


@given(situations(), st.sampled_from(ASKED))
@settings(deadline=None, max_examples=400)
def test_forgetting_a_fact_never_unlocks_video(situation: tuple[Stage, Facts], name: str) -> None:
    stage, facts = situation
    if outcome(stage, facts) is not Outcome.VIDEO_OK:
        assert outcome(stage, facts | {name: None}) is not Outcome.VIDEO_OK


@given(situations(), st.data())
@settings(deadline=None, max_examples=400)
def test_video_means_video_for_every_possible_answer(situation: tuple[Stage, Facts], data: st.DataObject) -> None:
    stage, facts = situation
    facts |= {name: facts.get(name, CUTS[name][0]) for name in POLICY.reads(stage)}
    facts |= {name: CUTS[name][0] for name in CUTS if facts.get(name) is None}
    read = sorted(POLICY.reads(stage) & set(ASKED))
    blanks = data.draw(st.lists(st.sampled_from(read), max_size=4, unique=True))
    completions = [dict(zip(blanks, values, strict=True)) for values in product(*(CUTS[name] for name in blanks))]
    everywhere = all(outcome(stage, facts | c) is Outcome.VIDEO_OK for c in completions[:MAX_COMPLETIONS])
    decided = outcome(stage, facts | dict.fromkeys(blanks))
    if decided is Outcome.VIDEO_OK:
        assert everywhere
    if everywhere and len(completions) <= MAX_COMPLETIONS and not facts.get(APPROVED_RULES):
        assert decided is Outcome.VIDEO_OK


@given(situations(), st.sampled_from(EMERGENCIES))
@settings(deadline=None, max_examples=400)
def test_any_emergency_wins_over_everything(situation: tuple[Stage, Facts], emergency: str) -> None:
    stage, facts = situation
    if stage is Stage.RECORDS_REVIEW and emergency != "clinician_emergency":
        return
    decision = decide(POLICY, stage, facts | {emergency: True})
    assert (decision.outcome, decision.asks) == (Outcome.EMERGENCY_NOW, ())


@given(situations(), st.permutations(POLICY.rules))
@settings(deadline=None, max_examples=400)
def test_the_order_of_the_rules_does_not_matter(situation: tuple[Stage, Facts], rules: list[Any]) -> None:
    shuffled = replace(POLICY, rules=tuple(rules))
    assert decide(shuffled, *situation) == decide(POLICY, *situation)


@given(situations(), st.lists(st.sampled_from(APPROVABLE), unique=True))
@settings(deadline=None, max_examples=400)
def test_an_approval_lifts_only_the_rules_it_names(situation: tuple[Stage, Facts], approved: list[str]) -> None:
    stage, facts = situation
    without = decide(POLICY, stage, facts | {APPROVED_RULES: []})
    decision = decide(POLICY, stage, facts | {APPROVED_RULES: approved})
    standing, before = set(decision.fired) - {POLICY.default.id}, set(without.fired) - {POLICY.default.id}
    assert set(decision.resolved) == before - standing <= set(approved) <= set(APPROVABLE)
    assert standing <= before
    assert decision.unknown_rules == without.unknown_rules


@given(situations(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_the_same_bytes_and_facts_give_the_same_decision_and_hashes(
    situation: tuple[Stage, Facts], random: Random
) -> None:
    stage, facts = situation
    replayed, names = load_policy(POLICY_BYTES), list(facts)
    random.shuffle(names)
    stored = {name: facts[name] for name in names if facts[name] is not None}
    assert decide(replayed, stage, stored) == decide(POLICY, stage, facts)
    assert replayed.sha256 == sha256(POLICY_BYTES).hexdigest()
    assert sha256(canonical(stored)).digest() == sha256(canonical(facts)).digest()
    assert decide(replayed, stage, json.loads(canonical(facts))) == decide(POLICY, stage, facts)


@given(situations())
@settings(deadline=None, max_examples=400)
def test_a_decision_explains_itself(situation: tuple[Stage, Facts]) -> None:
    decision = decide(POLICY, *situation)
    emergency = decision.outcome is Outcome.EMERGENCY_NOW
    assert bool(decision.asks) == (bool(decision.unknown_rules) and not emergency)
    assert (decision.fired == (POLICY.default.id,)) == (decision.outcome is Outcome.VIDEO_OK)
    assert not decision.safety_screen_incomplete or (decision.asks and not emergency)
    for listed in (decision.fired, decision.resolved, decision.asks, decision.unknown_rules):
        assert list(listed) == sorted(set(listed))


@pytest.mark.parametrize("stage", Stage)
def test_every_asked_fact_is_one_that_the_step_reads(stage: Stage) -> None:
    assert set(decide(POLICY, stage, {}).asks) <= POLICY.reads(stage)
