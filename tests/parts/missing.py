"""What happens to a test when this machine lacks a part it needs: skipped and named at a desk, failed in CI."""

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
