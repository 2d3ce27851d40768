"""A form with files, read part by part as it comes, so that no file is ever whole in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from server.domain.uploads import UploadStalledError
from server.http.bodies import MalformedBodyError

PATIENCE_SECONDS = 60.0
PIECE_BYTES = 256 * 1024

_Result = TypeVar("_Result")


async def parts_of(reader: MultipartReader) -> AsyncIterator[BodyPartReader]:
    """Yield the parts of a form.

    Raises:
        MalformedBodyError: it is no form, or ends in the middle.
        UploadStalledError: nothing came for too long.
    """
    while (part := await _in_time(reader.next())) is not None:
        if isinstance(part, BodyPartReader):
            yield part


async def bytes_of(part: BodyPartReader) -> AsyncIterator[bytes]:
    """Yield a part's bytes.

    Raises:
        MalformedBodyError, UploadStalledError: as `parts_of`.
    """
    while not part.at_eof():
        yield await _in_time(part.read_chunk(PIECE_BYTES))


async def text_of(part: BodyPartReader, most: int) -> str:
    """Give a short part as text; what is longer is cut, what is no text is left out.

    Raises:
        MalformedBodyError, UploadStalledError: as `parts_of`.
    """
    said = bytearray()
    async for piece in bytes_of(part):
        said += piece[: most - len(said)]
    return said.decode(errors="ignore")


async def _in_time(reading: Awaitable[_Result]) -> _Result:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await reading
    except TimeoutError as error:
        raise UploadStalledError("The line was silent for too long. Please send it again.") from error
    except (ConnectionError, web.RequestPayloadError, HttpProcessingError, ValueError, AssertionError) as error:
        raise MalformedBodyError("The form did not arrive whole. Please send it again.") from error
