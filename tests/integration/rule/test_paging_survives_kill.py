"""An emergency is paged by a server that was killed after it had heard of it, and by no server twice."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from server.http.api import BASE
from tests.integration.records.test_uploads_survive_kill import Running, a_server

PAGE = "Emergency call. Case"
PAGED = 4  # the desk and the case's specialist, each by SMS and mail
PATIENCE_SECONDS = 20


async def says_emergency(server: Running) -> int:
    address = f"{server.url}{BASE}/cases/{server.case}/answers"
    body = {"answers": {"rf_bleeding": True}}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {server.token}"}) as http,
        http.post(address, json=body) as answer,
    ):
        return answer.status


async def pages(server: Running) -> int:
    """Count the pages in the demo's mailbox."""
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/dev/mail") as answer:
        return (await answer.text()).count(PAGE)


async def all_paged(server: Running) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if await pages(server) >= PAGED:
                return
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_kill_nine_after_an_emergency_was_heard_pages_everybody_once(sqlite_url: str, tmp_path: Path) -> None:
    with a_server(sqlite_url, tmp_path) as server:
        assert await says_emergency(server) == 200

    for _ in range(2):
        with a_server(sqlite_url, tmp_path) as server:
            await all_paged(server)
            assert await pages(server) == PAGED
