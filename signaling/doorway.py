"""How often somebody may knock at this server: strangers by their address, people by who they are. No I/O, no clock.

Many people share one address: a hospital's. So a knock counts against the address only until somebody has proved who
they are; from then on it counts against them alone.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil

from signaling.codes import CloseCode
from signaling.errors import ViolationError
from signaling.ids import MemberId, VisitId
from signaling.limits import Rate, TokenBucket

MOST_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Knocks:
    """How many a minute are borne: sockets of an address that prove nothing, of a member in a visit, wrong tickets."""

    address: int = 30
    member: int = 10
    failures: int = 5


class TooManyKnocksError(Exception):
    """An address opens sockets too often; `retry_seconds` says when to come again."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__(f"too many sockets; try again in {retry_seconds} s")
        self.retry_seconds = retry_seconds


class Doorway:
    """Counts at the door of one server process."""

    def __init__(self, knocks: Knocks) -> None:
        self._addresses = _Buckets(knocks.address)
        self._members = _Buckets(knocks.member)
        self._failures = _Buckets(knocks.failures)

    def knock(self, address: str, *, seconds: float) -> None:
        """Count a socket against its address.

        Raises:
            TooManyKnocksError: there were too many that proved nothing.
        """
        bucket = self._addresses.of(address, seconds=seconds)
        if not bucket.take(1, seconds=seconds):
            raise TooManyKnocksError(ceil(bucket.wait_ms(1) / 1000))

    def recognise(self, address: str, visit: VisitId, member: MemberId, *, seconds: float) -> None:
        """Count a socket against the member who has proved to be behind it, and no longer against the address.

        Raises:
            ViolationError: 4429, they come too often.
        """
        self._addresses.of(address, seconds=seconds).give(1)
        if not self._members.of((visit, member), seconds=seconds).take(1, seconds=seconds):
            raise ViolationError(CloseCode.RATE, "too many connects")

    def turn_away(self, address: str, *, seconds: float) -> None:
        """Count a wrong ticket. One guest's wrong tickets never shut out the others of an address: theirs are right.

        Raises:
            ViolationError: 4429, there were too many.
        """
        if not self._failures.of(address, seconds=seconds).take(1, seconds=seconds):
            raise ViolationError(CloseCode.RATE, "too many wrong tickets")


class _Buckets:
    """One bucket for each who knocked lately."""

    def __init__(self, a_minute: int) -> None:
        self._rate = Rate(a_minute / 60, a_minute)
        self._buckets: dict[Hashable, TokenBucket] = {}

    def of(self, who: Hashable, *, seconds: float) -> TokenBucket:
        """Return somebody's bucket."""
        if who not in self._buckets and len(self._buckets) >= MOST_BUCKETS:
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.full(seconds=seconds)}
        return self._buckets.setdefault(who, TokenBucket(self._rate, seconds=seconds))
