"""Reading a fact sheet: it covers exactly the facts of its policy, or every fault is named. Pure."""

import hashlib
import re
from datetime import timedelta

from server.domain.facts.load_entry import Ages, Surroundings, Words, read_entry
from server.domain.facts.sheet import Entry, FactSheet
from server.domain.policy import Policy, PolicyFault, PolicyFaultsError, Stage
from server.domain.policy.table import Table, parse_toml

DURATION = re.compile(r"([1-9][0-9]{0,4})(min|h|d)")
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def load_fact_sheet(data: bytes, policy: Policy) -> FactSheet:
    """Read a fact sheet.

    Raises:
        PolicyFaultsError: the sheet has faults, or does not fit the policy; all of them are named.
    """
    faults: list[PolicyFault] = []
    root = Table(parse_toml(data), "", faults)
    version = _read_head(root.table("sheet"), policy)
    surroundings = Surroundings(policy, _read_words(root.table("words")), _read_ages(root.table("ages")))
    entries = _read_entries(root.table("facts"), surroundings)
    root.finish()
    if faults:
        raise PolicyFaultsError(faults)
    return FactSheet(policy, version, hashlib.sha256(data).hexdigest(), data, entries)


def _read_head(head: Table, policy: Policy) -> str:
    if head.text("policy") != policy.id:
        head.fault(f"must be {policy.id}", "policy")
    version = head.text("version")
    head.finish()
    return version


def _read_words(table: Table) -> Words:
    words = Words(*(table.text(key) for key in ("yes", "no", "patient_unknown", "staff_unknown")))
    table.finish()
    return words


def _read_ages(section: Table) -> Ages:
    return {name: _read_durations(section.table(name)) for name in section.names()}


def _read_durations(table: Table) -> dict[Stage, timedelta]:
    durations = {stage: _read_duration(table, stage) for stage in Stage if stage in table}
    table.finish()
    return durations


def _read_duration(table: Table, stage: Stage) -> timedelta:
    match = DURATION.fullmatch(table.text(stage))
    if match is None:
        table.fault('must be a whole number and min, h or d, such as "30min"', stage)
        return timedelta()
    return int(match[1]) * UNITS[match[2]]


def _read_entries(section: Table, surroundings: Surroundings) -> dict[str, Entry]:
    policy = surroundings.policy
    entries = {}
    for name in section.names():
        if name in policy.facts:
            entries[name] = read_entry(section.table(name), policy.facts[name], surroundings)
        else:
            section.fault(f"{policy.id} has no such fact", name)
    for name in sorted(policy.facts.keys() - entries.keys()):
        section.fault("is missing", name)
    _check_follow_ups(section, entries)
    return entries


def _check_follow_ups(section: Table, entries: dict[str, Entry]) -> None:
    """Refuse a chain of follow-ups: a form would have to be sent twice to be complete."""
    cases = {name: entry.question.only_if for name, entry in entries.items()}
    for name, case in cases.items():
        if case is not None and cases.get(case.fact) is not None:
            section.fault("may not follow a question that follows another", f"{name}.only_if")
