"""The way in: `run.py` is small and needs nothing, and every command that it offers exists."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from server.commands.__main__ import COMMANDS, NO_SUCH_COMMAND, main
from server.commands.environment import ROOT

RUN = ROOT / "run.py"
MOST_LINES = 99
COMMAND_LINE = re.compile(r"python3 run\.py(?: ([a-z]+))?")


def test_the_way_in_is_short_and_needs_nothing() -> None:
    source = RUN.read_text()
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}

    assert len(source.splitlines()) <= MOST_LINES
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_help_comes_before_anything_is_installed(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_bytes(RUN.read_bytes())
    (tmp_path / "server").symlink_to(ROOT / "server")
    done = subprocess.run([sys.executable, "-S", "run.py", "--help"], cwd=tmp_path, capture_output=True, text=True)

    assert all(f"  {name}" in done.stdout for name in COMMANDS)
    assert not (tmp_path / ".venv").exists()


def test_an_unknown_command_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cook"]) == NO_SUCH_COMMAND
    assert "check" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_module(name: str) -> None:
    assert callable(import_module(COMMANDS[name].module).main)


def test_ci_runs_both_commands() -> None:
    script = ROOT / ".ci" / "run"

    assert script.stat().st_mode & 0o100
    assert COMMAND_LINE.findall(script.read_text()) == ["check", "test"]
