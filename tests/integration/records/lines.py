"""Connections that break, stall or lie, which no HTTP library makes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from server.keys import UPLOADS
from tests.integration.house import House
from tests.integration.records.sending import CHUNK


class Line:
    """One PATCH on a raw connection, of which a test sends as much as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def send_and_see_it_taken(self, data: bytes, house: House) -> None:
        """Send, and wait until the service has every byte in its hands, though it has acknowledged none."""
        before = taken(house)
        await self.send(data)
        async with asyncio.timeout(10):
            while taken(house) < before + len(data):  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    async def answer(self) -> int:
        """Read the status of the answer."""
        line = await asyncio.wait_for(self._reader.readline(), 10)
        return int(line.split()[1])

    async def hang_up(self) -> None:
        """End as a closed laptop does, once what was sent has left."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def tear(self) -> None:
        """End as a lost network does."""
        self._writer.transport.abort()


def taken(house: House) -> int:
    """How many bytes the service holds for uploads that are being received now."""
    return sum(appender.offset for appender in house.app[UPLOADS]._blobs._appenders.values())


@asynccontextmanager
async def a_patch(house: House, place: str, offset: int, length: str) -> AsyncIterator[Line]:
    """Begin a PATCH; `length` is the header that says how long the body is."""
    host, port = urlsplit(house.url).hostname, urlsplit(house.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"PATCH {place} HTTP/1.1",
        f"Host: {host}:{port}",
        f"Authorization: Bearer {await house.token('patient')}",
        "Tus-Resumable: 1.0.0",
        f"Upload-Offset: {offset}",
        f"Content-Type: {CHUNK}",
        length,
    )
    line = Line(reader, writer)
    try:
        await line.send("\r\n".join((*head, "", "")).encode())
        yield line
    finally:
        await line.hang_up()
