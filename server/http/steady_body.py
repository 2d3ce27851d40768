"""The bytes of a long request, as long as they come steadily."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from server.domain.uploads import UploadStalledError

PATIENCE_SECONDS = 60.0
LEAST_BYTES = 60 * 1024  # within the patience, 1 kB a second: slower than any line on which one wants to send a file


class LineLostError(UploadStalledError):
    """The sender is gone."""

    code = "line-lost"


async def steadily(
    content: aiohttp.StreamReader, *, patience_seconds: float = PATIENCE_SECONDS
) -> AsyncIterator[bytes]:
    """Yield what arrives until the end of the request. Only waiting for the sender counts as patience.

    Raises:
        UploadStalledError: too little has come for too long.
        LineLostError: the sender is gone before the end.
    """
    loop = asyncio.get_running_loop()
    left, received = patience_seconds, 0
    while True:
        began = loop.time()
        piece = await _read(content, left)
        left -= loop.time() - began
        if not piece:
            return
        yield piece
        received += len(piece)
        if received >= LEAST_BYTES:
            left, received = patience_seconds, 0


async def _read(content: aiohttp.StreamReader, seconds: float) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            return await content.readany()
    except TimeoutError as error:
        raise UploadStalledError("Nothing more came. What we have is kept, and you can go on from there.") from error
    except (ConnectionError, web.RequestPayloadError, HttpProcessingError) as error:
        raise LineLostError("The line was lost. What we have is kept, and you can go on from there.") from error
