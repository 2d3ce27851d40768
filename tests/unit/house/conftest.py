"""The files that belong to the repository."""

import subprocess
from pathlib import Path

import pytest

from server.commands.environment import ROOT

LEFT_OUT = frozenset({".git", ".venv", "var", "node_modules", "__pycache__"})  # where there is no git to ask


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file that is in the repository or would be after the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        paths = (path for path in ROOT.rglob("*") if LEFT_OUT.isdisjoint(path.relative_to(ROOT).parts))
    else:
        paths = (ROOT / name for name in listed.split("\0") if name)
    return sorted(path for path in paths if path.is_file())
