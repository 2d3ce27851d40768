"""A server that is killed in the middle of an upload goes on with it; an independent client notices nothing else."""

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from server.http.api import BASE
from tests.integration.records.sending import CHUNK, digest, metadata
from tests.unit.records.hostile_files import a_pdf

ROOT = Path(__file__).parents[3]
FILE = a_pdf() + b"\n%" + os.urandom(9_000_000)


@dataclass(frozen=True, slots=True)
class Running:
    """A server of its own process."""

    process: "subprocess.Popen[bytes]"
    url: str
    token: str
    case: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0"}


@contextmanager
def a_server(database_url: str, folder: Path) -> Iterator[Running]:
    """Start a server; it is killed, not ended, whatever happens."""
    command = [sys.executable, "-m", "tests.integration.records.serving_child", database_url, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if line.startswith(b"{"))
        yield Running(process, **json.loads(line))
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
async def test_kill_nine_in_the_middle_of_a_patch_loses_nothing_that_was_acknowledged(
    database_url: str, tmp_path: Path
) -> None:
    with a_server(database_url, tmp_path) as server:
        place = await begin(server)
        acknowledged = 0
    for moment in (1, 5):  # how many pieces of 300 kB have left when the server dies
        with a_server(database_url, tmp_path) as server:
            stands = await offset_of(server, place)
            assert stands >= acknowledged
            acknowledged = await add(server, place, stands, 500_000)
            await add_until_killed(server, place, acknowledged, moment)

    with a_server(database_url, tmp_path) as server:
        stands = await offset_of(server, place)
        assert stands >= acknowledged
        assert await add(server, place, stands, len(FILE)) == len(FILE)
        document = await settled(server)

    assert (document["status"], document["size"], document["sha256"]) == ("received", len(FILE), digest(FILE))


@pytest.mark.slow
@pytest.mark.parametrize("chunk_bytes", [1_000_000, 65_537])
async def test_an_independent_client_goes_on_after_a_kill(sqlite_url: str, tmp_path: Path, chunk_bytes: int) -> None:
    data, source = FILE[:2_500_000], io.BytesIO(FILE[:2_500_000])
    with a_server(sqlite_url, tmp_path) as server:
        first = tus_client(server).uploader(
            file_stream=source, chunk_size=chunk_bytes, metadata=facts(server), upload_checksum=True
        )
        await asyncio.to_thread(first.upload, stop_at=1_200_000)
        place = str(first.url)
        server.process.kill()
        with suppress(TusCommunicationError):
            await asyncio.to_thread(first.upload_chunk)
    with a_server(sqlite_url, tmp_path) as server:
        place = server.url + place[place.index(BASE) :]
        second = tus_client(server).uploader(
            file_stream=source, url=place, chunk_size=chunk_bytes, upload_checksum=True
        )
        assert second.offset == first.offset
        await asyncio.to_thread(second.upload)
        document = await settled(server)

    assert document["sha256"] == digest(data)


def tus_client(server: Running) -> TusClient:
    return TusClient(f"{server.url}{BASE}/uploads", headers={"Authorization": f"Bearer {server.token}"})


def facts(server: Running) -> dict[str, str]:
    return {"case": server.case, "filename": "report.pdf", "kind": "pathology_report"}


async def begin(server: Running) -> str:
    headers = server.headers | {"Upload-Length": str(len(FILE)), "Upload-Metadata": metadata(server.case)}
    async with aiohttp.ClientSession() as http, http.post(f"{server.url}{BASE}/uploads", headers=headers) as answer:
        assert answer.status == 201
        return answer.headers["Location"]


async def offset_of(server: Running, place: str) -> int:
    async with aiohttp.ClientSession() as http, http.head(server.url + place, headers=server.headers) as answer:
        assert answer.status == 200
        return int(answer.headers["Upload-Offset"])


async def add(server: Running, place: str, offset: int, most: int) -> int:
    """Add up to so many bytes and return the offset that the server acknowledges."""
    headers = server.headers | {"Upload-Offset": str(offset), "Content-Type": CHUNK}
    body = io.BytesIO(FILE[offset : offset + most])
    async with (
        aiohttp.ClientSession() as http,
        http.patch(server.url + place, headers=headers, data=body) as answer,
    ):
        assert answer.status == 204
        return int(answer.headers["Upload-Offset"])


async def add_until_killed(server: Running, place: str, offset: int, pieces: int) -> None:
    """Kill the server after so many pieces of a request that would bring the rest."""

    async def body() -> Any:
        for number, start in enumerate(range(offset, len(FILE), 300_000)):
            if number == pieces:
                server.process.kill()
            yield FILE[start : start + 300_000]

    headers = server.headers | {"Upload-Offset": str(offset), "Content-Type": CHUNK}
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientError):
            await http.patch(server.url + place, headers=headers, data=body())


async def settled(server: Running) -> dict[str, Any]:
    """Return the case's only document, once somebody has looked at it."""
    address = f"{server.url}{BASE}/cases/{server.case}/documents"
    async with asyncio.timeout(20), aiohttp.ClientSession() as http:
        while True:
            async with http.get(address, headers=server.headers) as answer:
                found = (await answer.json())["documents"]
            if found and found[0]["status"] != "processing":
                document: dict[str, Any] = found[0]
                return document
            await asyncio.sleep(0.02)
