"""The last messages to one session, kept so that a lost socket loses none of them."""

from collections import deque

from signaling.limits import RING_BYTES, RING_EVENTS


class Ring:
    """Numbers what is sent and keeps it until it is acknowledged, within limits."""

    __slots__ = ("_bytes", "_kept", "sent")

    def __init__(self) -> None:
        self._kept: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self.sent = 0

    def keep(self, payload: bytes) -> None:
        """Keep the message numbered `sent + 1`; the oldest go when there are too many."""
        self.sent += 1
        self._kept.append((self.sent, payload))
        self._bytes += len(payload)
        while len(self._kept) > RING_EVENTS or self._bytes > RING_BYTES:
            self._drop_oldest()

    def acknowledge(self, seq: int) -> None:
        """Forget everything up to and with `seq`."""
        while self._kept and self._kept[0][0] <= seq:
            self._drop_oldest()

    def after(self, seq: int) -> list[bytes] | None:
        """Return every message after `seq`, or None if some of them are gone."""
        oldest = self._kept[0][0] if self._kept else self.sent + 1
        if seq > self.sent or seq + 1 < oldest:
            return None
        return [payload for number, payload in self._kept if number > seq]

    def _drop_oldest(self) -> None:
        _, payload = self._kept.popleft()
        self._bytes -= len(payload)
