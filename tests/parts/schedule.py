"""Which process runs which tests: a file's tests share one, and all tests that send pictures share one together."""

from pathlib import PurePath

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

PICTURES = "pictures"


def sends_pictures(path: PurePath) -> bool:
    """Whether the tests of a file are visits, which starve each other on two cores."""
    return path.parent.name == "e2e" and path.name.startswith(("test_visit_", "test_journey"))


class Schedule(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out files in their order, and the visits as one."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return PICTURES if sends_pictures(PurePath(file)) else file
