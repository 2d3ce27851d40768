"""Two versions of a policy side by side: what differs, and whether it makes the rule stricter or looser. Pure.

Only what can be told from the text is told: where a change works in both directions it says so, and the simulation
shows what it does to people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.domain.policy.condition import Condition, Group, Operator
from server.domain.policy.outcome import RANK
from server.domain.policy.policy import Policy
from server.domain.policy.rule import Rule
from server.domain.policy.write import document

# What happens to a condition when its named operand grows: it holds of more people (1) or of fewer (-1).
GROWS: Mapping[Operator, int] = {
    Operator.AT_LEAST: -1,
    Operator.BELOW: 1,
    Operator.AFTER: -1,
    Operator.IN: 1,
    Operator.NOT_IN: -1,
}


class Direction(StrEnum):
    """What a change does to the rule."""

    STRICTER = "stricter"
    LOOSER = "looser"
    UNCLEAR = "unclear"  # both, or nobody can tell from the text alone
    NEITHER = "neither"  # words and dates that decide nothing


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; `before` or `after` is None where there is nothing of the kind."""

    section: str  # policy, numbers, lists, dates, facts, derived or rules
    name: str
    key: str  # of a rule: what of it; otherwise empty
    before: Any
    after: Any
    direction: Direction


def compare(old: Policy, new: Policy) -> tuple[Change, ...]:
    """List every difference, in the order of the file."""
    before, after = document(old), document(new)
    changes: list[Change] = []
    for section in ("policy", "numbers", "lists", "dates", "facts", "derived"):
        for name in _names(before[section], after[section]):
            was, now = before[section].get(name), after[section].get(name)
            if was != now:
                changes.append(Change(section, name, "", was, now, _direction(old, new, section, name)))
    return (*changes, *_rules(old, new))


def _names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [*before, *(name for name in after if name not in before)]


def _direction(old: Policy, new: Policy, section: str, name: str) -> Direction:
    if section == "policy":
        return Direction.NEITHER
    grown: Mapping[str, int | None] = {
        "numbers": _grown(old.numbers.get(name), new.numbers.get(name)),
        "dates": _grown(old.dates.get(name), new.dates.get(name)),
        "lists": _more(old.lists.get(name), new.lists.get(name)),
    }
    size = grown.get(section)
    pulls = {pull * (size or 0) for pull in (*_pulls(old, name), *_pulls(new, name))}
    return {frozenset({1}): Direction.STRICTER, frozenset({-1}): Direction.LOOSER}.get(
        frozenset(pulls), Direction.UNCLEAR
    )


def _grown(before: Any, after: Any) -> int | None:
    return None if before is None or after is None else (after > before) - (after < before)


def _more(before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> int | None:
    """Tell whether a list has entries more (1) or fewer (-1); None where it has both."""
    if before is None or after is None:
        return None
    added, removed = set(after) - set(before), set(before) - set(after)
    return None if added and removed else bool(added) - bool(removed)


def _pulls(policy: Policy, name: str) -> Iterator[int]:
    """Tell for each place where a name is read whether its growing lets a rule fire more often (1) or less (-1)."""
    for rule in policy.rules:
        if rule.when is not None:
            yield from _pulls_of(policy, rule.when, name, 1)


def _pulls_of(policy: Policy, group: Group, name: str, sign: int) -> Iterator[int]:
    for condition in group.conditions:
        if condition.named == name:
            yield sign * GROWS[condition.operator]
        if condition.fact in policy.derived:
            yield from _pulls_of(policy, policy.derived[condition.fact], name, sign * _turn(condition))


def _turn(condition: Condition) -> int:
    return 1 if condition.operand is True else -1


def _rules(old: Policy, new: Policy) -> Iterator[Change]:
    for rule_id in _names(old.rules_by_id, new.rules_by_id):
        before, after = old.rules_by_id.get(rule_id), new.rules_by_id.get(rule_id)
        if before is None or after is None:
            direction = Direction.STRICTER if before is None else Direction.LOOSER
            yield Change("rules", rule_id, "", before and before.name, after and after.name, direction)
        elif before != after:
            yield from _rule(before, after)


def _rule(before: Rule, after: Rule) -> Iterator[Change]:
    steps = _more(tuple(before.stages), tuple(after.stages))
    rank = RANK[after.outcome] - RANK[before.outcome]
    found = {
        "name": (before.name, after.name, Direction.NEITHER),
        "outcome": (before.outcome, after.outcome, Direction.STRICTER if rank > 0 else Direction.LOOSER),
        "at": (
            before.stages,
            after.stages,
            {1: Direction.STRICTER, -1: Direction.LOOSER}.get(steps or 0, Direction.UNCLEAR),
        ),
        "when": (before.when, after.when, Direction.UNCLEAR),
        "patient": (before.patient, after.patient, Direction.NEITHER),
        "source": (before.sources, after.sources, Direction.NEITHER),
    }
    for key, (was, now, direction) in found.items():
        if key == "when" and _same_but_for_names(was, now):
            continue  # an operand under a name: the name's own line says what changed
        if was != now:
            yield Change("rules", after.id, key, was, now, direction)


def _same_but_for_names(before: Any, after: Any) -> bool:
    """Tell whether two groups differ only in what the names in them stand for."""
    return bool(_shape(before) == _shape(after))


def _shape(group: Group | None) -> Any:
    if group is None:
        return None
    return group.quantifier, [(c.fact, c.operator, c.named or c.operand) for c in group.conditions]
