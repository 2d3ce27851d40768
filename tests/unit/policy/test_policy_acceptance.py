"""The worked cases, the rule-by-step cells and the rejects, and that together they notice every small damage."""

from dataclasses import replace
from typing import Any

from server.domain.policy import (
    Decision,
    FactsError,
    Policy,
    PolicyFaultsError,
    Stage,
    decide,
    load_policy,
    parse_stage,
)
from tests.unit.policy.damages import damages
from tests.unit.policy.written import written


def test_every_worked_case_is_decided_as_expected(policy: Policy, acceptance: dict[str, Any]) -> None:
    assert len(acceptance["cases"]) >= 60
    for case in acceptance["cases"]:
        assert _is_decided(policy, case), case["id"]


def test_every_rule_fires_at_every_one_of_its_steps(policy: Policy, acceptance: dict[str, Any]) -> None:
    cells = acceptance["rule_by_stage_matrix"]
    assert {(cell["rule"], cell["stage"]) for cell in cells} == {(r.id, s) for r in policy.rules for s in r.stages}
    for cell in cells:
        assert _fires(policy, cell), cell


def test_what_must_be_rejected_is_rejected_for_the_stated_reason(policy: Policy, acceptance: dict[str, Any]) -> None:
    assert len(acceptance["reject_cases"]) >= 11
    for case in acceptance["reject_cases"]:
        assert _is_rejected(policy, case), case["id"]


def test_the_shipped_policy_is_the_one_the_cases_were_written_for(policy: Policy, acceptance: dict[str, Any]) -> None:
    about = acceptance["policy"]
    assert (policy.id, policy.version, policy.sha256) == (about["id"], about["version"], about["sha256"])


def test_every_small_damage_to_the_policy_is_noticed(policy: Policy, acceptance: dict[str, Any]) -> None:
    done = list(damages(policy))
    assert len(done) > 700
    assert [name for name, changes in done if not _noticed(replace(policy, **changes), acceptance)] == []


def test_nothing_is_noticed_where_there_is_no_damage(policy: Policy, acceptance: dict[str, Any]) -> None:
    assert not _noticed(policy, acceptance)
    assert not _noticed(load_policy(written(policy)), acceptance)


def _as_expected(decision: Decision, expect: dict[str, Any]) -> bool:
    return all(_plain(getattr(decision, field)) == value for field, value in expect.items())


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _noticed(policy: Policy, acceptance: dict[str, Any]) -> bool:
    return not (
        all(_is_decided(policy, case) for case in acceptance["cases"])
        and all(_fires(policy, cell) for cell in acceptance["rule_by_stage_matrix"])
        and all(_is_rejected(policy, case) for case in acceptance["reject_cases"])
        and _loads(policy)
    )


def _is_decided(policy: Policy, case: dict[str, Any]) -> bool:
    try:
        return _as_expected(decide(policy, Stage(case["stage"]), case["facts"]), case["expect"])
    except FactsError:
        return False


def _fires(policy: Policy, cell: dict[str, Any]) -> bool:
    decision = decide(policy, Stage(cell["stage"]), cell["facts"])
    return decision.outcome == cell["expect"]["outcome"] and cell["expect"]["fired_includes"] in decision.fired


def _is_rejected(policy: Policy, case: dict[str, Any]) -> bool:
    try:
        decide(policy, parse_stage(case["stage"]), case["facts"])
    except FactsError as error:
        return case["expect_error"] in str(error)
    return False


def _loads(policy: Policy) -> bool:
    try:
        load_policy(written(policy))
    except PolicyFaultsError:
        return False
    return True
