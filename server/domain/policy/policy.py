"""A whole policy, compiled for deciding and open for reading. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from server.domain.policy.condition import Group, compile_group
from server.domain.policy.errors import FactProblem
from server.domain.policy.fact import APPROVED_RULES, Check, Fact
from server.domain.policy.rule import Rule
from server.domain.policy.stage import Stage
from server.domain.policy.truth import Clause, Truth, Values

Asked = Callable[[Values], Truth]  # the truth of a clause


class PolicyStatus(StrEnum):
    """How far the policy has come toward being used; a retired one is kept forever."""

    DRAFT = "draft"
    SIMULATED = "simulated"
    APPROVED = "approved"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked at one step: first the derived facts, each after those it reads, then the rules in order of ids."""

    derived: tuple[tuple[str, Asked], ...]
    rules: tuple[tuple[Rule, Asked], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The in-person rule of a clinic, as it was signed."""

    id: str
    version: str
    status: PolicyStatus
    effective_from: date
    sha256: str  # of the bytes it was loaded from
    lists: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int | float]
    dates: Mapping[str, date]
    facts: Mapping[str, Fact]
    derived: Mapping[str, Group]  # each after those it reads
    rules: tuple[Rule, ...]
    name: str = field(init=False, repr=False, compare=False)  # id and version
    rules_by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)
    default: Rule = field(init=False, repr=False, compare=False)
    answers: frozenset[str] = field(init=False, repr=False, compare=False)  # the facts that are yes, no or unknown
    checks: Mapping[str, Check] = field(init=False, repr=False, compare=False)  # by fact
    absent: Mapping[str, object] = field(init=False, repr=False, compare=False)  # all facts, before anybody speaks
    clauses: Mapping[str, Clause] = field(init=False, repr=False, compare=False)  # by rule id, the default has none
    plans: Mapping[Stage, Plan] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        derived = _compile_derived(self.derived)
        clauses = {rule.id: compile_group(rule.when, derived) for rule in self.rules if rule.when is not None}
        compiled: Mapping[str, object] = {
            "name": f"{self.id} {self.version}",
            "rules_by_id": {rule.id: rule for rule in self.rules},
            "default": next(rule for rule in self.rules if rule.default),
            "answers": frozenset(name for name, fact in self.facts.items() if fact.is_answer),
            "checks": {name: _check(self, fact) for name, fact in self.facts.items()},
            "absent": {name: fact.absent for name, fact in self.facts.items()},
            "clauses": clauses,
            "plans": {stage: _plan(self, stage, derived, clauses) for stage in Stage},
        }
        for name, value in compiled.items():
            object.__setattr__(self, name, value)

    def reads(self, stage: Stage) -> frozenset[str]:
        """Name the given facts that any rule of the step depends on."""
        return frozenset().union(*(self.clauses[rule.id].reads for rule, _ in self.plans[stage].rules))

    def may_approve(self, rule_ids: Iterable[str]) -> bool:
        """Tell whether each of these is a rule that a named clinician may approve video for."""
        return all(rule_id in self.rules_by_id and self.rules_by_id[rule_id].approvable for rule_id in rule_ids)

    def words(self, rule_ids: Iterable[str]) -> tuple[str, ...]:
        """Give the sentences for the patient, the strictest reason first.

        Raises:
            KeyError: the policy has no such rule.
        """
        rules = sorted((self.rules_by_id[rule_id] for rule_id in rule_ids), key=lambda rule: rule.strictness)
        return tuple(rule.patient for rule in rules)

    def dates_ending(self, today: date, *, within: timedelta) -> tuple[tuple[str, date], ...]:
        """Name the dates that are past or soon will be, the earliest first; from then on their rules are stricter."""
        ending = ((day, name) for name, day in self.dates.items() if day <= today + within)
        return tuple((name, day) for day, name in sorted(ending))


def _check(policy: Policy, fact: Fact) -> Check:
    if fact.name != APPROVED_RULES:
        return fact.problem

    def check_approvals(value: Any) -> FactProblem | None:
        problem = fact.problem(value)
        if problem is None and not policy.may_approve(value or ()):
            return FactProblem.NOT_APPROVABLE
        return problem

    return check_approvals


def _compile_derived(derived: Mapping[str, Group]) -> dict[str, Clause]:
    clauses: dict[str, Clause] = {}
    for name, group in derived.items():
        clauses[name] = compile_group(group, clauses)
    return clauses


def _plan(policy: Policy, stage: Stage, derived: Mapping[str, Clause], clauses: Mapping[str, Clause]) -> Plan:
    asked = sorted((rule for rule in policy.rules if rule.when and stage in rule.stages), key=lambda rule: rule.id)
    needed: set[str] = set().union(*(rule.when.facts for rule in asked if rule.when))
    for name in reversed(list(policy.derived)):
        if name in needed:
            needed |= policy.derived[name].facts
    return Plan(
        derived=tuple((name, clause.truth) for name, clause in derived.items() if name in needed),
        rules=tuple((rule, clauses[rule.id].truth) for rule in asked),
    )
