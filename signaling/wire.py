"""One WebSocket: a bounded outbox for what cannot go at once, reading that can be cut short, and a watch over both."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import WSMessage, WSMsgType, web

from signaling.codes import CloseCode
from signaling.frame import frame
from signaling.ids import Conn
from signaling.limits import MAX_FRAME_BYTES, MESSAGES, TokenBucket
from signaling.outbox import Outbox

PROTOCOL = "consilium.visit.v1"
MAX_IN_TRANSPORT_BYTES = 65_536  # what the kernel has not taken yet; more waits in the outbox
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
        self._transport: asyncio.Transport | None = None
        self._outbox = Outbox()
        self._alarm = asyncio.timeout(None)
        self._reading = False
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
        self._transport = self._request.transport
        writer = asyncio.create_task(self._write())
        try:
            async with self._alarm:
                yield self._websocket
        except TimeoutError:
            if not self._alarm.expired():  # somebody else's
                raise
            self._cut_off("no message in time")
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
            if self._reading and not self._alarm.expired():
                self._alarm.reschedule(asyncio.get_running_loop().time())

    def watch(self) -> None:
        """Ping a silent client; cut off one from which no whole frame has come for too long.

        Silence counts while this listens: who waits for a busy server would be cut off, come again and make it busier.
        """
        if not self._reading:
            self._heard_at = self._seconds()
        silent = self._seconds() - self._heard_at
        if silent >= self._patience.dead_after:
            self._cut_off("nothing heard")
        elif silent >= self._patience.ping_after and not self._pinged:
            self._pinged = True
            self._put(WSMsgType.PING, b"")

    async def read(self, *, within: float | None = None) -> str | None:
        """Return the next message; None when the socket is closed or to be closed.

        Silence for `within` seconds, and `close` while this waits, end the whole `open` block, by one alarm a socket:
        one a message would be a twentieth of what the message costs.
        """
        deadline = None if within is None else asyncio.get_running_loop().time() + within
        while not self.closing:
            message = await self._receive(deadline)
            if message.type in _OVER:
                return None
            self._heard_at = self._seconds()
            self._pinged = False
            if message.type is WSMsgType.TEXT:
                return str(message.data)
            self._answer(message)
        return None

    async def _receive(self, deadline: float | None) -> WSMessage:
        if deadline is not None:
            self._alarm.reschedule(deadline)
        self._reading = True
        try:
            return await self._websocket.receive()
        finally:
            self._reading = False
            if self._alarm.when() is not None and not self._alarm.expired():
                self._alarm.reschedule(None)  # whatever else is waited for is not to be interrupted

    def _answer(self, frame: WSMessage) -> None:
        if frame.type is WSMsgType.BINARY:
            self.close(CloseCode.BAD_FRAME, "binary")
        elif frame.type is WSMsgType.PING:
            if not self._pings.take(1, seconds=self._heard_at):
                self.close(CloseCode.RATE, "too many pings")
            self._put(WSMsgType.PONG, frame.data)

    def _put(self, kind: WSMsgType, payload: bytes) -> None:
        if self._outbox.empty and self._transport is not None and _flows(self._transport):
            self._transport.write(frame(kind, payload))  # a turn of the writer costs a third of a message
        elif not self._outbox.put(kind, payload):
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
            self._outbox.clear()  # the writer is not cancelled: with it would be the draining that a close waits for
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
        if self._transport is not None:
            self._transport.abort()


def _flows(transport: asyncio.Transport) -> bool:
    return not transport.is_closing() and transport.get_write_buffer_size() < MAX_IN_TRANSPORT_BYTES


def _short(note: str) -> bytes:
    return note.encode()[:MAX_NOTE_BYTES].decode(errors="ignore").encode()
