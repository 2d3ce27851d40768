"""The policy that is shipped, and the data it is accepted by."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.domain.policy import Policy, load_policy

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def policy_bytes() -> bytes:
    return (ROOT / "config/policy/in-person.toml").read_bytes()


@pytest.fixture(scope="session")
def policy(policy_bytes: bytes) -> Policy:
    return load_policy(policy_bytes)


@pytest.fixture(scope="session")
def acceptance() -> dict[str, Any]:
    """The acceptance data that came with the policy, and the cases we added to it, in the same shape."""
    given, added = (json.loads((ROOT / f"config/policy/{name}.json").read_text()) for name in ("cases", "cases-added"))
    baselines = given["baselines"]
    for case in added["cases"] + added["reject_cases"]:
        case["facts"] = baselines[case["stage"]] | case["changed_from_baseline"]
    for cell in given["rule_by_stage_matrix"]:
        cell["facts"] = baselines[cell["stage"]] | cell["set"]
    return given | {name: given[name] + added[name] for name in ("cases", "reject_cases")}
