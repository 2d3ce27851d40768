"""Every small damage that can be done to a policy: what changes, under a name that says so."""

import operator
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from server.domain.policy import (
    Condition,
    Fact,
    FactKind,
    FactType,
    Group,
    Operator,
    Outcome,
    Policy,
    Quantifier,
    Rule,
    Stage,
)

Changes = dict[str, Any]  # for dataclasses.replace


def damaged(policy_bytes: bytes, old: str, new: str) -> bytes:
    """Replace what stands in the policy, and fail when it does not stand there."""
    text = policy_bytes.decode()
    assert old in text
    return text.replace(old, new).encode()


def damages(policy: Policy) -> Iterator[tuple[str, Changes]]:
    """Give each damage as what to replace in the policy."""
    for rule in policy.rules:
        if rule.when is not None:
            yield f"{rule.id} dropped", {"rules": tuple(other for other in policy.rules if other is not rule)}
            for what, changed in _to_rule(rule, rule.when, policy):
                rules = tuple(changed if other is rule else other for other in policy.rules)
                yield f"{rule.id} {what}", {"rules": rules}
    for name, derived in policy.derived.items():
        for what, group in _to_group(derived, policy):
            yield f"{name} {what}", {"derived": {**policy.derived, name: group}}
    for name, fact in policy.facts.items():
        for what, declared in _to_fact(fact):
            yield f"{name} {what}", {"facts": {**policy.facts, name: declared}}


def _to_rule(rule: Rule, when: Group, policy: Policy) -> Iterator[tuple[str, Rule]]:
    for stage in Stage:
        if stage in rule.stages:
            yield f"not at {stage}", replace(rule, stages=tuple(other for other in rule.stages if other is not stage))
        else:
            yield f"also at {stage}", replace(rule, stages=(*rule.stages, stage))
    for outcome in Outcome:
        if outcome is not rule.outcome:
            yield f"as {outcome}", replace(rule, outcome=outcome)
    for what, group in _to_group(when, policy):
        yield what, replace(rule, when=group)


def _to_group(group: Group, policy: Policy) -> Iterator[tuple[str, Group]]:
    if len(group.conditions) > 1:
        other = Quantifier.ANY if group.quantifier is Quantifier.ALL else Quantifier.ALL
        yield f"{other} instead of {group.quantifier}", replace(group, quantifier=other)
    for index, condition in enumerate(group.conditions):
        before, after = group.conditions[:index], group.conditions[index + 1 :]
        if before or after:
            yield f"without {condition}", replace(group, conditions=before + after)
        for changed in _to_condition(condition, policy):
            yield f"{condition} as {changed}", replace(group, conditions=(*before, changed, *after))


def _to_condition(condition: Condition, policy: Policy) -> Iterator[Condition]:
    if condition.operator in TURNED and not _is_button(condition, policy):  # which is never unknown
        yield replace(condition, operator=TURNED[condition.operator])
    match condition.operator:
        case Operator.AT_LEAST | Operator.BELOW:
            yield from (replace(condition, operand=step(condition.operand, 1)) for step in (operator.add, operator.sub))
        case Operator.AFTER:
            for days in (-1, 1):
                moved = date.fromisoformat(str(condition.operand)) + timedelta(days=days)
                yield replace(condition, operand=moved.isoformat())
        case Operator.IN | Operator.NOT_IN:
            yield from _to_list(condition, policy)
        case Operator.IS | Operator.IS_OR_UNKNOWN if isinstance(condition.operand, bool):
            yield replace(condition, operand=not condition.operand)
        case Operator.IS | Operator.IS_OR_UNKNOWN:
            others = (value for value in policy.facts[condition.fact].values if value != condition.operand)
            yield from (replace(condition, operand=value) for value in others)


def _is_button(condition: Condition, policy: Policy) -> bool:
    return condition.fact in policy.facts and policy.facts[condition.fact].kind is FactKind.EVENT


def _to_list(condition: Condition, policy: Policy) -> Iterator[Condition]:
    assert isinstance(condition.operand, tuple)
    if len(condition.operand) > 1:
        for entry in condition.operand:
            yield replace(condition, operand=tuple(other for other in condition.operand if other != entry))
    for entry in policy.facts[condition.fact].values or OTHER_PLACES:
        if entry not in condition.operand:
            yield replace(condition, operand=(*condition.operand, entry))


def _to_fact(fact: Fact) -> Iterator[tuple[str, Fact]]:
    if fact.type is FactType.BOOL:
        kind = FactKind.ASKED if fact.kind is FactKind.EVENT else FactKind.EVENT
        yield f"as {kind}", replace(fact, kind=kind)
    if fact.type in (FactType.INT, FactType.NUM):
        for step in (-1, 1):
            yield f"from {fact.minimum + step}", replace(fact, minimum=fact.minimum + step)
            yield f"to {fact.maximum + step}", replace(fact, maximum=fact.maximum + step)
    for value in fact.values:
        yield f"without {value}", replace(fact, values=tuple(other for other in fact.values if other != value))


TURNED = {
    Operator.IS: Operator.IS_OR_UNKNOWN,
    Operator.IS_OR_UNKNOWN: Operator.IS,
    Operator.AT_LEAST: Operator.BELOW,
    Operator.BELOW: Operator.AT_LEAST,
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
}
OTHER_PLACES = ("CA",)  # a place that the shipped policy does not serve
