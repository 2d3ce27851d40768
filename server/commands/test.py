"""The whole suite, after installing what it needs and may install. Arguments go to pytest."""

import os
import sys
from collections.abc import Sequence

import pytest

from server.commands.environment import ROOT, NodePackagesError, provide_node_packages
from server.commands.parts import provide

# A file's tests share a process and what they build there; in the order of the folders the slow browsers come first.
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
    return int(pytest.main([*IN_PARALLEL, *argv]))
