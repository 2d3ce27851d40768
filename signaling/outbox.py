"""What one socket still has to be told: bounded, so that one slow reader costs nobody else anything."""

import asyncio
from collections import deque

from aiohttp import WSMsgType

MAX_MESSAGES = 512
MAX_BYTES = 1_048_576

Frame = tuple[WSMsgType, bytes]


class Outbox:
    """Frames in order, until it is finished."""

    __slots__ = ("_bytes", "_finished", "_frames", "_news")

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._finished = False
        self._news = asyncio.Event()

    @property
    def empty(self) -> bool:
        """Whether everything has been taken and more may come."""
        return not self._frames and not self._finished

    def put(self, kind: WSMsgType, payload: bytes) -> bool:
        """Add a frame; False if the reader is too slow for it. Nothing is added to a finished outbox."""
        if self._finished:
            return True
        self._frames.append((kind, payload))
        self._bytes += len(payload)
        self._news.set()
        return len(self._frames) <= MAX_MESSAGES and self._bytes <= MAX_BYTES

    def finish(self) -> None:
        """Take nothing more; what is in it is still to be sent."""
        self._finished = True
        self._news.set()

    def clear(self) -> None:
        """Let go of what has not been taken."""
        self._frames.clear()
        self._bytes = 0

    async def take(self) -> Frame | None:
        """Return the next frame when there is one, or None after the last."""
        while not self._frames:
            if self._finished:
                return None
            self._news.clear()
            await self._news.wait()
        kind, payload = self._frames.popleft()
        self._bytes -= len(payload)
        return kind, payload
