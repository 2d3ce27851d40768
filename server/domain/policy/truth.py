"""Kleene's three-valued logic over the facts: True, False, and None for unknown.

A clause is compiled once, when the policy is loaded, and asked for every decision. Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Truth = bool | None
Values = Mapping[str, Any]  # every fact of the policy, checked; an unknown one is None


@dataclass(frozen=True, slots=True)
class Clause:
    """Something that is true, false or unknown of the facts."""

    truth: Callable[[Values], Truth]
    gaps: Callable[[Values], Iterable[str]]  # while `truth` is unknown: the unknown facts that keep it so
    reads: frozenset[str]  # the given facts it depends on, also through derived ones


def all_of(clauses: Sequence[Clause]) -> Clause:
    """Combine by *and*: one false settles it, otherwise one unknown leaves it open."""
    return _combine(clauses, settled_by=False)


def any_of(clauses: Sequence[Clause]) -> Clause:
    """Combine by *or*: one true settles it, otherwise one unknown leaves it open."""
    return _combine(clauses, settled_by=True)


def _combine(clauses: Sequence[Clause], *, settled_by: bool) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    truths = tuple(clause.truth for clause in clauses)

    def truth(values: Values) -> Truth:
        result: Truth = not settled_by
        for part in truths:
            value = part(values)
            if value is settled_by:
                return settled_by
            if value is None:
                result = None
        return result

    def gaps(values: Values) -> Iterable[str]:
        return {name for clause in clauses if clause.truth(values) is None for name in clause.gaps(values)}

    return Clause(truth, gaps, frozenset().union(*(clause.reads for clause in clauses)))
