"""One WebSocket: a bounded outbox with one writer, reading that can be interrupted, and a watch over both."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import WSMessage, WSMsgType, web

from signaling.codes import CloseCode
from signaling.ids import Conn
from signaling.limits import MAX_FRAME_BYTES, MESSAGES, TokenBucket
from signaling.outbox import Outbox

PROTOCOL = "consilium.visit.v1"
CLOSED_NORMALLY = 1000  # RFC 6455 section 7.4.1
MAX_NOTE_BYTES = 123  # RFC 6455 section 5.5: 125 bytes in a control frame, two of them the code

_OVER = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a socket may take, in seconds."""

    hello: float = 5.0
    hello_again: float = 60.0
    ping_after: float = 8.0
    dead_after: float = 16.0
    close: float = 2.0


class Wire:
    """Between one browser and the room. Only its own handler ever waits for it."""

    def __init__(self, conn: Conn, request: web.Request, *, patience: Patience, seconds: Callable[[], float]) -> None:
        self.conn = conn
        self.close_code: CloseCode | None = None
        self._request = request
        self._patience = patience
        self._seconds = seconds
        self._websocket = web.WebSocketResponse(
            protocols=(PROTOCOL,),
            compress=False,
            autoping=False,
            timeout=patience.close,
            max_msg_size=MAX_FRAME_BYTES + 1,  # aiohttp refuses what reaches this
        )
        self._outbox = Outbox()
        self._reading: asyncio.Timeout | None = None
        self._note = ""
        self._cut = False
        self._pinged = False
        self._heard_at = seconds()
        self._pings = TokenBucket(MESSAGES, seconds=self._heard_at)

    @property
    def closing(self) -> bool:
        """Whether nothing more is read."""
        return self.close_code is not None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[web.WebSocketResponse]:
        """Upgrade, write in the background, and in the end close, soon and for sure."""
        await self._websocket.prepare(self._request)
        writer = asyncio.create_task(self._write())
        try:
            yield self._websocket
        finally:
            await self._shut(writer)

    def send(self, payload: bytes) -> None:
        """Put a message into the outbox; a reader that is too slow for it is cut off."""
        self._put(WSMsgType.TEXT, payload)

    def close(self, code: CloseCode, note: str = "") -> None:
        """Read nothing more, send what is in the outbox, then close. The first code counts."""
        if self.close_code is None:
            self.close_code = code
            self._note = note
            self._outbox.finish()
            if self._reading is not None and not self._reading.expired():
                self._reading.reschedule(asyncio.get_running_loop().time())

    def watch(self) -> None:
        """Ping a silent client; cut off one from which no whole frame has come for too long."""
        silent = self._seconds() - self._heard_at
        if silent >= self._patience.dead_after:
            self._cut_off("nothing heard")
        elif silent >= self._patience.ping_after and not self._pinged:
            self._pinged = True
            self._put(WSMsgType.PING, b"")

    async def read(self, *, within: float | None = None) -> str | None:
        """Return the next message; None when the socket is closed, to be closed, or silent for `within` seconds."""
        deadline = None if within is None else asyncio.get_running_loop().time() + within
        while not self.closing:
            frame = await self._receive(deadline)
            if frame is None or frame.type in _OVER:
                return None
            self._heard_at = self._seconds()
            self._pinged = False
            if frame.type is WSMsgType.TEXT:
                return str(frame.data)
            self._answer(frame)
        return None

    async def _receive(self, deadline: float | None) -> WSMessage | None:
        try:
            async with asyncio.timeout_at(deadline) as self._reading:
                return await self._websocket.receive()
        except TimeoutError:
            self._cut_off("no message in time")
            return None
        finally:
            self._reading = None

    def _answer(self, frame: WSMessage) -> None:
        if frame.type is WSMsgType.BINARY:
            self.close(CloseCode.BAD_FRAME, "binary")
        elif frame.type is WSMsgType.PING:
            if not self._pings.take(1, seconds=self._heard_at):
                self.close(CloseCode.RATE, "too many pings")
            self._put(WSMsgType.PONG, frame.data)

    def _put(self, kind: WSMsgType, payload: bytes) -> None:
        if not self._outbox.put(kind, payload):
            self._cut_off("the outbox is full")

    def _cut_off(self, note: str) -> None:
        if not self.closing:
            self._cut = True
            self.close(CloseCode.SLOW_CONSUMER, note)

    async def _write(self) -> None:
        try:
            while (frame := await self._outbox.take()) is not None:
                kind, payload = frame
                await self._websocket.send_frame(payload, kind)
        except ConnectionError:
            self._outbox.finish()  # the reading side notices, too

    async def _shut(self, writer: asyncio.Task[None]) -> None:
        self._outbox.finish()
        if self._cut:
            writer.cancel()
        try:
            async with asyncio.timeout(self._patience.close):
                await asyncio.wait({writer})
                await self._websocket.close(code=self.close_code or CLOSED_NORMALLY, message=_short(self._note))
        except TimeoutError:
            self._abort()
        finally:
            writer.cancel()
            await asyncio.wait({writer})

    def _abort(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()


def _short(note: str) -> bytes:
    return note.encode()[:MAX_NOTE_BYTES].decode(errors="ignore").encode()
