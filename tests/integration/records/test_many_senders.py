"""However many requests of one upload come at once, each waits for the one before and none is turned away."""

import asyncio
from pathlib import Path

from server.storage.blob_errors import AppenderSupersededError
from server.storage.blobs import BlobStore

BLOB, DEK = "blob-0123456789abcdef", b"k" * 32


async def test_a_newer_sender_waits_until_the_older_has_let_go(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    await store.create(BLOB)

    async def add_one(turn: int) -> int:
        for _ in range(turn % 7):
            await asyncio.sleep(0)
        try:
            async with store.appender(BLOB, DEK) as appender:
                await appender.append(b"x")
                return await appender.commit()
        except AppenderSupersededError:
            return 0

    offsets = [offset for _ in range(10) for offset in await asyncio.gather(*map(add_one, range(10)))]

    async with store.appender(BLOB, DEK) as appender:
        assert appender.offset >= max(offsets) > 0


async def test_a_sender_who_comes_while_another_leaves_is_let_in(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    await store.create(BLOB)
    for _ in range(50):
        async with store.appender(BLOB, DEK) as appender:
            leaving = asyncio.create_task(appender.retire())
            while store._appenders:  # noqa: ASYNC110
                await asyncio.sleep(0)
            async with store.appender(BLOB, DEK) as newer:
                assert not newer.superseded
            await leaving
