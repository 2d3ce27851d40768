"""The hosts that tests make reach each other as hosts do, and what happens to one's line happens to that one alone."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import pytest
from aiohttp import web

from server.commands.environment import ROOT
from tests.parts.network import Host, Network

PORT = 8080
AT_ONCE_SECONDS = 5
NEVER_SECONDS = 0.3
DATAGRAMS = socket.SOCK_DGRAM
ASK = b"GET / HTTP/1.1\r\nHost: patient.localhost\r\n\r\n"
DIES = """
import sys
from tests.parts.network import network

with network() as net:
    host = net.host("patient")
    print(host.namespace, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def server(net: Network) -> Host:
    return net.host("server")


@pytest.fixture(scope="module")
def patient(net: Network) -> Host:
    return net.host("patient")


@pytest.fixture(scope="module")
def specialist(net: Network) -> Host:
    return net.host("specialist")


@pytest.fixture(scope="module", autouse=True)
async def page(server: Host, patient: Host, specialist: Host) -> AsyncIterator[None]:
    """A page on the server's loopback, which says whom it sees."""

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(text=f"hello {request.remote}")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.SockSite(runner, server.listen(PORT)).start()
    patient.opens(PORT, at=server)
    specialist.opens(PORT, at=server)
    yield
    await runner.cleanup()


class Line:
    """A connection from a host to its own `localhost`, which is the server."""

    def __init__(self, host: Host) -> None:
        self._socket = host.open_socket()
        self._socket.setblocking(False)

    async def asks(self) -> str:
        """Ask for the page over this connection; the answer."""
        await asyncio.get_running_loop().sock_sendall(self._socket, ASK)
        return (await asyncio.get_running_loop().sock_recv(self._socket, 4096)).decode().rpartition("\n")[2]

    async def reaches(self) -> str:
        """Connect, and ask for the page."""
        await asyncio.get_running_loop().sock_connect(self._socket, ("127.0.0.1", PORT))
        return await self.asks()

    def close(self) -> None:
        self._socket.close()


@contextmanager
def line(host: Host) -> Iterator[Line]:
    made = Line(host)
    try:
        yield made
    finally:
        made.close()


async def visit(host: Host, seconds: float = AT_ONCE_SECONDS) -> str | None:
    """What the page says to the host, or None if there is no answer within the time."""
    with line(host) as made, suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await made.reaches()
    return None


async def test_every_host_finds_the_server_at_its_own_localhost(patient: Host, specialist: Host) -> None:
    assert await visit(patient) == f"hello {patient.address}"
    assert await visit(specialist) == f"hello {specialist.address}"


async def test_a_cut_line_concerns_one_host_and_is_whole_again_afterwards(patient: Host, specialist: Host) -> None:
    with patient.cut():
        assert await visit(patient, NEVER_SECONDS) is None
        assert await visit(specialist)
    assert await visit(patient)


async def test_a_cable_that_was_pulled_can_be_put_back(patient: Host) -> None:
    with patient.unplugged():
        assert await visit(patient, NEVER_SECONDS) is None
    assert await visit(patient)


async def test_a_connection_lives_through_a_cut(patient: Host) -> None:
    with line(patient) as made:
        await made.reaches()
        with patient.cut():
            asking = asyncio.create_task(made.asks())
            _, waiting = await asyncio.wait([asking], timeout=NEVER_SECONDS)
            assert waiting
        async with asyncio.timeout(AT_ONCE_SECONDS):
            assert await asking


async def test_a_line_without_udp_still_carries_pages(patient: Host, server: Host) -> None:
    listening = server.open_socket(kind=DATAGRAMS)
    listening.bind((server.address, 0))
    listening.setblocking(False)
    with listening, patient.open_socket(kind=DATAGRAMS) as sending:
        loop = asyncio.get_running_loop()
        with patient.without_udp():
            sending.sendto(b"lost", listening.getsockname())
            assert await visit(patient)
        sending.sendto(b"arrives", listening.getsockname())
        async with asyncio.timeout(AT_ONCE_SECONDS):
            assert await loop.sock_recv(listening, 100) == b"arrives"


async def test_one_host_can_be_out_of_reach_while_the_others_are_not(patient: Host, server: Host) -> None:
    specialist = patient.network.host("other")
    specialist.opens(PORT, at=server)
    with patient.without(specialist):
        assert await visit(patient)
    with patient.without(server):
        assert await visit(patient, NEVER_SECONDS) is None
        assert await visit(specialist)


async def test_a_strict_line_carries_what_goes_to_its_ports_alone(patient: Host) -> None:
    with patient.only_to(443):
        assert await visit(patient, NEVER_SECONDS) is None
    with patient.only_to(443, PORT):
        assert await visit(patient)


async def test_a_lossy_line_loses_some(patient: Host, server: Host) -> None:
    listening = server.open_socket(kind=DATAGRAMS)
    listening.bind((server.address, 0))
    listening.setblocking(False)
    arrived = 0
    with listening, patient.open_socket(kind=DATAGRAMS) as sending, patient.losing(50):
        for _ in range(200):
            sending.sendto(b"x", listening.getsockname())
            with suppress(BlockingIOError):
                arrived += len(listening.recv(1))
    assert 20 < arrived < 180


async def test_a_slow_line_is_slow(patient: Host, server: Host) -> None:
    listening = server.open_socket(kind=DATAGRAMS)
    listening.bind((server.address, 0))
    listening.setblocking(False)
    arrived = 0
    with listening, patient.open_socket(kind=DATAGRAMS) as sending, patient.slow(kbit=100):
        for _ in range(100):
            sending.sendto(bytes(1000), listening.getsockname())
        with suppress(BlockingIOError):
            while listening.recv(1500):
                arrived += 1
    assert arrived < 100


async def test_an_address_that_moves_away_takes_its_connections_along_without_a_word(patient: Host) -> None:
    before = patient.address
    with line(patient) as made:
        await made.reaches()
        patient.move()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(NEVER_SECONDS):
                await made.asks()

    assert await visit(patient) == f"hello {patient.address}"
    assert patient.address != before


async def test_a_program_runs_on_its_host(patient: Host) -> None:
    said = subprocess.run(patient.command("ip", "-br", "addr"), capture_output=True, text=True, check=True).stdout

    assert patient.address in said


async def test_what_a_dead_test_leaves_is_removed(net: Network) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", DIES],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        name = process.stdout.readline().strip()
        assert name in namespaces()
        process.send_signal(signal.SIGKILL)

    async with asyncio.timeout(AT_ONCE_SECONDS):
        while True:
            if name not in namespaces():
                return
            await asyncio.sleep(0.02)


def namespaces() -> str:
    return subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
