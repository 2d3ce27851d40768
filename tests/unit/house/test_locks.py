"""What is installed is what the lock files name: pinned, hashed, complete, and from no particular place."""

import json
import tomllib
from itertools import chain
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from server.commands.environment import NODE_PACKAGES, ROOT

RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


def locked(lock: str) -> list[tuple[Requirement, list[str]]]:
    """The requirements of a lock file, each with its hashes."""
    lines = (ROOT / lock).read_text().replace("\\\n", " ").splitlines()
    split = (line.split(" --hash=") for line in lines if line.strip())
    return [(Requirement(first), hashes) for first, *hashes in split]


def wanted(lock: str) -> list[Requirement]:
    """The requirements of pyproject.toml that the lock file has to meet."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]["dev"] if lock == DEVELOPMENT else []
    return [Requirement(line) for line in chain(project["project"]["dependencies"], groups)]


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPMENT, "tests/js/package-lock.json", "tests/js/.npmrc"])
def test_no_lock_names_an_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    loose = [
        str(package) for package, hashes in locked(lock) if not hashes or not str(package.specifier).startswith("==")
    ]

    assert not loose


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_a_lock_meets_what_the_project_asks_for(lock: str) -> None:
    pins: dict[str, list[str]] = {}
    for package, _ in locked(lock):
        pins.setdefault(canonicalize_name(package.name), []).append(str(package.specifier).removeprefix("=="))
    unmet = [
        str(asked)
        for asked in wanted(lock)
        if not all(asked.specifier.contains(pin) for pin in pins.get(canonicalize_name(asked.name), ["none"]))
    ]

    assert not unmet


def test_development_runs_on_what_production_runs_on() -> None:
    development = {str(package) for package, _ in locked(DEVELOPMENT)}

    assert not [str(package) for package, _ in locked(RUNTIME) if str(package) not in development]


def test_the_node_lock_is_that_of_its_package_file() -> None:
    package = json.loads((NODE_PACKAGES / "package.json").read_text())
    entries = json.loads((NODE_PACKAGES / "package-lock.json").read_text())["packages"]

    assert entries[""]["devDependencies"] == package["devDependencies"]
    assert all("integrity" in entry and "resolved" not in entry for path, entry in entries.items() if path)
