"""Reading conditions: each must compare a fact that exists with something it can really hold. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.policy.condition import Condition, Group, Operand, Operator, Quantifier
from server.domain.policy.fact import Fact, FactKind, FactType, Risk
from server.domain.policy.table import Table, is_texts

OPERATORS: Mapping[FactType, frozenset[Operator]] = {
    FactType.BOOL: frozenset({Operator.IS, Operator.IS_OR_UNKNOWN}),
    FactType.ENUM: frozenset({Operator.IS, Operator.IS_OR_UNKNOWN, Operator.IN, Operator.NOT_IN}),
    FactType.INT: frozenset({Operator.AT_LEAST, Operator.BELOW}),
    FactType.NUM: frozenset({Operator.AT_LEAST, Operator.BELOW}),
    FactType.STR: frozenset({Operator.IN, Operator.NOT_IN, Operator.NOT_IN_FACT}),
    FactType.STRLIST: frozenset(),
    FactType.DATE: frozenset({Operator.AFTER}),
}

PLACEHOLDER = Condition("", Operator.IS, False)  # stands where a fault was noted; never compiled


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that a condition may name."""

    facts: Mapping[str, Fact]  # the derived ones too
    lists: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int | float]
    dates: Mapping[str, str]


def derived_fact(name: str) -> Fact:
    """Declare a derived fact, which conditions read like any yes-or-no fact."""
    return Fact(name, FactType.BOOL, FactKind.ASKED, Risk.NONE)


def read_group(table: Table, vocabulary: Vocabulary) -> Group:
    """Read the conditions under `all` or under `any`."""
    present = [quantifier for quantifier in Quantifier if quantifier in table]
    rows = [row for quantifier in present for row in table.rows(quantifier)]
    conditions = tuple(read_condition(row, vocabulary) for row in rows)
    if len(present) != 1:
        table.fault("needs either all or any")
        return Group(Quantifier.ALL, ())
    return Group(present[0], conditions)


def refuse_unknown(table: Table, group: Group, problem: str) -> None:
    """Note a fault wherever the group takes an unknown fact for an answer."""
    for index, condition in enumerate(group.conditions, start=1):
        if condition.operator is Operator.IS_OR_UNKNOWN:
            table.fault(problem, f"{group.quantifier}[{index}].{condition.operator}")


def read_condition(table: Table, vocabulary: Vocabulary) -> Condition:
    """Read one comparison."""
    name = table.text("fact")
    fact = vocabulary.facts.get(name)
    present = {operator: table.raw(operator) for operator in Operator if operator in table}
    table.finish()
    if name and fact is None:
        table.fault(f"there is no fact {name}", "fact")
    if len(present) != 1:
        table.fault(f"needs exactly one of {', '.join(Operator)}")
    if fact is None or len(present) != 1:
        return PLACEHOLDER
    [(operator, value)] = present.items()
    return _compare(table, fact, operator, value, vocabulary)


def _compare(table: Table, fact: Fact, operator: Operator, value: Any, vocabulary: Vocabulary) -> Condition:
    operand, named = _resolve(operator, value, vocabulary)
    if operator not in OPERATORS[fact.type]:
        table.fault(f"{fact.name} is a {fact.type} and cannot be compared like this", operator)
    elif not _fits(operator, operand, fact, vocabulary):
        table.fault(f"is nothing that {fact.name} can be compared with", operator)
    return Condition(fact.name, operator, operand, named)


def _resolve(operator: Operator, value: Any, vocabulary: Vocabulary) -> tuple[Any, str | None]:
    """Replace the name of a list, number or date by what it stands for."""
    named: Mapping[str, Operand] = {
        Operator.AT_LEAST: vocabulary.numbers,
        Operator.BELOW: vocabulary.numbers,
        Operator.AFTER: vocabulary.dates,
        Operator.IN: vocabulary.lists,
        Operator.NOT_IN: vocabulary.lists,
    }.get(operator, {})
    if isinstance(value, str) and value in named:
        return named[value], value
    return tuple(value) if is_texts(value) else value, None


def _fits(operator: Operator, operand: Any, fact: Fact, vocabulary: Vocabulary) -> bool:
    if operator is Operator.NOT_IN_FACT:
        other = vocabulary.facts.get(operand) if isinstance(operand, str) else None
        return other is not None and other.type is FactType.STRLIST and other.kind is FactKind.ASKED
    if operator in (Operator.IN, Operator.NOT_IN):
        return isinstance(operand, tuple) and all(fact.problem(entry) is None for entry in operand)
    return fact.problem(operand) is None
