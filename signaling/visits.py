"""The visits that go on in this process: each is loaded once, and forgotten when nobody is there."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

from signaling.ids import VisitId
from signaling.live import LiveVisit

Load = Callable[[VisitId], Coroutine[None, None, LiveVisit]]


class _Place:
    """Where one visit is, or will be once it is loaded."""

    __slots__ = ("live", "loading", "users")

    def __init__(self) -> None:
        self.live: LiveVisit | None = None
        self.loading = asyncio.Lock()
        self.users = 0


class Visits:
    """One place for each visit that somebody uses."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._places: dict[VisitId, _Place] = {}

    def __iter__(self) -> Iterator[LiveVisit]:
        return iter([place.live for place in self._places.values() if place.live is not None])

    def get(self, visit: VisitId) -> LiveVisit | None:
        """Return a visit if it is loaded."""
        place = self._places.get(visit)
        return place.live if place is not None else None

    @contextmanager
    def kept(self, visit: VisitId) -> Iterator[None]:
        """Keep a visit's place, so that nobody makes a second one."""
        place = self._places.setdefault(visit, _Place())
        place.users += 1
        try:
            yield
        finally:
            place.users -= 1

    async def open(self, visit: VisitId) -> LiveVisit:
        """Return a visit whose place is kept, loading it first if need be.

        Raises:
            JournalUnavailableError: it cannot be loaded now.
        """
        place = self._places[visit]
        async with place.loading:
            if place.live is None:
                place.live = await self._load(visit)
            return place.live

    def forget_idle(self) -> None:
        """Drop every visit that nobody uses and that the journal knows whole."""
        for visit, place in list(self._places.items()):
            if place.users == 0 and (place.live is None or place.live.idle):
                del self._places[visit]
