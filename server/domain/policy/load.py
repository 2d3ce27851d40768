"""Reading a whole policy: it stands, or every fault is named. Pure: bytes in, value out."""

import hashlib
from collections.abc import Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter

from server.domain.policy.condition import Group
from server.domain.policy.decision import decide
from server.domain.policy.errors import PolicyFault, PolicyFaultsError
from server.domain.policy.fact import Fact, is_full_date
from server.domain.policy.load_conditions import Vocabulary, derived_fact, read_group, refuse_unknown
from server.domain.policy.load_facts import read_facts
from server.domain.policy.load_rules import read_rules
from server.domain.policy.outcome import RANK, Outcome
from server.domain.policy.policy import Policy, PolicyStatus
from server.domain.policy.stage import Stage
from server.domain.policy.table import Table, parse_toml


def load_policy(data: bytes) -> Policy:
    """Read a policy file.

    Raises:
        PolicyFaultsError: the file has faults; all of them are named.
    """
    faults: list[PolicyFault] = []
    root = Table(parse_toml(data), "", faults)
    policy_id, version, status, effective_from = _read_head(root.table("policy"))
    facts = read_facts(root.table("facts"))
    vocabulary = _read_vocabulary(root, facts)
    derived = _read_derived(root.table("derived"), vocabulary)
    rules = read_rules(root, vocabulary)
    root.finish()
    if faults:
        raise PolicyFaultsError(faults)
    policy = Policy(
        id=policy_id,
        version=version,
        status=status,
        effective_from=effective_from,
        sha256=hashlib.sha256(data).hexdigest(),
        lists=vocabulary.lists,
        numbers=vocabulary.numbers,
        dates={name: date.fromisoformat(day) for name, day in vocabulary.dates.items()},
        facts=facts,
        derived=derived,
        rules=rules,
    )
    if silent := [stage for stage in Stage if not _is_asked(policy, stage)]:
        problem = f"nothing is asked at {', '.join(silent)}, so video would be the answer to an unknown"
        raise PolicyFaultsError([PolicyFault("rules", problem)])
    return policy


def _is_asked(policy: Policy, stage: Stage) -> bool:
    """Tell whether somebody has to say something before the step can go on by video."""
    return RANK[decide(policy, stage, {}).outcome] >= RANK[Outcome.NEEDS_INFORMATION]


def _read_head(head: Table) -> tuple[str, str, PolicyStatus, date]:
    policy_id, version, status = head.text("id"), head.text("version"), head.choice("status", PolicyStatus)
    effective_from = date.fromisoformat(_read_day(head, "effective_from"))
    head.finish()
    return policy_id, version, status, effective_from


def _read_vocabulary(root: Table, facts: Mapping[str, Fact]) -> Vocabulary:
    lists, numbers, dates, derived = (root.table(section) for section in ("lists", "numbers", "dates", "derived"))
    for name in derived.names():
        if name in facts:
            derived.fault("is a given fact already", name)
    return Vocabulary(
        facts={**facts, **{name: derived_fact(name) for name in derived.names()}},
        lists={name: lists.texts(name) for name in lists.names()},
        numbers={name: numbers.number(name) for name in numbers.names()},
        dates={name: _read_day(dates, name) for name in dates.names()},
    )


def _read_day(table: Table, key: str) -> str:
    day = table.text(key)
    if day and not is_full_date(day):
        table.fault('must be a day written "YYYY-MM-DD"', key)
    return day if is_full_date(day) else date.min.isoformat()


def _read_derived(section: Table, vocabulary: Vocabulary) -> dict[str, Group]:
    """Read the derived facts, each after those it reads."""
    groups = {}
    for name in section.names():
        table = section.table(name)
        groups[name] = read_group(table, vocabulary)
        refuse_unknown(table, groups[name], "a derived fact must stay unknown while what it reads is unknown")
        table.finish()
    try:
        order = list(
            TopologicalSorter({name: group.facts & groups.keys() for name, group in groups.items()}).static_order()
        )
    except CycleError as error:
        section.fault(f"these read each other in a circle: {', '.join(error.args[1])}")
        return {}
    return {name: groups[name] for name in order}
