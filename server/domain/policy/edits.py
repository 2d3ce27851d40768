"""What a compliance officer may change in a policy: numbers, lists, dates, wording, steps and outcomes.

Conditions, facts and the default rule's place are not among them: a policy that asks something else is another file.
Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.domain.policy.condition import Condition, Operator
from server.domain.policy.errors import PolicyFault, PolicyFaultsError
from server.domain.policy.load import load_policy
from server.domain.policy.outcome import Outcome
from server.domain.policy.policy import Policy, PolicyStatus
from server.domain.policy.stage import Stage
from server.domain.policy.write import Document, document, write_document

OPERAND = re.compile(r"(?:rules\[\d+\] (?P<rule>\w+)|derived\.(?P<derived>\w+))\.(?:all|any)\[(?P<number>\d+)\]\.\w+")
SECTIONS: Mapping[Operator, str] = {
    Operator.AT_LEAST: "numbers",
    Operator.BELOW: "numbers",
    Operator.AFTER: "dates",
    Operator.IN: "lists",
    Operator.NOT_IN: "lists",
}
RULE = re.compile(r"rules\[\d+\] (?P<rule>\w+)\.(?P<key>\w+)")


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """What changes in one rule; None leaves it as it is."""

    patient: str | None = None
    stages: tuple[Stage, ...] | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Edits:
    """What changes in a policy; what is left out stays."""

    version: str | None = None
    effective_from: date | None = None
    numbers: Mapping[str, int | float] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    rules: Mapping[str, RuleEdit] = field(default_factory=dict)  # by id


def edited(policy: Policy, edits: Edits) -> bytes:
    """Write the policy with the edits, as a draft.

    Raises:
        PolicyFaultsError: it would not stand; each fault is placed at what was edited, where that is known.
    """
    tables, faults = document(policy), _unknown(policy, edits)
    if faults:
        raise PolicyFaultsError(faults)
    tables["policy"]["status"] = PolicyStatus.DRAFT.value
    if edits.version is not None:
        tables["policy"]["version"] = edits.version
    if edits.effective_from is not None:
        tables["policy"]["effective_from"] = edits.effective_from.isoformat()
    tables["numbers"] |= {name: _alike(policy.numbers[name], number) for name, number in edits.numbers.items()}
    tables["lists"] |= {name: list(entries) for name, entries in edits.lists.items()}
    tables["dates"] |= {name: day.isoformat() for name, day in edits.dates.items()}
    tables["rules"] = [_edited_rule(rule, edits.rules.get(rule["id"])) for rule in tables["rules"]]
    body = write_document(tables)
    try:
        load_policy(body)
    except PolicyFaultsError as refusal:
        raise PolicyFaultsError([_at_its_edit(policy, fault) for fault in refusal.faults]) from refusal
    return body


def _unknown(policy: Policy, edits: Edits) -> list[PolicyFault]:
    known: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
        "numbers": (edits.numbers, policy.numbers),
        "lists": (edits.lists, policy.lists),
        "dates": (edits.dates, policy.dates),
        "rules": (edits.rules, policy.rules_by_id),
    }
    return [
        PolicyFault(f"{section}.{name}", "is not in this policy")
        for section, (changed, there) in known.items()
        for name in sorted(changed.keys() - there.keys())
    ]


def _alike(old: int | float, new: int | float) -> int | float:
    """Write a number as the one it replaces was written, so that 5 for 5.0 is no change."""
    if isinstance(old, float):
        return float(new)
    return int(new) if isinstance(new, float) and new.is_integer() else new


def _edited_rule(rule: Document, edit: RuleEdit | None) -> Document:
    if edit is None:
        return rule
    changed: Document = {}
    if edit.patient is not None:
        changed["patient"] = edit.patient
    if edit.stages is not None:
        changed["at"] = [stage.value for stage in edit.stages]
    if edit.outcome is not None:
        changed["outcome"] = edit.outcome.value
    return rule | changed


def _at_its_edit(policy: Policy, fault: PolicyFault) -> PolicyFault:
    """Place a fault of an operand at the number, list or date that it is the name of; a fault of a rule at its id."""
    if match := OPERAND.fullmatch(fault.place):
        condition = _condition(policy, match)
        if condition is not None and condition.named is not None:
            return PolicyFault(f"{SECTIONS[condition.operator]}.{condition.named}", fault.problem)
        if match["rule"]:  # a condition is never edited, so it is the outcome that does not go with it
            return PolicyFault(f"rules.{match['rule']}.outcome", fault.problem)
    if match := RULE.fullmatch(fault.place):
        return PolicyFault(f"rules.{match['rule']}.{match['key']}", fault.problem)
    return fault


def _condition(policy: Policy, match: re.Match[str]) -> Condition | None:
    rule = policy.rules_by_id.get(match["rule"]) if match["rule"] else None
    group = rule.when if rule is not None else policy.derived.get(match["derived"] or "")
    number = int(match["number"])
    return group.conditions[number - 1] if group is not None and number <= len(group.conditions) else None
