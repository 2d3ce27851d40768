"""AB-25: clients that take their time. None of them keeps a connection of the real process for long."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.abuse.raw_socket import RawSocket, frame, raw_socket
from tests.abuse.visits_at_once import hello
from tests.parts.demo import running_demo

CLOSED_WITHIN_SECONDS = 20.0
DRIP_SECONDS = 0.5

Demo = dict[str, Any]
Probe = Callable[[Demo], Awaitable[bytes]]


async def spoken(demo: Demo, start: bytes, drip: bytes = b"") -> bytes:
    """Write a beginning, then a byte now and then; return what was answered once the server has closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(demo))
    writer.write(start)
    dripping = asyncio.create_task(dripped(writer, drip))
    try:
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        dripping.cancel()
        writer.transport.abort()


async def dripped(writer: asyncio.StreamWriter, byte: bytes) -> None:
    while byte:
        writer.write(byte)
        await asyncio.sleep(DRIP_SECONDS)


def port_of(demo: Demo) -> int:
    return int(demo["url"].rpartition(":")[2])


def request(demo: Demo, *more: str) -> bytes:
    lines = (
        "POST /api/v1/cases HTTP/1.1",
        f"Host: localhost:{port_of(demo)}",
        f"Authorization: Bearer {demo['accounts']['patient']['token']}",
        "Content-Type: application/json",
        *more,
    )
    return "\r\n".join(lines).encode()


async def idle(demo: Demo) -> bytes:
    return await spoken(demo, b"")


async def half_a_line(demo: Demo) -> bytes:
    return await spoken(demo, b"GET /healthz HT")


async def dripped_headers(demo: Demo) -> bytes:
    return await spoken(demo, request(demo, "X-Drip: "), b"x")


async def a_body_that_never_comes(demo: Demo) -> bytes:
    return await spoken(demo, request(demo, "Content-Length: 1000", "", ""))


async def a_dripped_body(demo: Demo) -> bytes:
    return await spoken(demo, request(demo, "Content-Length: 1000", "", '{"a": "'), b"x")


async def a_socket_that_says_nothing(demo: Demo) -> bytes:
    async with raw_socket(address(demo)) as socket:
        return str(await socket.close_code()).encode()


async def a_member_who_answers_no_ping(demo: Demo) -> bytes:
    async with raw_socket(address(demo)) as socket:
        await come_in(demo, socket, "companion")
        return str(await socket.close_code()).encode()


async def a_dripped_frame(demo: Demo) -> bytes:
    async with raw_socket(address(demo)) as socket:
        await come_in(demo, socket, "interpreter")
        socket.write(frame(b"x" * 4_000)[:10])
        dripping = asyncio.create_task(dripped(socket.writer, b"x"))
        try:
            return str(await socket.close_code()).encode()
        finally:
            dripping.cancel()


def address(demo: Demo) -> str:
    return f"ws://localhost:{port_of(demo)}/api/v1/visits/{demo['visit_id']}/signal"


async def come_in(demo: Demo, socket: RawSocket, person: str) -> None:
    headers = {"Authorization": f"Bearer {demo['accounts'][person]['token']}"}
    join = f"{demo['url']}/api/v1/visits/{demo['visit_id']}/join"
    async with aiohttp.ClientSession() as http, http.post(join, headers=headers, json={}) as answer:
        hello(socket, (await answer.json())["ticket"])
    await socket.hear("welcome")


PROBES: dict[Probe, bytes] = {
    idle: b"",
    half_a_line: b"",
    dripped_headers: b"",
    a_body_that_never_comes: b"HTTP/1.1 408 ",
    a_dripped_body: b"HTTP/1.1 408 ",
    a_socket_that_says_nothing: b"4408",
    a_member_who_answers_no_ping: b"4408",
    a_dripped_frame: b"4408",
}


async def timed(probe: Probe, demo: Demo) -> tuple[bytes, float]:
    began = time.monotonic()
    async with asyncio.timeout(2 * CLOSED_WITHIN_SECONDS):
        return await probe(demo), time.monotonic() - began


@pytest.mark.slow
async def test_ab25_no_slow_client_keeps_a_connection(tmp_path: Path) -> None:
    with running_demo(tmp_path / "hospital") as demo:
        ended = await asyncio.gather(*(timed(probe, demo) for probe in PROBES))
        async with aiohttp.ClientSession() as http, http.get(f"{demo['url']}/healthz") as answer:
            assert answer.status == 200

    for (probe, start), (said, seconds) in zip(PROBES.items(), ended, strict=True):
        assert said.startswith(start), (probe.__name__, said)
        assert seconds < CLOSED_WITHIN_SECONDS, probe.__name__
    assert json.loads(ended[3][0].rpartition(b"\r\n")[2])["code"] == "body-too-slow"
