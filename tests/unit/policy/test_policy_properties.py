"""What holds for every decision of the shipped policy, whatever is known and unknown."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.policy import (
    APPROVED_RULES,
    RANK,
    Condition,
    Fact,
    FactKind,
    FactType,
    Operator,
    Outcome,
    Policy,
    Risk,
    Stage,
    decide,
    load_policy,
)

ROOT = Path(__file__).resolve().parents[3]
POLICY_BYTES = (ROOT / "config/policy/in-person.toml").read_bytes()
POLICY = load_policy(POLICY_BYTES)
BASELINES = json.loads((ROOT / "tests/data/policy-cases.json").read_text())["baselines"]
EMERGENCIES = [*sorted(name for name in POLICY.facts if name.startswith("rf_")), "clinician_emergency"]
APPROVABLE = sorted(rule.id for rule in POLICY.rules if rule.approvable)
MAX_COMPLETIONS = 400

Facts = dict[str, Any]


def conditions(policy: Policy) -> Iterator[Condition]:
    groups = [rule.when for rule in policy.rules if rule.when is not None] + list(policy.derived.values())
    for group in groups:
        yield from group.conditions


def cut_points(fact: Fact) -> list[Any]:
    """One value of each kind that any condition of the policy can tell apart, the least risky kind first if ordered."""
    operands = [c.operand for c in conditions(POLICY) if c.fact == fact.name and c.operator is not Operator.NOT_IN_FACT]
    match fact.type:
        case FactType.BOOL:
            return [False, True]
        case FactType.ENUM:
            return list(fact.values)
        case FactType.INT:
            return sorted({int(fact.minimum), int(fact.maximum)} | {n for o in operands for n in (o, o - 1)})
        case FactType.NUM:
            return sorted({fact.minimum, fact.maximum} | {n for o in operands for n in (o, o - 0.1)})
        case FactType.DATE:
            return sorted(
                {(date.fromisoformat(str(o)) + timedelta(days=n)).isoformat() for o in operands for n in (0, 1)}
            )
        case FactType.STRLIST:
            return [[], ["MI", "OH"], ["IN"]]
    return ["US", "CA", "MI", "IN"]


CUTS = {name: cut_points(fact) for name, fact in POLICY.facts.items() if name != APPROVED_RULES}
ASKED = sorted(name for name in CUTS if POLICY.facts[name].kind is FactKind.ASKED)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Stage, Facts]:
    """A step with facts: up to six changes to a case that is fine for video, or everything at random."""
    stage = draw(st.sampled_from(list(Stage)))
    changed = draw(st.lists(st.sampled_from(sorted(CUTS)), max_size=6, unique=True) | st.just(sorted(CUTS)))
    seed = draw(st.integers(0, 2**32))
    return stage, BASELINES[stage] | random_facts(Random(seed), changed)


def random_facts(random: Random, names: list[str]) -> Facts:
    blank = {name: [] if POLICY.facts[name].kind is FactKind.EVENT else [None] for name in names}
    approved = random.choice([[], random.sample(APPROVABLE, 3)])
    return {name: random.choice(CUTS[name] + blank[name]) for name in names} | {APPROVED_RULES: approved}


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


@given(situations())
@settings(deadline=None, max_examples=40)
def test_the_same_bytes_and_facts_give_the_same_decision(situation: tuple[Stage, Facts]) -> None:
    assert decide(load_policy(POLICY_BYTES), *situation) == decide(POLICY, *situation)


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
