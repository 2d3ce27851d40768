"""How often a stranger may knock: token buckets a kind and address, in memory of this process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from aiohttp import web

from server.http.api import actor_of
from server.http.client_address import address_of
from server.http.problems import TooManyRequestsError

MOST_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and one more every so often."""

    burst: int
    every: timedelta


LIMITS: Mapping[str, Limit] = {
    "sign-in": Limit(10, timedelta(seconds=6)),
    "code": Limit(20, timedelta(seconds=6)),
    "join": Limit(10, timedelta(seconds=6)),  # a person; a hospital's many patients have one address
    "upload": Limit(1000, timedelta(seconds=1)),  # a person; a folder from a CD is sent file by file
    "invite": Limit(10, timedelta(minutes=6)),  # a person; each sends mail to somebody who did not ask for it
    "ways": Limit(10, timedelta(seconds=6)),  # a person; each answer names them to the relay
    "probe": Limit(6, timedelta(seconds=100)),  # a person; six in ten minutes, each a process for some seconds
    "report": Limit(5, timedelta(minutes=10)),  # a person; each is kept for a month
}


class Buckets:
    """The buckets of all kinds and addresses."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._full_at: dict[tuple[str, str], datetime] = {}

    def take(self, kind: str, who: str) -> None:
        """Take one token.

        Raises:
            TooManyRequestsError: the bucket is empty.
        """
        limit, now = LIMITS[kind], self._clock()
        full_at = max(self._full_at.get((kind, who), now), now) + limit.every
        wait = full_at - now - limit.every * limit.burst
        if wait > timedelta(0):
            raise TooManyRequestsError("That was very often. Please wait a little.", ceil(wait.total_seconds()))
        if len(self._full_at) >= MOST_BUCKETS:
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        self._full_at[kind, who] = full_at


BUCKETS = web.AppKey("buckets", Buckets)


def guard(request: web.Request, kind: str) -> None:
    """Take one token of the address that is asking."""
    request.app[BUCKETS].take(kind, address_of(request))


def guard_person(request: web.Request, kind: str) -> None:
    """Take one token of the person who is asking."""
    request.app[BUCKETS].take(kind, actor_of(request).id)
