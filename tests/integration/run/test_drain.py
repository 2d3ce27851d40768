"""SIGTERM to the real process: people in visits hear of it and are sent away at once, and the process is soon gone."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.commands.environment import ROOT
from tests.parts.demo import running_demo

AT_ONCE_SECONDS = 1.0
GONE_WITHIN_SECONDS = 10.0
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
NEVER_SENT = (
    "POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
    "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"
)
HALF_A_LINE = "GET /healthz HT"


@asynccontextmanager
async def saying(demo: dict[str, Any], words: str) -> AsyncIterator[asyncio.StreamReader]:
    """Connect, say something, and then neither read nor write."""
    host = demo["url"].removeprefix("http://")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(host.rpartition(":")[2]))
    path, token = f"/api/v1/visits/{demo['visit_id']}/signal", demo["accounts"]["patient"]["token"]
    writer.write(words.format(host=host, path=path, token=token).encode())
    await writer.drain()
    try:
        yield reader
    finally:
        writer.transport.abort()


@asynccontextmanager
async def in_the_visit(
    http: aiohttp.ClientSession, demo: dict[str, Any], person: str
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Join the demo's visit."""
    headers = {"Authorization": f"Bearer {demo['accounts'][person]['token']}"}
    join = f"{demo['url']}/api/v1/visits/{demo['visit_id']}/join"
    async with http.post(join, headers=headers, json={}) as answer:
        entry = await answer.json()
    async with http.ws_connect(entry["signal_url"], protocols=["consilium.visit.v1"]) as socket:
        hello = {"versions": ["1"], "ticket": entry["ticket"], "tab_id": f"tab-of-{person}"}
        await socket.send_json({"type": "hello", "data": hello})
        while (await socket.receive_json())["type"] != "snapshot":
            pass
        yield socket


async def farewell(socket: aiohttp.ClientWebSocketResponse) -> tuple[list[dict[str, Any]], int | None, float]:
    """Read to the end; return what came, the close code, and when it came."""
    heard = [json.loads(message.data) async for message in socket]
    return heard, socket.close_code, time.monotonic()


def end_of(pid: int) -> tuple[float, int]:
    """Wait until a process is gone; return when it was and how it ended. Its status stays for whoever started it."""
    process = os.pidfd_open(pid)
    try:
        assert select.select([process], [], [], 3 * GONE_WITHIN_SECONDS)[0]
        at = time.monotonic()
        status = os.waitid(os.P_PIDFD, process, os.WEXITED | os.WNOWAIT)
        assert status is not None
        return at, status.si_status
    finally:
        os.close(process)


@pytest.mark.slow
async def test_everybody_is_sent_away_at_once_and_the_process_is_gone_whatever_hangs(tmp_path: Path) -> None:
    with running_demo(tmp_path / "hospital") as demo:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            in_the_visit(http, demo, "patient") as patient,
            in_the_visit(http, demo, "specialist") as specialist,
            saying(demo, UPGRADE) as silent,
            saying(demo, NEVER_SENT),
            saying(demo, HALF_A_LINE),
        ):
            await silent.readuntil(b"\r\n\r\n")
            waiting = [asyncio.create_task(farewell(socket)) for socket in (patient, specialist)]
            told = time.monotonic()
            os.kill(demo["pid"], signal.SIGTERM)
            partings = await asyncio.gather(*waiting)
            gone, status = await asyncio.to_thread(end_of, demo["pid"])

    for heard, code, at in partings:
        (word,) = (message["data"] for message in heard if message["type"] == "going_away")
        assert word == {"in_ms": 0, "retry_ms": [0, 3000], "resume": True}
        assert code == 1012
        assert at - told < AT_ONCE_SECONDS
    assert gone - told < GONE_WITHIN_SECONDS
    assert status == 0
    assert "Traceback" not in demo["log"].read_text()


def test_a_process_that_cannot_end_ends_all_the_same() -> None:
    program = """
import asyncio
from aiohttp import web
from server.commands import service

async def hang(app):
    await asyncio.Event().wait()

async def ready():
    print("ready", flush=True)

app = web.Application()
app.on_shutdown.append(hang)
service.GONE_WITHIN_SECONDS = 0.5
service.main_loop(service.run(app, service.loopback_sockets(0), ready))
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"

        process.send_signal(signal.SIGTERM)

        assert process.wait(GONE_WITHIN_SECONDS) == 75
