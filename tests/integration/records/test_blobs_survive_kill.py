"""A server that is killed in the middle of an upload has every byte it acknowledged."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from server.storage.blobs import BlobStore
from tests.integration.records.appending_child import STREAM_BYTES, stream

BLOB, DEK = "blob-0123456789abcdef", b"k" * 32
PIECES = [1, 777, 65_536, 65_537, 300_000, 1_048_576, 3_000_000, 9_999_999]


async def test_kill_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    await store.create(BLOB)
    acknowledged = 0
    for number, piece_bytes in enumerate(PIECES):
        acknowledged = append_until_killed(tmp_path, piece_bytes, after=2 + number % 3, at_least=acknowledged)

    async with store.appender(BLOB, DEK) as appender:
        assert acknowledged <= appender.offset
        await appender.append(stream()[appender.offset :])
        assert await appender.finish() == STREAM_BYTES
    assert await store.sha256(BLOB, DEK, STREAM_BYTES) == sha256(stream()).hexdigest()


def append_until_killed(folder: Path, piece_bytes: int, *, after: int, at_least: int) -> int:
    """Give the last offset that was acknowledged before the kill, which fell anywhere in what came next."""
    arguments = [str(folder), BLOB, DEK.hex(), str(piece_bytes)]
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "tests.integration.records.appending_child", *arguments]
    child = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)})
    assert child.stdout is not None
    try:
        offsets = [int(child.stdout.readline()) for _ in range(after)]
    finally:
        child.kill()
        rest, _ = child.communicate()
    assert offsets[0] >= at_least
    return max([*offsets, *map(int, rest.split(b"\n")[:-1])])


@pytest.mark.parametrize("size", [1_000_000, 40_000_000])
async def test_memory_stays_small_however_large_the_file(tmp_path: Path, size: int) -> None:
    store = BlobStore(tmp_path)
    before = resident_bytes()

    async def source():  # type: ignore[no-untyped-def]
        for _ in range(size // 100_000):
            yield bytes(100_000)

    length = await store.write_all(BLOB, DEK, source())
    async for _ in store.read(BLOB, DEK, length):
        pass

    assert resident_bytes() - before < 12 * 1024 * 1024


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
