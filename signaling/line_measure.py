"""Measures a line over two data channels, of which the other end only echoes, counts, and floods when it is asked to.

`line` is unordered and repeats nothing, so that what is lost stays lost; `control` loses nothing and carries JSON.
What stands on them is written down in PROTOCOL.md, "Probing a line".
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from signaling.line_figures import BIN_MS, FLOOD_BYTES, kbps, loss_pct, rtt_ms
from signaling.probe_frames import Measured

PINGS = 300
PING_EVERY_SECONDS = 0.01
PING_BYTES = 24
FLOOD_SECONDS = 3.0
FLOOD_KBPS = 1350  # with its envelopes a flood is 1.5 Mb/s on the wire
MOST_KBPS = 1500  # nothing faster is looked for
TICK_SECONDS = 0.01
MOST_WAITING_BYTES = 16 * 1024  # a slow line may not have a queue that takes long to go
SETTLE_SECONDS = 0.4  # for what is still under way
SILENCE_SECONDS = 4.0
PING, PONG, FLOOD = 1, 2, 3
HEAD = struct.Struct(">BI")  # kind, number

Byte = Annotated[int, Meta(ge=0, le=2**31)]


class Report(msgspec.Struct, frozen=True):
    """What the other end heard since it was asked last: pings, and bytes of a flood a quarter of a second."""

    pings: Annotated[int, Meta(ge=0, le=1_000_000)]
    bins: Annotated[list[Byte], Meta(max_length=100)]


class SilentError(Exception):
    """The other end does not answer, or not in these words."""


class Channel(Protocol):
    """A data channel."""

    @property
    def bufferedAmount(self) -> int:  # noqa: N802
        """How many bytes wait to be sent."""

    def send(self, data: bytes | str) -> None:
        """Send a message."""


class LineMeasure:
    """One measurement, from the first ping to the figures."""

    def __init__(self, control: Channel, line: Channel, clock: Callable[[], float]) -> None:
        self._control = control
        self._line = line
        self._clock = clock
        self._pinged: dict[int, float] = {}
        self._round_trips: dict[int, float] = {}
        self._flood: list[int] = []
        self._flooded_since: float | None = None
        self._reports: asyncio.Queue[Report | None] = asyncio.Queue()

    def heard_on_control(self, message: bytes | str) -> None:
        """Take a report."""
        try:
            self._reports.put_nowait(msgspec.json.decode(message, type=Report))
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._reports.put_nowait(None)

    def heard_on_line(self, message: bytes | str) -> None:
        """Count a ping that came back, or a piece of a flood."""
        if isinstance(message, str) or len(message) < HEAD.size:
            return
        kind, number = HEAD.unpack_from(message)
        if kind == PONG and number in self._pinged:
            self._round_trips.setdefault(number, self._clock() - self._pinged[number])
        elif kind == FLOOD:
            self._count(len(message))

    async def run(self) -> Measured:
        """Measure round trips and loss, then how much comes down, then how much goes up.

        Raises:
            SilentError: the other end fell silent.
        """
        await self._ping()
        first = await self._ask_for_report()
        if not self._round_trips:
            raise SilentError
        await self._send_flood()
        second = await self._ask_for_report()
        await self._take_flood()
        lost_down, lost_up = loss_pct(PINGS, first.pings), loss_pct(first.pings, len(self._round_trips))
        return Measured(
            rtt_ms=rtt_ms(list(self._round_trips.values())),
            loss_pct=max(lost_down, lost_up),
            down_kbps=min(kbps(second.bins), MOST_KBPS),
            up_kbps=min(kbps(self._flood), MOST_KBPS),
        )

    async def _ping(self) -> None:
        began = self._clock()
        for number in range(PINGS):
            await asyncio.sleep(began + number * PING_EVERY_SECONDS - self._clock())
            self._pinged[number] = self._clock()
            self._line.send(HEAD.pack(PING, number).ljust(PING_BYTES, b"\0"))
        await asyncio.sleep(SETTLE_SECONDS)

    async def _send_flood(self) -> None:
        """Send as much as was agreed, or as the line takes."""
        began, sent = self._clock(), 0
        while (passed := self._clock() - began) < FLOOD_SECONDS:
            due = int(passed * FLOOD_KBPS / 8 * 1000)
            while sent < due and self._line.bufferedAmount < MOST_WAITING_BYTES:
                self._line.send(HEAD.pack(FLOOD, sent // FLOOD_BYTES).ljust(FLOOD_BYTES, b"\0"))
                sent += FLOOD_BYTES
            sent = max(sent, due - MOST_WAITING_BYTES)  # what the line did not take is not made good afterwards
            await asyncio.sleep(TICK_SECONDS)
        await asyncio.sleep(SETTLE_SECONDS)

    async def _take_flood(self) -> None:
        """Let the other end send as much, and count what comes."""
        flood = {"ask": "flood", "kbps": FLOOD_KBPS, "ms": int(FLOOD_SECONDS * 1000), "bytes": FLOOD_BYTES}
        self._control.send(msgspec.json.encode(flood).decode())
        await asyncio.sleep(FLOOD_SECONDS + SETTLE_SECONDS)
        await self._ask_for_report()  # whoever is gone or stuck by now has measured nothing

    async def _ask_for_report(self) -> Report:
        self._control.send('{"ask":"report"}')
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                report = await self._reports.get()
        except TimeoutError as error:
            raise SilentError from error
        if report is None:
            raise SilentError
        return report

    def _count(self, size: int) -> None:
        now = self._clock()
        if self._flooded_since is None:
            self._flooded_since = now
        index = int((now - self._flooded_since) * 1000) // BIN_MS
        if index < 100:
            self._flood.extend([0] * (index + 1 - len(self._flood)))
            self._flood[index] += size
