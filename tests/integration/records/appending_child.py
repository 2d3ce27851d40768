"""Appends a known stream to a blob until it is killed, and says each offset once it may be acknowledged."""

import asyncio
import sys
from hashlib import shake_128
from pathlib import Path

from server.storage.blobs import BlobStore

STREAM_BYTES = 24_000_000


def stream() -> bytes:
    return shake_128(b"the stream").digest(STREAM_BYTES)


async def append(folder: Path, blob_id: str, dek: bytes, piece_bytes: int) -> None:
    content = stream()
    async with BlobStore(folder).appender(blob_id, dek) as appender:
        print(appender.offset, flush=True)
        while appender.offset < STREAM_BYTES:
            await appender.append(content[appender.offset : appender.offset + piece_bytes])
            print(await appender.commit(), flush=True)


if __name__ == "__main__":
    asyncio.run(append(Path(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3]), int(sys.argv[4])))
