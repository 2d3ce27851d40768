"""A blob file that grows never loses what was committed, wherever the machine stops."""

import asyncio
import random
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.storage.blob_errors import (
    BlobBusyError,
    BlobDamagedError,
    BlobExistsError,
    BlobFinishedError,
    BlobMissingError,
    StoreFailedError,
)
from server.storage.blob_records import NONCE_BYTES, STORED_RECORD_BYTES, RecordCipher
from server.storage.file_thread import in_thread
from server.storage.finished_blob import FinishedBlob
from server.storage.growing_blob import GrowingBlob, remove
from tests.unit.records.limits import files_no_larger_than

BLOB_ID, DEK = "blob-0123456789abcdef", b"k" * 32
STREAM = random.Random(7).randbytes(600_000)
SIZES = st.one_of(st.integers(0, 300), st.integers(60_000, 70_000), st.sampled_from([65_535, 65_536, 65_537, 131_072]))


@dataclass
class Disk:
    """One blob's two files, which can be looked at and replaced as a crash would leave them."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / BLOB_ID

    @property
    def marks(self) -> Path:
        return self.folder / f"{BLOB_ID}.tail"

    def open(self) -> GrowingBlob:
        return GrowingBlob.open(self.path, RecordCipher(BLOB_ID, DEK))

    def content(self) -> bytes:
        """Finish the blob and give what a reader gets."""
        blob = self.open()
        blob.finish()
        length = blob.offset
        blob.close()
        reader = FinishedBlob(self.path, RecordCipher(BLOB_ID, DEK), length)
        try:
            return reader.records(0, -(-length // 65_536))
        finally:
            reader.close()


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    GrowingBlob.create(tmp_path / BLOB_ID)
    return Disk(tmp_path)


def append(blob: GrowingBlob, size: int) -> None:
    blob.append(memoryview(STREAM)[blob.offset : blob.offset + size])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SIZES, st.booleans()), max_size=6), st.booleans())
def test_what_is_appended_in_any_pieces_is_what_is_read(steps: list[tuple[int, bool]], reopen: bool) -> None:
    with TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        GrowingBlob.create(disk.path)
        blob = disk.open()
        for size, commit in steps:
            append(blob, size)
            if commit:
                blob.commit()
            if commit and reopen:
                blob.close()
                blob = disk.open()
        total = blob.offset
        blob.commit()
        blob.close()

        assert disk.content() == STREAM[:total]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_crash_at_any_byte_keeps_what_was_committed(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        GrowingBlob.create(disk.path)
        blob = disk.open()
        for size in data.draw(st.lists(SIZES, max_size=3)):
            append(blob, size)
        blob.commit()
        acknowledged, durable, marks = blob.offset, disk.path.read_bytes(), disk.marks.read_bytes()
        append(blob, data.draw(SIZES))
        append(blob, data.draw(SIZES))
        blob.commit()
        written = blob.offset
        blob.close()

        if data.draw(st.booleans(), label="the data was on the disk before the crash"):
            disk.marks.write_bytes(torn_slots(data, marks, disk.marks.read_bytes()))
        else:
            disk.path.write_bytes(torn(data, durable, disk.path.read_bytes()))
            disk.marks.write_bytes(marks)

        recovered = disk.open()
        assert acknowledged <= recovered.offset <= written
        append(recovered, 70_000)
        recovered.commit()
        total = recovered.offset
        recovered.close()
        assert disk.content() == STREAM[:total]


def torn(data: st.DataObject, durable: bytes, later: bytes) -> bytes:
    """Cut what came after the durable bytes anywhere, and perhaps leave zeros where data should be."""
    assert later.startswith(durable)
    end = data.draw(st.integers(len(durable), len(later)))
    zeros = data.draw(st.integers(0, end - len(durable)))
    return later[: end - zeros] + bytes(zeros)


def torn_slots(data: st.DataObject, durable: bytes, later: bytes) -> bytes:
    """Mix the old and the new content of the slot that was being written."""
    cut = data.draw(st.integers(0, len(later)))
    return later[:cut] + durable[cut:]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SIZES, st.integers(0, 300_000)), min_size=1, max_size=6))
def test_no_nonce_is_ever_used_for_two_texts(crashes: list[tuple[int, int]]) -> None:
    seen: dict[bytes, bytes] = {}
    with TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        GrowingBlob.create(disk.path)
        for size, cut in crashes:
            blob = disk.open()
            append(blob, size)
            blob.commit()
            append(blob, size)
            blob.close()
            for nonce, text in sealed_texts(disk):
                assert seen.setdefault(nonce, text) == text
            with disk.path.open("r+b") as file:
                file.truncate(min(cut, disk.path.stat().st_size))


def sealed_texts(disk: Disk) -> list[tuple[bytes, bytes]]:
    stored, marks = disk.path.read_bytes(), disk.marks.read_bytes()
    records = [stored[at : at + STORED_RECORD_BYTES] for at in range(0, len(stored), STORED_RECORD_BYTES)]
    half = len(marks) // 2
    notes = [slot[4 : 4 + int.from_bytes(slot[:4])] for slot in (marks[:half], marks[half:])]
    return [(text[:NONCE_BYTES], text[NONCE_BYTES:]) for text in records + notes if text]


def test_held_bytes_are_gone_after_a_crash(disk: Disk) -> None:
    blob = disk.open()
    append(blob, 100_000)
    blob.hold()
    append(blob, 200_000)
    blob.close()

    recovered = disk.open()

    assert (recovered.offset, recovered.held) == (100_000, False)
    recovered.close()


def test_held_bytes_stay_after_a_commit(disk: Disk) -> None:
    blob = disk.open()
    blob.hold()
    append(blob, 200_000)
    blob.commit()
    blob.close()

    assert disk.content() == STREAM[:200_000]


def test_a_roll_back_changes_nothing_that_came_before(disk: Disk) -> None:
    blob = disk.open()
    append(blob, 100_000)
    blob.hold()
    blob.append(memoryview(bytes(200_000)))
    blob.roll_back()
    append(blob, 50_000)
    blob.commit()
    blob.close()

    assert disk.content() == STREAM[:150_000]


def test_a_crash_between_the_last_record_and_the_end_of_growth_loses_nothing(disk: Disk) -> None:
    blob = disk.open()
    append(blob, 100_000)
    blob.commit()
    marks = disk.marks.read_bytes()
    blob.finish()
    blob.close()
    disk.marks.write_bytes(marks)

    assert disk.content() == STREAM[:100_000]


def test_a_finished_blob_takes_no_more(disk: Disk) -> None:
    blob = disk.open()
    append(blob, 100)
    blob.finish()
    blob.finish()

    with pytest.raises(BlobFinishedError):
        append(blob, 1)
    with pytest.raises(BlobFinishedError):
        blob.hold()
    blob.close()
    again = disk.open()
    with pytest.raises(BlobFinishedError):
        append(again, 1)
    assert again.offset == 100
    again.close()


def test_a_finished_blob_whose_end_is_damaged_is_refused(disk: Disk) -> None:
    disk.open().finish()
    disk.path.write_bytes(b"x" * 50)

    with pytest.raises(BlobDamagedError):
        disk.open()


def test_a_blob_has_one_writer_at_a_time(disk: Disk) -> None:
    writer = disk.open()

    with pytest.raises(BlobBusyError):
        disk.open()
    writer.close()
    disk.open().close()


def test_blobs_are_created_once_and_removed_for_good(disk: Disk) -> None:
    with pytest.raises(BlobExistsError):
        GrowingBlob.create(disk.path)

    remove(disk.path)
    remove(disk.path)

    assert list(disk.folder.iterdir()) == []
    with pytest.raises(BlobMissingError):
        disk.open()


def test_a_store_folder_that_is_gone_is_the_stores_failure(disk: Disk) -> None:
    blob = disk.open()
    shutil.rmtree(disk.folder)

    with pytest.raises(StoreFailedError):
        blob.finish()
    with pytest.raises(StoreFailedError):
        GrowingBlob.create(disk.path)
    blob.close()


def test_a_state_that_cannot_be_put_on_the_disk_is_not_acknowledged(disk: Disk) -> None:
    blob = disk.open()
    append(blob, 10)
    with files_no_larger_than(50_000), pytest.raises(StoreFailedError):
        blob.commit()
    blob.close()

    recovered = disk.open()
    assert recovered.offset == 0
    recovered.close()


async def test_file_work_ends_before_its_caller_goes_on_however_often_that_is_cancelled() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(10)
        ended.set()

    caller = asyncio.create_task(in_thread(work))
    for _ in range(3):
        await asyncio.sleep(0)
        caller.cancel()
    await asyncio.sleep(0)
    assert not caller.done()
    may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert ended.is_set()
