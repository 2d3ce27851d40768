"""The worked cases, the rule-by-step cells and the rejects, and that together they notice every small damage."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.domain.policy import (
    RANK,
    Condition,
    Decision,
    FactsError,
    Group,
    Operator,
    Outcome,
    Policy,
    Rule,
    Stage,
    decide,
    load_policy,
    parse_stage,
)


def test_every_worked_case_is_decided_as_expected(policy: Policy, acceptance: dict[str, Any]) -> None:
    assert len(acceptance["cases"]) >= 60
    for case in acceptance["cases"]:
        assert _as_expected(decide(policy, Stage(case["stage"]), case["facts"]), case["expect"]), case["id"]


def test_every_rule_fires_at_every_one_of_its_steps(policy: Policy, acceptance: dict[str, Any]) -> None:
    cells = acceptance["rule_by_stage_matrix"]
    assert {(cell["rule"], cell["stage"]) for cell in cells} == {(r.id, s) for r in policy.rules for s in r.stages}
    for cell in cells:
        decision = decide(policy, Stage(cell["stage"]), {**acceptance["baselines"][cell["stage"]], **cell["set"]})
        assert decision.outcome == cell["expect"]["outcome"]
        assert cell["expect"]["fired_includes"] in decision.fired


def test_what_must_be_rejected_is_rejected_for_the_stated_reason(policy: Policy, acceptance: dict[str, Any]) -> None:
    assert len(acceptance["reject_cases"]) == 11
    for case in acceptance["reject_cases"]:
        with pytest.raises(FactsError, match=case["expect_error"]):
            decide(policy, parse_stage(case["stage"]), case["facts"])


def test_the_shipped_policy_is_the_one_the_cases_were_written_for(policy: Policy, acceptance: dict[str, Any]) -> None:
    about = acceptance["policy"]
    assert (policy.id, policy.version, policy.sha256) == (about["id"], about["version"], about["sha256"])


def test_every_small_damage_to_the_policy_is_noticed(policy: Policy, acceptance: dict[str, Any]) -> None:
    damaged = list(_damages(policy))
    assert len(damaged) > 272
    assert [name for name, broken in damaged if not _noticed(broken, acceptance)] == []


def test_the_cases_do_not_notice_a_policy_without_damage(policy_bytes: bytes, acceptance: dict[str, Any]) -> None:
    assert not _noticed(load_policy(policy_bytes), acceptance)


def _as_expected(decision: Decision, expect: dict[str, Any]) -> bool:
    return all(_plain(getattr(decision, field)) == value for field, value in expect.items())


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _noticed(policy: Policy, acceptance: dict[str, Any]) -> bool:
    cases = ((case["stage"], case["facts"], case["expect"]) for case in acceptance["cases"])
    if not all(_as_expected(decide(policy, Stage(stage), facts), expect) for stage, facts, expect in cases):
        return True
    for cell in acceptance["rule_by_stage_matrix"]:
        decision = decide(policy, Stage(cell["stage"]), {**acceptance["baselines"][cell["stage"]], **cell["set"]})
        if decision.outcome != cell["expect"]["outcome"] or cell["expect"]["fired_includes"] not in decision.fired:
            return True
    return False


def _damages(policy: Policy) -> Iterator[tuple[str, Policy]]:
    for rule in policy.rules:
        if not rule.default:
            yield from _damages_to_rule(policy, rule)
    for rule in policy.rules:
        if rule.when is not None:
            for what, group in _damages_to_group(rule.when):
                yield f"{rule.id} {what}", _put(policy, rule, replace(rule, when=group))
    for name, derived in policy.derived.items():
        for what, group in _damages_to_group(derived):
            yield f"{name} {what}", replace(policy, derived={**policy.derived, name: group})


def _damages_to_rule(policy: Policy, rule: Rule) -> Iterator[tuple[str, Policy]]:
    yield f"{rule.id} dropped", replace(policy, rules=tuple(other for other in policy.rules if other is not rule))
    for stage in rule.stages:
        stages = tuple(other for other in rule.stages if other is not stage)
        yield f"{rule.id} not at {stage}", _put(policy, rule, replace(rule, stages=stages))
    for outcome in Outcome:
        if abs(RANK[outcome] - RANK[rule.outcome]) == 1:
            yield f"{rule.id} as {outcome}", _put(policy, rule, replace(rule, outcome=outcome))


def _put(policy: Policy, rule: Rule, changed: Rule) -> Policy:
    return replace(policy, rules=tuple(changed if other is rule else other for other in policy.rules))


def _damages_to_group(group: Group) -> Iterator[tuple[str, Group]]:
    for index, condition in enumerate(group.conditions):
        before, after = group.conditions[:index], group.conditions[index + 1 :]
        if before or after:
            yield f"without {condition}", replace(group, conditions=before + after)
        for changed in DAMAGES.get(condition.operator, lambda _: iter(()))(condition):
            yield f"{condition} as {changed}", replace(group, conditions=(*before, changed, *after))


def _moved_by_one(condition: Condition) -> Iterator[Condition]:
    for step in (operator.add, operator.sub):
        yield replace(condition, operand=step(condition.operand, 1))


def _moved_by_a_day(condition: Condition) -> Iterator[Condition]:
    for days in (-1, 1):
        moved = date.fromisoformat(str(condition.operand)) + timedelta(days=days)
        yield replace(condition, operand=moved.isoformat())


def _shortened(condition: Condition) -> Iterator[Condition]:
    assert isinstance(condition.operand, tuple)
    for entry in condition.operand:
        if len(condition.operand) > 1:
            yield replace(condition, operand=tuple(other for other in condition.operand if other != entry))


def _reversed(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition.operand, bool):
        yield replace(condition, operand=not condition.operand)


def _strict_about_unknown(condition: Condition) -> Iterator[Condition]:
    yield replace(condition, operator=Operator.IS)


DAMAGES: dict[Operator, Callable[[Condition], Iterator[Condition]]] = {
    Operator.AT_LEAST: _moved_by_one,
    Operator.BELOW: _moved_by_one,
    Operator.AFTER: _moved_by_a_day,
    Operator.IN: _shortened,
    Operator.NOT_IN: _shortened,
    Operator.IS: _reversed,
    Operator.IS_OR_UNKNOWN: _strict_about_unknown,
}
