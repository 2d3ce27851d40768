"""The process that probes one line: `python -m signaling.probe`, a job on standard input, frames on standard output.

It ends when the probe has, after twenty seconds, or when nobody holds the other end of its standard input any more. It
has no files, little memory and little time; whatever goes wrong beyond the known ends it without another word.
"""

import asyncio
import copy
import os
import resource
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
from aioice.candidate import Candidate
from aioice.ice import Connection, StunProtocol
from aiortc import RTCConfiguration, RTCDataChannel, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.exceptions import InvalidStateError
from aiortc.rtcconfiguration import RTCIceTransportPolicy

from signaling.line_measure import LineMeasure, SilentError
from signaling.payloads import IceConfig
from signaling.probe_frames import (
    MAX_FRAME_BYTES,
    Answered,
    BrokenOff,
    Frame,
    Job,
    Measured,
    NeverOpened,
    Opened,
    encode,
)
from signaling.probe_offer import trimmed

MAX_SECONDS = 20
OPENS_WITHIN_SECONDS = 8
CLOSES_WITHIN_SECONDS = 1
MAX_MEMORY_BYTES = 1024 * 1024 * 1024
MAX_RECEIVED_BYTES = 2 * 1024 * 1024  # nobody who keeps to what was agreed sends half of it
LOOPBACK = "127.0.0.1"
BEHIND_VISITS = 5  # people who are in a visit have the machine first

Tell = Callable[[Frame], None]
Result = TypeVar("Result")


def main() -> None:
    """Do one job."""
    os.nice(BEHIND_VISITS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asyncio.run(_serve())


async def _serve() -> None:
    asked = await _standard_input()
    job = msgspec.json.decode(await asked.readline(), type=Job)
    probing, nobody = asyncio.create_task(_probe(job, _say)), asyncio.create_task(asked.read())
    await asyncio.wait({probing, nobody}, timeout=MAX_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    probing.cancel()
    with suppress(asyncio.CancelledError):
        await probing


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=MAX_FRAME_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def _say(frame: Frame) -> None:
    sys.stdout.buffer.write(encode(frame))
    sys.stdout.buffer.flush()


async def _probe(job: Job, tell: Tell) -> None:
    connection = RTCPeerConnection(_configuration(job.ice))
    try:
        control = connection.createDataChannel("control", negotiated=True, id=0)
        line = connection.createDataChannel("line", negotiated=True, id=1, ordered=False, maxRetransmits=0)
        gone = _gone(connection, control)
        opened = _opened(line)
        await connection.setRemoteDescription(RTCSessionDescription(trimmed(job.offer), "offer"))
        await _gather(connection, loopback=job.loopback and job.ice.ice_transport_policy == "all")
        await connection.setLocalDescription()
        tell(Answered(connection.localDescription.sdp))
        if not await _before(gone, opened.wait(), within=OPENS_WITHIN_SECONDS):
            return tell(NeverOpened())
        tell(Opened())
        tell(await _measured(gone, control, line))
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSES_WITHIN_SECONDS):
                await connection.close()


async def _measured(gone: asyncio.Event, control: RTCDataChannel, line: RTCDataChannel) -> Measured | BrokenOff:
    measure = LineMeasure(control, line, asyncio.get_running_loop().time)
    control.on("message", measure.heard_on_control)
    line.on("message", measure.heard_on_line)
    try:
        return await _before(gone, measure.run(), within=MAX_SECONDS) or BrokenOff()
    except (SilentError, InvalidStateError):  # the latter: a channel closed a moment before we heard of it
        return BrokenOff()


async def _before(gone: asyncio.Event, work: Coroutine[None, None, Result], *, within: float) -> Result | None:
    """Do the work, unless the other end goes away or time runs out."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(gone.wait())
    try:
        await asyncio.wait({working, leaving}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()


def _opened(line: RTCDataChannel) -> asyncio.Event:
    opened = asyncio.Event()
    line.on("open", opened.set)
    return opened


def _gone(connection: RTCPeerConnection, control: RTCDataChannel) -> asyncio.Event:
    gone = asyncio.Event()

    def look() -> None:
        if connection.connectionState in ("failed", "closed"):
            gone.set()

    connection.on("connectionstatechange", look)
    control.on("close", gone.set)
    return gone


def _configuration(ice: IceConfig) -> RTCConfiguration:
    servers = [RTCIceServer(one.urls, one.username, one.credential) for one in ice.ice_servers]
    return RTCConfiguration(servers, RTCIceTransportPolicy(ice.ice_transport_policy))


async def _gather(connection: RTCPeerConnection, *, loopback: bool) -> None:
    """Find our own addresses and stand behind each as a door that only opens inwards."""
    assert connection.sctp is not None
    gatherer = connection.sctp.transport.transport.iceGatherer
    await gatherer.gather()
    ice: Connection = gatherer._connection
    if loopback:
        ice.stun_server = ice.turn_server = None  # they have been asked
        ice._local_candidates += await ice.get_component_candidates(component=1, addresses=[LOOPBACK])
    for protocol in ice._protocols:
        if protocol.local_candidate.type == "host":
            protocol.local_candidate = _Door.at(protocol.local_candidate)
            protocol.transport.set_protocol(_Doorkeeper(protocol, ice))


class _Door(Candidate):
    """A place of ours that others come to; nothing is ever sent from it to an address that somebody names."""

    @classmethod
    def at(cls, place: Candidate) -> "_Door":
        door = copy.copy(place)
        door.__class__ = cls
        assert isinstance(door, cls)
        return door

    def can_pair_with(self, other: Candidate) -> bool:
        return False


class _Doorkeeper(asyncio.DatagramProtocol):
    """Lets in STUN, which proves who sends it, and DTLS of those who have; drops everything else unread.

    aioice itself takes anything from anybody, and keeps it until it is read.
    """

    def __init__(self, inner: StunProtocol, ice: Connection) -> None:
        self._inner = inner
        self._ice = ice
        self._left = MAX_RECEIVED_BYTES

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Pass a datagram on, or do not. What a first byte means is said in RFC 7983 section 7."""
        if not data:
            return
        if data[0] <= 3:
            self._inner.datagram_received(data, addr)
        elif 20 <= data[0] <= 63 and any(pair.remote_addr == addr[:2] for pair in self._ice._check_list):
            self._left -= len(data)
            if self._left > 0:
                self._inner.datagram_received(data, addr)

    def error_received(self, exc: Exception) -> None:
        """Leave it: what cannot be reached falls silent."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits for the socket to be closed."""
        self._inner.connection_lost(exc)


if __name__ == "__main__":
    main()
