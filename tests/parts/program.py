"""Programs that run to their end."""

import subprocess
from collections.abc import Sequence
from pathlib import Path


class ProgramError(Exception):
    """A program failed; what it said is the message."""


def run(command: Sequence[str | Path], cwd: Path | None = None) -> None:
    """Run a program.

    Raises:
        ProgramError: it failed.
    """
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise ProgramError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
