"""The repository stands on its own: it names no place that only its makers have."""

import re
from pathlib import Path

from server.commands.environment import ROOT

# Written in two halves, so that this file does not hold what it looks for.
HOSTS = ("py" + "pi.org", "python" + "hosted", "npm" + "js.", "yarn" + "pkg", "deb." + "debian")
FOLDERS = ("wo" + "rk", "ro" + "ot", "op" + "t", "ho" + "me", "tm" + "p/bash")
LOCAL = re.compile(
    "|".join([*map(re.escape, HOSTS), rf"(?<![\w.*}}/-])/({'|'.join(FOLDERS)})/", "shar" + "ed/(design|policy|tools)"])
)


def lines(path: Path) -> list[str]:
    """The file's lines; none if it is a lock, a picture, a font or somebody else's."""
    content = path.read_bytes()
    theirs = "vendor" in path.parts or path.suffix == ".lock" or b"\0" in content
    return [] if theirs else content.decode().splitlines()


def test_nothing_names_a_registry_or_a_folder_of_one_machine(files: list[Path]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(lines(path), start=1)
        if LOCAL.search(line)
    ]

    assert not found, "\n".join(found)
