"""The whole suite, after installing what it needs and may install. Arguments go to pytest."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from server.commands.environment import ROOT, NodePackagesError, provide_node_packages
from server.commands.parts import provide

# What tests write waits for no disk where memory serves as one: every transaction of theirs ends with an fsync.
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders of its own in it
ENOUGH_BYTES = 4 * 1024**3

# In order: a file's tests share a process, and all visits share one (tests/parts/schedule.py).
IN_PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


def main(argv: Sequence[str]) -> int:
    """Run pytest; its exit code is the answer."""
    for part in provide():
        print(f"{part.name} is missing here. Debian's package is {part.package}.", file=sys.stderr)
    try:
        provide_node_packages()
    except NodePackagesError as error:
        print(error, file=sys.stderr)
        return 1
    os.chdir(ROOT)
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    return int(pytest.main([*IN_PARALLEL, *argv]))
