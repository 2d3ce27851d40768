"""Random situations: a step, and facts of which some are known, some are not, and some were never said."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from server.domain.policy import (
    APPROVED_RULES,
    Condition,
    Fact,
    FactKind,
    FactType,
    Operator,
    Policy,
    Stage,
    load_policy,
)

ROOT = Path(__file__).resolve().parents[3]
POLICY_BYTES = (ROOT / "config/policy/in-person.toml").read_bytes()
POLICY = load_policy(POLICY_BYTES)
BASELINES = json.loads((ROOT / "config/policy/cases.json").read_text())["baselines"]
APPROVABLE = sorted(rule.id for rule in POLICY.rules if rule.approvable)

Facts = dict[str, Any]


def conditions(policy: Policy) -> Iterator[Condition]:
    groups = [rule.when for rule in policy.rules if rule.when is not None] + list(policy.derived.values())
    for group in groups:
        yield from group.conditions


def cut_points(policy: Policy, fact: Fact) -> list[Any]:
    """One value of each kind that any condition of the policy can tell apart, the least risky kind first if ordered."""
    operands = [c.operand for c in conditions(policy) if c.fact == fact.name and c.operator is not Operator.NOT_IN_FACT]
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


CUTS = {name: cut_points(POLICY, fact) for name, fact in POLICY.facts.items() if name != APPROVED_RULES}
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
