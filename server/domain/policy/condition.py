"""The closed language of conditions: one fact, one of eight operators, one operand. Pure."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.domain.policy.truth import Clause, Truth, Values, all_of, any_of

Operand = bool | int | float | str | tuple[str, ...]


class Operator(StrEnum):
    """How a fact is compared; there are no others."""

    IS = "is"
    IS_OR_UNKNOWN = "is_or_unknown"
    AT_LEAST = "at_least"
    BELOW = "below"
    AFTER = "after"
    IN = "in"
    NOT_IN = "not_in"
    NOT_IN_FACT = "not_in_fact"


class Quantifier(StrEnum):
    """How the conditions of one group are joined."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `named` is the name under which the policy keeps the operand, if it has one."""

    fact: str
    operator: Operator
    operand: Operand
    named: str | None = None

    @property
    def facts(self) -> frozenset[str]:
        """The facts, given or derived, that the comparison reads."""
        return frozenset({self.fact, str(self.operand)} if self.operator is Operator.NOT_IN_FACT else {self.fact})


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that must all hold, or of which one must."""

    quantifier: Quantifier
    conditions: tuple[Condition, ...]

    @property
    def facts(self) -> frozenset[str]:
        """The facts, given or derived, that the group reads."""
        return frozenset().union(*(condition.facts for condition in self.conditions))


def compile_group(group: Group, derived: Mapping[str, Clause]) -> Clause:
    """Make the group ready to be asked; the derived facts it reads are compiled already."""
    clauses = [compile_condition(condition, derived) for condition in group.conditions]
    return (all_of if group.quantifier is Quantifier.ALL else any_of)(clauses)


def compile_condition(condition: Condition, derived: Mapping[str, Clause]) -> Clause:
    """Make one comparison ready to be asked."""
    if condition.operator is Operator.NOT_IN_FACT:
        return _not_in_fact(condition.fact, str(condition.operand))
    truth = operator.itemgetter(condition.fact) if _is_itself(condition) else _comparison(condition)
    if condition.fact in derived:
        source = derived[condition.fact]
        return Clause(truth, source.gaps, source.reads)
    reads = condition.facts
    return Clause(truth, lambda values: reads, reads)


def _is_itself(condition: Condition) -> bool:
    """Tell whether the comparison asks a yes-or-no fact for no more than it says: true, false or unknown already."""
    return condition.operator is Operator.IS and condition.operand is True


def _comparison(condition: Condition) -> Callable[[Values], Truth]:
    """Compare a known value; an unknown one leaves the comparison unknown, unless the operator says otherwise."""
    fact, operand, compare = condition.fact, condition.operand, COMPARE[condition.operator]
    if_unknown = True if condition.operator is Operator.IS_OR_UNKNOWN else None

    def truth(values: Values) -> Truth:
        value = values[fact]
        return if_unknown if value is None else compare(value, operand)

    return truth


def _not_in_fact(fact: str, list_fact: str) -> Clause:
    def truth(values: Values) -> Truth:
        value, listed = values[fact], values[list_fact]
        return None if value is None or listed is None else value not in listed

    def gaps(values: Values) -> tuple[str, ...]:
        return tuple(name for name in (fact, list_fact) if values[name] is None)

    return Clause(truth, gaps, frozenset({fact, list_fact}))


COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: operator.eq,
    Operator.IS_OR_UNKNOWN: operator.eq,
    Operator.AT_LEAST: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.AFTER: operator.gt,  # ISO 8601 days sort as text
    Operator.IN: lambda value, listed: value in listed,
    Operator.NOT_IN: lambda value, listed: value not in listed,
}
