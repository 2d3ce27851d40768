"""The process that probes a line stands strangers' offers and datagrams, and is gone with whoever started it."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from server.integrations.probes import NoAnswerError, ProbeWorkers, RunningProbe
from signaling.payloads import IceConfig
from signaling.probe_frames import Frame, Job, Measured, NeverOpened, Opened
from tests.integration.probes.line import a_peer, all_ended, processes
from tests.parts.line_peer import LinePeer

pytestmark = pytest.mark.slow

LOOPBACK_CANDIDATE = re.compile(r"a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+) typ host")
DAMAGES = (
    (r"a=ice-pwd:\S+", "a=ice-pwd:short"),
    (r"a=ice-ufrag:\S+", "a=ice-ufrag:"),
    (r"a=fingerprint:sha-256 \S+", "a=fingerprint:sha-256 00:11"),
    (r"a=fingerprint:sha-256", "a=fingerprint:md5"),
    (r"a=setup:\S+", "a=setup:sideways"),
    (r"a=sctp-port:\d+", "a=sctp-port:-5"),
    (r"m=application \d+ \S+ \S+", "m=application 0 RTP/AVP 0"),
    (r"a=mid:\S+", "a=mid:" + "x" * 20_000),
    (r"o=.*", "o="),
    (r"a=group:.*", "a=group:BUNDLE 1 2 3 4 5"),
)
COMES_TO_NOTHING: list[list[type[Frame]]] = [[], [NeverOpened], [Opened, Measured]]
GARBAGE = [b"", b"\x00", b"\x01" * 2000, b"\x16\xfe\xff" + bytes(60_000), b"\x80" * 500, bytes(range(256)) * 4]


@asynccontextmanager
async def a_probe(offer: str, ice: IceConfig | None = None) -> AsyncIterator[RunningProbe]:
    """Start a probe; end it afterwards."""
    running = await ProbeWorkers().start(Job(offer, ice or IceConfig(), loopback=True))
    try:
        yield running
    finally:
        await running.end()


async def told_by(running: RunningProbe) -> list[Frame]:
    return [frame async for frame in running.frames()]


async def an_offer(peer: LinePeer, *more: str) -> str:
    """An offer without the candidates that the peer has, and with others."""
    lines = (await peer.offer()).splitlines()
    kept = [line for line in lines if not line.startswith(("a=candidate", "a=end-of-candidates"))]
    return "\r\n".join([*kept, *more, ""])


def port_of(running: RunningProbe) -> int:
    """Where the process listens on loopback."""
    found = LOOPBACK_CANDIDATE.search(running.sdp)
    assert found
    return int(found.group(1))


async def test_somebody_who_names_no_address_is_measured_as_they_come() -> None:
    async with a_peer() as peer, a_probe(await an_offer(peer)) as running:
        await peer.take(running.sdp)
        told = await told_by(running)

    assert [type(frame) for frame in told] == [Opened, Measured]


async def test_nothing_is_sent_to_an_address_that_an_offer_names() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as named:
        named.bind(("127.0.0.1", 0))
        named.setblocking(False)
        port = named.getsockname()[1]
        async with a_peer() as peer:
            candidate = f"a=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host"
            async with a_probe(await an_offer(peer, candidate)) as running:
                told = await told_by(running)
        with pytest.raises(BlockingIOError):
            named.recv(2000)

    assert [type(frame) for frame in told] == [NeverOpened]


async def test_garbage_on_its_door_changes_nothing() -> None:
    async with a_peer() as peer, a_probe(await peer.offer()) as running:
        await peer.take(running.sdp)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.connect(("127.0.0.1", port_of(running)))
            told = []
            async for frame in running.frames():
                told.append(type(frame))
                for piece in GARBAGE * 200 if isinstance(frame, Opened) else ():
                    stranger.send(piece)

    assert told == [Opened, Measured]


async def test_somebody_who_sends_far_more_than_agreed_is_heard_no_more() -> None:
    async with a_peer() as peer, a_probe(await peer.offer()) as running:
        await peer.take(running.sdp)
        told = []
        async for frame in running.frames():
            told.append(type(frame))
            if isinstance(frame, Opened):
                peer.line.send(bytes(200_000))
                for _ in range(40):
                    peer.line.send(bytes(100_000))

    assert told[0] is Opened
    assert Measured not in told


async def test_a_damaged_offer_is_refused_or_comes_to_nothing() -> None:
    told = dict(zip(DAMAGES, await asyncio.gather(*map(told_of_damaged, DAMAGES)), strict=True))

    assert {damage: frames for damage, frames in told.items() if frames not in COMES_TO_NOTHING} == {}
    await all_ended()


async def told_of_damaged(damage: tuple[str, str]) -> list[type[Frame]]:
    """Offer what was damaged so, and give what the process says of it; nothing when it is refused."""
    async with a_peer() as peer:
        offer = re.sub(*damage, await peer.offer())
        try:
            async with a_probe(offer) as running:
                await peer.take(running.sdp)
                return [type(frame) for frame in await told_by(running)]
        except (NoAnswerError, ValueError):
            return []


async def test_it_ends_with_whoever_started_it() -> None:
    program = (
        "import asyncio, sys\n"
        "from server.integrations.probes import ProbeWorkers\n"
        "from signaling.payloads import IceConfig\n"
        "from signaling.probe_frames import Job\n"
        "async def main():\n"
        "    running = await ProbeWorkers().start(Job(sys.stdin.read(), IceConfig(), loopback=True))\n"
        "    print(running._worker.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    async with a_peer() as peer:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write((await peer.offer()).encode())
        server.stdin.close()
        worker = int(await server.stdout.readline())
        os.kill(server.pid, signal.SIGKILL)
        await server.wait()

    async with asyncio.timeout(7):  # sooner than it ends by itself
        while _lives(worker):  # noqa: ASYNC110 - nobody tells when a process of another has ended
            await asyncio.sleep(0.05)


async def test_a_process_that_says_nonsense_has_not_answered() -> None:
    workers = ProbeWorkers(command=(sys.executable, "-c", "print('nonsense')"))

    with pytest.raises(NoAnswerError):
        await workers.start(Job("", IceConfig(), loopback=True))

    assert processes() == []


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
