"""`policy replay`: every kept decision made again from what is kept with it. It changes nothing."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from config.settings import Settings
from server.commands.policy_simulation import NothingToSimulateError, opened
from server.domain.decisions import StoredDecision
from server.domain.facts import FactSheet, load_fact_sheet
from server.domain.ids import CaseId, DecisionId
from server.domain.policy import Policy, PolicyFaultsError, load_policy
from server.domain.replay import differences
from server.services.kept_decisions import FACTS_MAC
from server.storage import decisions
from server.storage.database import Connection
from server.storage.keyring import Keyring, SealBrokenError, UnknownKeyError

T = TypeVar("T")

SEAL = "seal"  # what was kept of it was changed, or cannot be read with these keys


@dataclass(frozen=True, slots=True)
class Replay:
    """How many decisions were made again, and what does not come out as it is kept, by the decision's id."""

    decisions: int
    differ: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Shelf:
    """The policies and sheets that decisions were made by, each read once; None where the bytes do not do any more."""

    policies: dict[str, Policy | None] = field(default_factory=dict)
    sheets: dict[tuple[str, str], FactSheet | None] = field(default_factory=dict)

    async def policy(self, connection: Connection, stored: StoredDecision) -> Policy | None:
        """Read the policy of a decision."""
        name = stored.policy_sha256
        if name not in self.policies:
            body = await decisions.policy_body(connection, name)
            self.policies[name] = _read(body, name, load_policy)
        return self.policies[name]

    async def sheet(self, connection: Connection, stored: StoredDecision, policy: Policy | None) -> FactSheet | None:
        """Read the fact sheet of a decision, which belongs to its policy."""
        name = stored.sheet_sha256
        if name is None or policy is None:
            return None
        if (name, policy.sha256) not in self.sheets:
            body = await decisions.sheet_body(connection, name)
            self.sheets[name, policy.sha256] = _read(body, name, lambda data: load_fact_sheet(data, policy))
        return self.sheets[name, policy.sha256]


def over_the_past(settings: Settings, case: str | None) -> Replay:
    """Make every decision again, or those of one case.

    Raises:
        NothingToSimulateError: there is no database, or not with these keys, or no such case.
    """
    return asyncio.run(_replay(settings, case))


def as_json(found: Replay) -> str:
    """Write it in one line for programs."""
    differ = {decision: list(what) for decision, what in found.differ.items()}
    return json.dumps({"decisions": found.decisions, "differ": differ})


def as_lines(found: Replay) -> str:
    """Write it for people: how many, and each that differs with what differs."""
    same = found.decisions - len(found.differ)
    lines = [f"{same} of {found.decisions} decisions come out as they are kept"]
    lines += [f"  {decision}: {', '.join(what)}" for decision, what in found.differ.items()]
    return "\n".join(lines)


async def _replay(settings: Settings, case: str | None) -> Replay:
    shelf = Shelf()
    differ: dict[str, tuple[str, ...]] = {}
    async with opened(settings) as (database, keyring), database.read() as connection:
        found = await decisions.ids_of(connection, CaseId(case) if case else None)
        if case and not found:
            raise NothingToSimulateError("no decision of this case is kept here")
        for name in found:
            if what := await _differences(connection, name, shelf, keyring):
                differ[name] = what
    return Replay(len(found), differ)


async def _differences(connection: Connection, name: DecisionId, shelf: Shelf, keyring: Keyring) -> tuple[str, ...]:
    try:
        stored = await decisions.get(connection, name)
    except (SealBrokenError, UnknownKeyError, ValueError):
        return (SEAL,)
    policy = await shelf.policy(connection, stored)
    sheet = await shelf.sheet(connection, stored, policy)
    return differences(stored, policy, sheet, lambda data: keyring.mac(FACTS_MAC, data))


def _read(body: bytes | None, name: str, load: Callable[[bytes], T]) -> T | None:
    """Read kept bytes, if they are still those that were hashed."""
    if body is None or sha256(body).hexdigest() != name:
        return None
    try:
        return load(body)
    except PolicyFaultsError:
        return None
