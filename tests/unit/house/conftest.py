"""The files that belong to the repository."""

import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from server.commands.environment import ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file that is in the repository or would be after the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        paths = (path for path in ROOT.rglob("*") if not is_ignored(path))
    else:
        paths = (ROOT / name for name in listed.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def is_ignored(path: Path) -> bool:
    """Whether git would leave the file out, for where there is no git to ask."""
    patterns = [".git", *(line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines())]
    return any(fnmatch(part, pattern) for part in path.relative_to(ROOT).parts for pattern in patterns)
