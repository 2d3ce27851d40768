"""The sheet that is shipped with the policy, and one instant to stand at."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.domain.facts import FactSheet, load_fact_sheet
from server.domain.policy import Policy, load_policy

SHIPPED = Path(__file__).resolve().parents[3] / "config" / "policy"


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy((SHIPPED / "in-person.toml").read_bytes())


@pytest.fixture(scope="session")
def sheet_bytes() -> bytes:
    return (SHIPPED / "facts.toml").read_bytes()


@pytest.fixture(scope="session")
def sheet(sheet_bytes: bytes, policy: Policy) -> FactSheet:
    return load_fact_sheet(sheet_bytes, policy)


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
