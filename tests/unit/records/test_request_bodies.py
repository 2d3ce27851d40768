"""Ranges that are asked for, and bodies that come too slowly."""

import asyncio
from collections.abc import Sequence
from typing import cast

import aiohttp
import pytest

from server.domain.uploads import UploadStalledError
from server.http.byte_ranges import RangeNotSatisfiableError, range_of
from server.http.steady_body import LEAST_BYTES, LineLostError, steadily


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("bytes=0-9", (0, 10)),
        ("bytes=90-", (90, 100)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=0x1-5", None),
        ("items=0-1", None),
        ("bytes=٣-٥", None),
        (f"bytes={'9' * 19}-", None),
    ],
)
def test_one_range_is_given_and_nonsense_gives_the_whole(header: str | None, found: tuple[int, int] | None) -> None:
    assert range_of(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_past_the_end_is_refused(header: str) -> None:
    with pytest.raises(RangeNotSatisfiableError) as refused:
        range_of(header, 100)
    assert refused.value.headers == {"Content-Range": "bytes */100"}


class Content:
    """A request's body that comes in pieces, each after so many seconds; then it ends, or the line does."""

    def __init__(self, pieces: Sequence[bytes], after_seconds: float, ending: Exception | None = None) -> None:
        self._pieces = list(pieces)
        self._after_seconds = after_seconds
        self._ending = ending

    async def readany(self) -> bytes:
        await asyncio.sleep(self._after_seconds)
        if self._pieces:
            return self._pieces.pop(0)
        if self._ending:
            raise self._ending
        return b""


async def received(content: Content, patience_seconds: float) -> list[bytes]:
    stream = cast("aiohttp.StreamReader", content)
    return [piece async for piece in steadily(stream, patience_seconds=patience_seconds)]


async def test_a_body_that_drips_is_given_up() -> None:
    with pytest.raises(UploadStalledError, match="kept"):
        await received(Content([b"x"] * 1000, 0.005), 0.05)


async def test_a_body_that_comes_steadily_may_take_as_long_as_it_likes() -> None:
    pieces = [bytes(LEAST_BYTES)] * 20

    assert await received(Content(pieces, 0.005), 0.05) == pieces


async def test_storing_slowly_is_not_the_senders_fault() -> None:
    stream = cast("aiohttp.StreamReader", Content([b"x"] * 3, 0))
    seen = 0
    async for _ in steadily(stream, patience_seconds=0.05):
        await asyncio.sleep(0.03)
        seen += 1
    assert seen == 3


async def test_a_lost_line_is_told_from_the_end() -> None:
    with pytest.raises(LineLostError):
        await received(Content([b"x"], 0, ConnectionResetError()), 1)
