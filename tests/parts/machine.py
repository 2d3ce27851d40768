"""The machine that all test processes of one run share: whoever holds a promise in seconds against it has it alone.

Two files of this folder are the locks, so that nothing is left behind. Everybody passes the gate one by one, and who
wants the machine alone waits for the others inside it: so they come to an end, and no test that follows overtakes.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCKS = (Path(__file__), Path(__file__).with_name("__init__.py"))


@contextmanager
def the_machine(*, alone: bool, locks: tuple[Path, Path] = LOCKS) -> Iterator[None]:
    """Have a place on the machine for one test, or all of it."""
    gate_file, machine_file = locks
    with machine_file.open() as machine:
        with gate_file.open() as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(machine, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
