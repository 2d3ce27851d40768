"""A kept decision made again: the same policy bytes and the same facts have to give the same answer, for ever. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from server.domain.decisions import StoredDecision
from server.domain.facts import FactSheet
from server.domain.policy import ENGINE_VERSION, FactsError, Policy, canonical, decide

Mac = Callable[[bytes], str]  # the keyed digest of a decision's facts

DECIDED = ("outcome", "fired", "unknown_rules", "asks", "resolved", "safety_screen_incomplete", "provisional")

ENGINE = "engine"  # it was made by another engine than this one, which cannot make it again
POLICY = "policy"  # the policy's bytes are not kept, not those that were hashed, or not to be read any more
SHEET = "sheet"  # the same of the fact sheet
FACTS_MAC = "facts_mac"  # the facts are not those that were digested under this deployment's key
FACTS = "facts"  # the policy does not accept them
AGES = "ages"  # a fact was too old for the step
APPROVALS = "approvals"  # a rule was lifted, and nobody is named who approved it


def differences(stored: StoredDecision, policy: Policy | None, sheet: FactSheet | None, mac: Mac) -> tuple[str, ...]:
    """Name what does not come out as it is kept; nothing where the decision stands.

    `policy` and `sheet` are read from the kept bytes, None where that cannot be done.
    """
    if stored.engine != ENGINE_VERSION:
        return (ENGINE,)
    if policy is None or policy.sha256 != stored.policy_sha256:
        return (POLICY,)
    facts = {name: fact["value"] for name, fact in stored.facts.items()}
    found = [] if mac(canonical(facts)) == stored.facts_mac else [FACTS_MAC]
    found += _decided(stored, policy, facts)
    if not set(stored.resolved) <= {one["rule"] for one in stored.approvals}:
        found.append(APPROVALS)
    if stored.sheet_sha256 is not None:
        found += [SHEET] if sheet is None or sheet.sha256 != stored.sheet_sha256 else _aged(stored, sheet)
    return tuple(found)


def _decided(stored: StoredDecision, policy: Policy, facts: Mapping[str, Any]) -> list[str]:
    try:
        again = decide(policy, stored.stage, facts).plain()
    except FactsError:
        return [FACTS]
    return [name for name in DECIDED if again[name] != getattr(stored, name)]


def _aged(stored: StoredDecision, sheet: FactSheet) -> list[str]:
    return [AGES] if any(not _fresh(name, stored, sheet) for name in stored.facts) else []


def _fresh(name: str, stored: StoredDecision, sheet: FactSheet) -> bool:
    fact = stored.facts[name]
    age = stored.decided_at - datetime.fromisoformat(fact["said_at"])
    most = sheet.entries[name].max_age.get(stored.stage) if name in sheet.entries else None
    return most is None or age <= most or fact.get("stands") is True
