"""The machine that all test processes of one run share; who holds a promise in seconds has it alone.

Two files of this folder are the locks, so that nothing is left behind. Everybody passes the gate one by one, and who
wants the machine alone waits for the others inside it: so they come to an end, and no test that follows overtakes.
"""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

LOCKS = tuple(Path(__file__).with_name(name) for name in ("machine.py", "__init__.py"))


@contextmanager
def the_machine(*, alone: bool, locks: tuple[Path, ...] = LOCKS) -> Iterator[None]:
    """Have a place on the machine for one test, or all of it `alone`."""
    with ExitStack() as stack:
        gate, machine = (stack.enter_context(lock.open()) for lock in locks)
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(machine, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
