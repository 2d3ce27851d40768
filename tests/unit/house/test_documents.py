"""What is written down can be followed: the commands exist, and links lead somewhere."""

import re
from pathlib import Path

from server.commands.__main__ import COMMANDS
from server.commands.environment import ROOT

COMMAND = re.compile(r"python3 run\.py ([a-z]+)")
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")


def pages(files: list[Path]) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in files if path.suffix == ".md"}


def test_every_command_that_is_written_about_exists(files: list[Path]) -> None:
    unknown = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in pages(files).items()
        for name in COMMAND.findall(text)
        if name not in COMMANDS
    ]

    assert not unknown


def test_every_link_leads_to_a_file(files: list[Path]) -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, text in pages(files).items()
        for target in LINK.findall(text)
        if not (path.parent / target).exists()
    ]

    assert not broken
