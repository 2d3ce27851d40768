"""A policy as the file that says it, so that what a test changed comes back through the loader."""

import json
from typing import Any

from server.domain.policy import Condition, Fact, FactType, Group, Policy, Rule


def written(policy: Policy) -> bytes:
    """Write the policy; where it keeps an operand under a name, the operand is written out."""
    sections = {
        "policy": {
            "id": policy.id,
            "version": policy.version,
            "status": policy.status,
            "effective_from": policy.effective_from.isoformat(),
        },
        "facts": {name: _fact(fact) for name, fact in policy.facts.items()},
        "derived": {name: _group(group) for name, group in policy.derived.items()},
        "rules": [_rule(rule) for rule in policy.rules],
    }
    return "".join(f"{name} = {_toml(section)}\n" for name, section in sections.items()).encode()


def _fact(fact: Fact) -> dict[str, Any]:
    said: dict[str, Any] = {"type": fact.type, "kind": fact.kind, "risk": fact.risk}
    if fact.type is FactType.ENUM:
        said["values"] = fact.values
    if fact.type in (FactType.INT, FactType.NUM):
        said |= {"min": fact.minimum, "max": fact.maximum}
    if fact.pattern is not None:
        said["pattern"] = fact.pattern.pattern
    return said


def _group(group: Group) -> dict[str, Any]:
    return {group.quantifier: [_condition(condition) for condition in group.conditions]}


def _condition(condition: Condition) -> dict[str, Any]:
    return {"fact": condition.fact, condition.operator: condition.operand}


def _rule(rule: Rule) -> dict[str, Any]:
    when = {"default": True} if rule.when is None else _group(rule.when)
    said = {"id": rule.id, "name": rule.name, "outcome": rule.outcome, "at": rule.stages}
    return said | when | {"patient": rule.patient, "source": rule.sources}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)  # what JSON says of texts, numbers and truths, TOML says too
