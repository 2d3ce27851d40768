"""Who wants the machine alone gets it, and nobody overtakes."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tests.parts.machine import the_machine


def test_who_wants_the_machine_alone_waits_for_the_others_and_is_not_overtaken(tmp_path: Path) -> None:
    locks = locks_in(tmp_path)
    order: list[str] = []
    first_in, may_go = Event(), Event()

    def first() -> None:
        with the_machine(alone=False, locks=locks):
            first_in.set()
            may_go.wait(10)
            order.append("first goes")

    def take(name: str, *, alone: bool) -> None:
        with the_machine(alone=alone, locks=locks):
            order.append(name)

    with ThreadPoolExecutor(3) as threads:
        running = [threads.submit(first)]
        assert first_in.wait(10)
        with the_machine(alone=False, locks=locks):
            order.append("second comes beside it")
        running.append(threads.submit(take, "alone", alone=True))
        while not _is_held(locks[0]):
            pass
        running.append(threads.submit(take, "after it", alone=False))
        may_go.set()
        for each in running:
            each.result(10)

    assert order == ["second comes beside it", "first goes", "alone", "after it"]


def locks_in(folder: Path) -> tuple[Path, ...]:
    locks = tuple(folder / name for name in ("gate", "machine"))
    for lock in locks:
        lock.touch()
    return locks


def _is_held(lock: Path) -> bool:
    with lock.open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
