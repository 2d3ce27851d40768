"""The encrypted file store gives back what it was given, by range, and notices every change to it."""

import asyncio
import random
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.storage.blob_errors import (
    AppenderSupersededError,
    BlobDamagedError,
    BlobExistsError,
    BlobFinishedError,
    BlobMissingError,
    StoreFailedError,
    StoreFullError,
    refusal_of,
)
from server.storage.blobs import BlobStore
from tests.unit.records.limits import files_no_larger_than

BLOB, OTHER, DEK = "blob-0123456789abcdef", "blob-fedcba9876543210", b"k" * 32
CONTENT = random.Random(3).randbytes(1_300_000)
CANARY = b"CANARY-OF-ADA-LOVELACE"


@pytest.fixture
async def store(tmp_path: Path) -> BlobStore:
    store = BlobStore(tmp_path / "files")
    await store.prepare()
    return store


async def whole(store: BlobStore, length: int, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.read(BLOB, DEK, length, start, stop)])


async def test_a_blob_comes_back_whole_with_its_digest(store: BlobStore) -> None:
    length = await store.write_all(BLOB, DEK, CONTENT)

    assert length == len(CONTENT)
    assert await whole(store, length) == CONTENT
    assert await store.sha256(BLOB, DEK, length) == sha256(CONTENT).hexdigest()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(CONTENT)), st.integers(0, len(CONTENT)))
async def test_any_range_is_what_a_slice_would_be(tmp_path: Path, one: int, other: int) -> None:
    store = BlobStore(tmp_path)
    if not (tmp_path / BLOB).exists():
        await store.write_all(BLOB, DEK, CONTENT)
    start, stop = sorted((one, other))

    assert await whole(store, len(CONTENT), start, stop) == CONTENT[start:stop]


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072])
async def test_lengths_around_a_record_are_kept(store: BlobStore, length: int) -> None:
    await store.write_all(BLOB, DEK, CONTENT[:length])

    assert await whole(store, length) == CONTENT[:length]


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (0, 11)])
async def test_a_range_outside_the_blob_is_the_callers_mistake(store: BlobStore, start: int, stop: int) -> None:
    await store.write_all(BLOB, DEK, CONTENT[:10])

    with pytest.raises(ValueError, match="no range"):
        await whole(store, 10, start, stop)


@pytest.mark.parametrize("blob_id", ["", "short", "../../etc/passwd-0123", "a" * 65, "blob/0123456789abcdef"])
async def test_only_generated_ids_reach_the_disk(store: BlobStore, blob_id: str) -> None:
    with pytest.raises(ValueError, match="not a blob id"):
        await store.create(blob_id)


async def test_an_id_is_used_once(store: BlobStore) -> None:
    await store.write_all(BLOB, DEK, b"one")

    with pytest.raises(BlobExistsError):
        await store.write_all(BLOB, DEK, b"two")
    assert await whole(store, 3) == b"one"


@pytest.mark.parametrize("position", [0, 12, 70_000, 131_127, 131_128, 190_000])
async def test_a_flipped_bit_is_noticed(store: BlobStore, tmp_path: Path, position: int) -> None:
    await store.write_all(BLOB, DEK, CONTENT[:200_000])
    path = tmp_path / "files" / BLOB
    stored = bytearray(path.read_bytes())
    stored[position] ^= 1
    path.write_bytes(stored)

    with pytest.raises(BlobDamagedError):
        await whole(store, 200_000)


@pytest.mark.parametrize("cut", [1, 65_564, 68_956])
async def test_a_blob_cut_short_is_noticed(store: BlobStore, tmp_path: Path, cut: int) -> None:
    await store.write_all(BLOB, DEK, CONTENT[:200_000])
    path = tmp_path / "files" / BLOB
    path.write_bytes(path.read_bytes()[:-cut])

    with pytest.raises(BlobDamagedError):
        await whole(store, 200_000)


async def test_swapped_records_are_noticed(store: BlobStore, tmp_path: Path) -> None:
    await store.write_all(BLOB, DEK, CONTENT[:131_072])
    path = tmp_path / "files" / BLOB
    stored = path.read_bytes()
    path.write_bytes(stored[65_564:] + stored[:65_564])

    with pytest.raises(BlobDamagedError):
        await whole(store, 131_072)


async def test_another_blobs_records_are_noticed_even_under_the_same_key(store: BlobStore, tmp_path: Path) -> None:
    await store.write_all(BLOB, DEK, CONTENT[:1000])
    await store.write_all(OTHER, DEK, CONTENT[1000:2000])
    (tmp_path / "files" / BLOB).write_bytes((tmp_path / "files" / OTHER).read_bytes())

    with pytest.raises(BlobDamagedError):
        await whole(store, 1000)


async def test_no_plaintext_reaches_the_disk_at_any_stage(store: BlobStore, tmp_path: Path) -> None:
    await store.create(BLOB)
    async with store.appender(BLOB, DEK) as appender:
        for _ in range(3):
            await appender.append(CANARY * 40_000)
            await appender.commit()
            assert not canaries(tmp_path)
        await appender.finish()

    assert not canaries(tmp_path)


def canaries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and CANARY in path.read_bytes()]


async def test_only_the_owner_can_read_the_store(store: BlobStore, tmp_path: Path) -> None:
    await store.create(BLOB)

    modes = {path.stat().st_mode & 0o077 for path in [tmp_path / "files", *(tmp_path / "files").iterdir()]}
    assert modes == {0}


async def test_a_deleted_blob_is_gone(store: BlobStore, tmp_path: Path) -> None:
    await store.write_all(BLOB, DEK, CONTENT)
    await store.delete(BLOB)
    await store.delete(BLOB)

    assert list((tmp_path / "files").iterdir()) == []
    with pytest.raises(BlobMissingError):
        await whole(store, len(CONTENT))


async def test_a_blob_deleted_while_it_grows_takes_no_more(store: BlobStore, tmp_path: Path) -> None:
    await store.create(BLOB)
    async with store.appender(BLOB, DEK) as appender:
        await store.delete(BLOB)
        with pytest.raises(AppenderSupersededError):
            await appender.append(b"late")

    assert list((tmp_path / "files").iterdir()) == []


async def test_a_source_that_breaks_leaves_nothing_behind(store: BlobStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield CONTENT
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.write_all(BLOB, DEK, broken())
    assert list((tmp_path / "files").iterdir()) == []


async def test_an_upload_goes_on_where_it_stopped(store: BlobStore) -> None:
    await store.create(BLOB)
    async with store.appender(BLOB, DEK) as appender:
        await appender.append(CONTENT[:700_001])
        assert await appender.commit() == 700_001
    async with store.appender(BLOB, DEK) as appender:
        assert appender.offset == 700_001
        await appender.append(memoryview(CONTENT)[700_001:])
        assert await appender.finish() == len(CONTENT)
        assert await appender.finish() == len(CONTENT)

    assert await whole(store, len(CONTENT)) == CONTENT


async def test_a_broken_connection_keeps_what_arrived(store: BlobStore) -> None:
    await store.create(BLOB)

    async def send() -> None:
        async with store.appender(BLOB, DEK) as appender:
            await appender.append(CONTENT[:1_200_000])
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await send()

    async with store.appender(BLOB, DEK) as appender:
        assert appender.offset == 1_200_000


async def test_the_newer_appender_wins_and_the_older_ends_with_what_it_stored(store: BlobStore) -> None:
    await store.create(BLOB)
    async with store.appender(BLOB, DEK) as older:
        await older.append(CONTENT[:100_000])
        async with store.appender(BLOB, DEK) as newer:
            assert (older.superseded, older.offset, newer.offset) == (True, 100_000, 100_000)
            with pytest.raises(AppenderSupersededError):
                await older.append(b"late")
            await newer.append(CONTENT[100_000:])
            length = await newer.finish()

    assert await whole(store, length) == CONTENT


async def test_many_appenders_at_once_never_interleave(store: BlobStore) -> None:
    await store.create(BLOB)
    pieces = [bytes([number]) * 3000 for number in range(12)]

    async def send(piece: bytes) -> None:
        try:
            async with store.appender(BLOB, DEK) as appender:
                for at in range(0, len(piece), 500):
                    await appender.append(piece[at : at + 500])
                    await appender.commit()
        except AppenderSupersededError:
            pass

    await asyncio.gather(*[send(piece) for piece in pieces])
    async with store.appender(BLOB, DEK) as appender:
        length = await appender.finish()

    content = await whole(store, length)
    runs = [content[at] for at in range(length) if at == 0 or content[at] != content[at - 1]]
    assert len(runs) == len(set(runs))
    assert length % 500 == 0


async def test_a_provisional_part_is_dropped_unless_it_is_committed(store: BlobStore) -> None:
    await store.create(BLOB)
    async with store.appender(BLOB, DEK) as appender:
        await appender.append(CONTENT[:10])
        await appender.hold()
        await appender.append(CONTENT)
        assert await appender.roll_back() == 10
        await appender.hold()
        await appender.append(CONTENT)
    async with store.appender(BLOB, DEK) as appender:
        assert appender.offset == 10
        await appender.hold()
        await appender.append(CONTENT[10:])
        assert await appender.commit() == len(CONTENT)


async def test_a_cancelled_append_leaves_a_whole_beginning(store: BlobStore) -> None:
    await store.create(BLOB)

    async def send() -> None:
        async with store.appender(BLOB, DEK) as appender:
            while True:
                await appender.append(CONTENT[appender.offset % len(CONTENT) :][:100_000])

    for turns in range(1, 40, 4):
        sending = asyncio.create_task(send())
        for _ in range(turns):
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    async with store.appender(BLOB, DEK) as appender:
        length = await appender.finish()
    assert await whole(store, length) == (CONTENT * (length // len(CONTENT) + 1))[:length]


async def test_a_finished_blob_refuses_more(store: BlobStore) -> None:
    await store.write_all(BLOB, DEK, b"done")

    async with store.appender(BLOB, DEK) as appender:
        await appender.append(b"more")
        with pytest.raises(BlobFinishedError):
            await appender.commit()
    assert await whole(store, 4) == b"done"


async def test_an_appender_of_no_blob_is_refused(store: BlobStore) -> None:
    with pytest.raises(BlobMissingError):
        async with store.appender(BLOB, DEK):
            pass


async def test_a_disk_that_takes_no_more_is_said_and_loses_nothing_that_was_committed(store: BlobStore) -> None:
    await store.create(BLOB)
    async with store.appender(BLOB, DEK) as appender:
        await appender.append(CONTENT)
        await appender.commit()
        with files_no_larger_than(1_600_000), pytest.raises(StoreFailedError):
            await appender.append(CONTENT)
        with pytest.raises(StoreFailedError):
            await appender.append(b"what follows the gap")

    async with store.appender(BLOB, DEK) as appender:
        assert appender.offset == len(CONTENT)
        length = await appender.finish()
    assert await whole(store, length) == CONTENT


def test_no_room_has_its_own_words() -> None:
    assert isinstance(refusal_of(OSError(28, "No space left on device")), StoreFullError)
