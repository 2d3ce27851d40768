"""A policy as the file that says it: the same policy gives the same bytes, and they read as the same policy. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from server.domain.policy.condition import Condition, Group
from server.domain.policy.fact import Fact, FactKind, FactType
from server.domain.policy.policy import Policy
from server.domain.policy.rule import Rule

HEADER = """\
# The in-person rule, as the policy page wrote it. It is not medical or legal advice:
# a clinic's medical director and compliance officer review and sign it before use.
"""

Document = dict[str, Any]  # the tables of a policy file


def document(policy: Policy) -> Document:
    """Give the policy as the tables of its file; where an operand has a name, the name stands there."""
    return {
        "policy": {
            "id": policy.id,
            "version": policy.version,
            "status": policy.status.value,
            "effective_from": policy.effective_from.isoformat(),
        },
        "lists": {name: list(entries) for name, entries in policy.lists.items()},
        "numbers": dict(policy.numbers),
        "dates": {name: day.isoformat() for name, day in policy.dates.items()},
        "facts": {name: _fact(fact) for name, fact in policy.facts.items()},
        "derived": {name: _group(policy.derived[name]) for name in sorted(policy.derived)},
        "rules": [_rule(rule) for rule in policy.rules],
    }


def write(policy: Policy) -> bytes:
    """Write the policy."""
    return write_document(document(policy))


def write_document(tables: Document) -> bytes:
    """Write the tables of a policy file, one fact and one condition a line."""
    return "\n".join([HEADER, *_lines(tables)]).encode()


def _lines(tables: Document) -> Iterator[str]:
    for section in ("policy", "lists", "numbers", "dates", "facts"):
        yield f"[{section}]"
        yield from _entries(tables[section])
        yield ""
    for name, group in tables["derived"].items():
        yield f"[derived.{name}]"
        yield from _entries(group)
        yield ""
    for rule in tables["rules"]:
        yield "[[rules]]"
        yield from _entries(rule)
        yield ""


def _entries(table: Mapping[str, Any]) -> Iterator[str]:
    return (f"{key} = {_toml(value)}" for key, value in table.items())


def _fact(fact: Fact) -> Document:
    said: Document = {"type": fact.type.value, "risk": fact.risk.value}
    if fact.kind is not FactKind.ASKED:
        said["kind"] = fact.kind.value
    if fact.type is FactType.ENUM:
        said["values"] = list(fact.values)
    if fact.type in (FactType.INT, FactType.NUM):
        said |= {"min": fact.minimum, "max": fact.maximum}
    if fact.pattern is not None:
        said["pattern"] = fact.pattern.pattern
    return said


def _group(group: Group) -> Document:
    return {group.quantifier.value: [_condition(condition) for condition in group.conditions]}


def _condition(condition: Condition) -> Document:
    operand = condition.named or condition.operand
    return {"fact": condition.fact, condition.operator.value: list(operand) if isinstance(operand, tuple) else operand}


def _rule(rule: Rule) -> Document:
    head = {
        "id": rule.id,
        "name": rule.name,
        "outcome": rule.outcome.value,
        "at": [stage.value for stage in rule.stages],
    }
    when = {"default": True} if rule.when is None else _group(rule.when)
    return head | when | {"patient": rule.patient, "source": list(rule.sources)}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # What JSON says of texts, numbers and truths TOML says too, but for the one control sign that JSON leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
