"""A part that this machine lacks is never passed over in silence."""

import os
import subprocess
import sys
from pathlib import Path

from server.commands.environment import ROOT

NEEDS_CHROMIUM = "tests/integration/parts/test_browser.py::test_a_picture_without_words_is_not_accessible"


def run_without_chromium(folder: Path, **environment: str) -> tuple[int, list[str]]:
    """Run one test on a machine whose PATH is an empty folder: pytest's exit code, and its last two lines."""
    inherited = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", NEEDS_CHROMIUM]
    done = subprocess.run(
        command, cwd=ROOT, env=inherited | {"PATH": str(folder)} | environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout.splitlines()[-2:]


def test_at_a_desk_the_last_lines_name_it(tmp_path: Path) -> None:
    code, (named, closing) = run_without_chromium(tmp_path)

    assert code == 0
    assert named == "NOT RUN: 1 tests, because this machine lacks Chromium (Debian: chromium)."
    assert closing.startswith("1 skipped")


def test_in_ci_it_fails(tmp_path: Path) -> None:
    code, (_, closing) = run_without_chromium(tmp_path, CI="true")

    assert code == 1
    assert closing.startswith("1 error")
