"""What happens to a test when this machine lacks what it needs.

A missing part can be installed: the test is skipped and named at a desk, and fails in CI. A missing permission cannot:
the test is skipped and named in both.
"""

import os
from pathlib import Path

import pytest

from server.commands.parts import Part

PREFIX = "this machine lacks "


def require(part: Part) -> Path:
    """Where the part is; without it the test that asks is skipped, or fails where `CI` is set."""
    found = part.find()
    if found:
        return found
    words = f"{PREFIX}{part.name} (Debian: {part.package})"
    if os.environ.get("CI"):
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def require_permission(name: str, *, granted: bool) -> None:
    """Skip the test that asks, and name it, where the machine does not let it."""
    if not granted:
        pytest.skip(f"{PREFIX}{name}")
