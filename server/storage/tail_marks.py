"""Where a growing blob stands: how many whole records it has, and the tail of less than a record.

Two slots are written in turn, so that the state that was acknowledged last is never overwritten before a newer one is
on the disk. The file exists as long as the blob grows, and its lock keeps every other writer out.
"""

import fcntl
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from server.storage.blob_errors import BlobBusyError, BlobDamagedError
from server.storage.blob_records import RecordCipher
from server.storage.durable import PRIVATE_FILE_MODE

_LENGTH = struct.Struct(">I")
_HEAD = struct.Struct(">QQ?")  # sequence, whole records, held
_SLOT_BYTES = 17 * 4096  # length, head, a tail of one byte less than a record, nonce and tag, in whole pages


@dataclass(frozen=True, slots=True)
class Mark:
    """One durable state; while `held`, nothing that was written after it counts."""

    sequence: int
    whole: int
    held: bool
    tail: bytes


START = Mark(0, 0, held=False, tail=b"")


class TailMarks:
    """The two slots of one growing blob."""

    def __init__(self, path: Path, cipher: RecordCipher, descriptor: int) -> None:
        self._path = path
        self._cipher = cipher
        self._file = descriptor

    @staticmethod
    def create(path: Path) -> None:
        """Make both slots, empty."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE_MODE)
        try:
            os.ftruncate(descriptor, 2 * _SLOT_BYTES)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @classmethod
    def open(cls, path: Path, cipher: RecordCipher) -> Self | None:
        """Open and lock the slots, or give None when the blob has grown up.

        Raises:
            BlobBusyError: another writer holds the lock.
        """
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise BlobBusyError("We are still storing what came before. Please try again in a moment.") from error
        if os.fstat(descriptor).st_nlink == 0:  # its last writer finished between our two calls
            os.close(descriptor)
            return None
        return cls(path, cipher, descriptor)

    def newest(self, records: int) -> Mark:
        """Give the newest state that a blob file of so many whole records can bear out."""
        marks = [mark for slot in (0, 1) if (mark := self._read(slot)) and mark.whole <= records]
        return max(marks, key=lambda mark: mark.sequence, default=START)

    def put(self, mark: Mark) -> None:
        """Have the state on the disk, in the slot that does not hold the one before it."""
        note = self._cipher.seal_note(_HEAD.pack(mark.sequence, mark.whole, mark.held) + mark.tail)
        write_at(self._file, memoryview(_LENGTH.pack(len(note)) + note), mark.sequence % 2 * _SLOT_BYTES)
        os.fsync(self._file)

    def sync(self) -> None:
        """Have on the disk whatever an earlier writer left in the slots."""
        os.fsync(self._file)

    def discard(self) -> None:
        """Take the slots away: the blob has grown up."""
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Release the lock."""
        os.close(self._file)

    def _read(self, slot: int) -> Mark | None:
        stored = os.pread(self._file, _SLOT_BYTES, slot * _SLOT_BYTES).ljust(_LENGTH.size, b"\0")
        (length,) = _LENGTH.unpack_from(stored)
        try:
            note = self._cipher.open_note(stored[_LENGTH.size : _LENGTH.size + length])
        except BlobDamagedError:
            return None
        sequence, whole, held = _HEAD.unpack_from(note)
        return Mark(sequence, whole, held, note[_HEAD.size :])


def write_at(descriptor: int, data: memoryview, place: int) -> None:
    """Write all of the data at a place of a file."""
    while data:
        written = os.pwrite(descriptor, data, place)
        data, place = data[written:], place + written
