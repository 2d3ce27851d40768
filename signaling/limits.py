"""What one client may use, and token buckets that hold it to that."""

from dataclasses import dataclass

MAX_FRAME_BYTES = 65_536
MAX_SDP_BYTES = 32_768
MAX_CANDIDATE_BYTES = 1_024
MAX_CANDIDATES_PER_MESSAGE = 20
MAX_CANDIDATES_PER_NEGOTIATION = 100
MAX_CHAT_BYTES = 4_096
MAX_LABEL_CHARACTERS = 80
MAX_MEMBERS = 8
MAX_SEATS = 24
MAX_CHAT_KEPT = 200
MAX_CHAT_SHOWN_BYTES = 65_536  # a snapshot has to fit into the ring

RING_EVENTS = 512
RING_BYTES = 262_144
REPLIES_KEPT = 64

RESUME_WINDOW_SECONDS = 120.0
LINK_EVIDENCE_SECONDS = 30.0
UNSTABLE_AFTER_SECONDS = 7.5  # a page pings every five
RECOVERY_SECONDS = 30.0
END_GRACE_SECONDS = 10.0
ACK_AFTER_SECONDS = 1.0

PING_MS = 5_000
DEAD_MS = 15_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, so many at once."""

    per_second: float
    burst: float


MESSAGES = Rate(50, 200)
BYTES = Rate(262_144, 524_288)
COMMANDS = Rate(5, 20)


class TokenBucket:
    """Holds one client to a rate. Starts full."""

    __slots__ = ("_at", "_rate", "_tokens")

    def __init__(self, rate: Rate, *, seconds: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._at = seconds

    def take(self, cost: float, *, seconds: float) -> bool:
        """Take `cost` tokens at the monotonic time `seconds`, or nothing and say False."""
        self._fill(seconds)
        if self._tokens < cost:
            return False
        self._tokens -= cost
        return True

    def give(self, tokens: float) -> None:
        """Give tokens back that were taken."""
        self._tokens = min(self._rate.burst, self._tokens + tokens)

    def full(self, *, seconds: float) -> bool:
        """Whether nothing is missing."""
        self._fill(seconds)
        return self._tokens >= self._rate.burst

    def wait_ms(self, cost: float) -> int:
        """Say in how many milliseconds `cost` tokens will be there."""
        return max(1, round((cost - self._tokens) / self._rate.per_second * 1000))

    def _fill(self, seconds: float) -> None:
        elapsed = seconds - self._at
        if elapsed > 0:
            self._at = seconds
            self._tokens = min(self._rate.burst, self._tokens + elapsed * self._rate.per_second)
