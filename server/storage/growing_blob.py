"""One blob file that grows, and what survives when the process or the machine dies at any byte.

The file holds whole records only; the tail of less than a record is kept in the marks beside it. `commit` is what makes
bytes durable, and only committed bytes may be acknowledged. Blocking; used by one thread at a time.
"""

import os
from pathlib import Path
from typing import Self

from server.storage.blob_errors import (
    BlobDamagedError,
    BlobExistsError,
    BlobFinishedError,
    BlobMissingError,
    refusal_of,
)
from server.storage.blob_records import RECORD_BYTES, STORED_RECORD_BYTES, RecordCipher
from server.storage.durable import PRIVATE_FILE_MODE, sync_folder
from server.storage.tail_marks import START, Mark, TailMarks, write_at


class GrowingBlob:
    """Appends to one blob file; what is committed survives a crash at any point."""

    def __init__(self, path: Path, cipher: RecordCipher, descriptor: int, marks: TailMarks | None) -> None:
        self._path = path
        self._cipher = cipher
        self._file = descriptor
        self._marks = marks
        self._mark = START
        self._whole = 0
        self._tail = b""

    @staticmethod
    def create(path: Path) -> None:
        """Put an empty blob on the disk.

        Raises:
            BlobExistsError: there is a blob of that name.
            StoreFullError: the disk has no room.
        """
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE_MODE))
            TailMarks.create(_marks_path(path))
            sync_folder(path.parent)
        except FileExistsError as error:
            raise BlobExistsError("There is a stored file of that id already.") from error
        except OSError as error:
            raise refusal_of(error) from error

    @classmethod
    def open(cls, path: Path, cipher: RecordCipher) -> Self:
        """Open a blob to append, at the last state that is whole, and have that state on the disk.

        Raises:
            BlobMissingError: there is no such blob.
            BlobBusyError: another writer has it open.
            BlobDamagedError: it is finished, and its last record does not open.
            StoreFailedError: the disk reports an error.
        """
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError as error:
            raise BlobMissingError("We cannot find this file in our store.") from error
        blob = cls(path, cipher, descriptor, None)
        try:
            blob._marks = TailMarks.open(_marks_path(path), cipher)
            blob._recover()
        except OSError as error:
            blob.close()
            raise refusal_of(error) from error
        except BaseException:
            blob.close()
            raise
        return blob

    @property
    def offset(self) -> int:
        """The bytes of plaintext that are written, committed or not."""
        return self._whole * RECORD_BYTES + len(self._tail)

    @property
    def uncommitted(self) -> int:
        """The bytes of plaintext that a power cut would lose."""
        return self.offset - self._mark.whole * RECORD_BYTES - len(self._mark.tail)

    @property
    def held(self) -> bool:
        """Whether what was written since `hold` still awaits a commit."""
        return self._mark.held

    def append(self, data: memoryview) -> None:
        """Write all of the data, or on failure none of it.

        Raises:
            BlobFinishedError: the blob is complete.
            StoreFullError: the disk has no room.
        """
        self._growing()
        if self._tail:
            data = memoryview(self._tail + data)
        whole_bytes = len(data) - len(data) % RECORD_BYTES
        self._write(data[:whole_bytes])
        self._whole += whole_bytes // RECORD_BYTES
        self._tail = bytes(data[whole_bytes:])

    def commit(self) -> None:
        """Have every written byte on the disk.

        Raises:
            StoreFullError: the disk has no room.
        """
        if self.uncommitted or self.held:
            self._put_mark(held=False)

    def hold(self) -> None:
        """Make everything from here on provisional: only a commit keeps it, a crash or `roll_back` drops it."""
        self._put_mark(held=True)

    def roll_back(self) -> None:
        """Drop everything that was written since the last commit or hold."""
        self._whole, self._tail = self._mark.whole, self._mark.tail
        try:
            os.ftruncate(self._file, self._whole * STORED_RECORD_BYTES)
            os.fsync(self._file)
        except OSError as error:
            raise refusal_of(error) from error
        self.commit()

    def finish(self) -> None:
        """Write the tail as the last record and have the complete blob on the disk; doing it twice is no harm."""
        if self._marks is None:
            return
        self._write(memoryview(self._tail))
        try:
            os.fsync(self._file)
            self._marks.discard()
            sync_folder(self._path.parent)
        except OSError as error:
            raise refusal_of(error) from error
        self._marks.close()
        self._marks = None
        self._mark = Mark(self._mark.sequence, self._whole, held=False, tail=self._tail)

    def close(self) -> None:
        """Let go of the files; what is not committed may be lost."""
        os.close(self._file)
        if self._marks is not None:
            self._marks.close()

    def _growing(self) -> TailMarks:
        if self._marks is None:
            raise BlobFinishedError("This file is complete already.")
        return self._marks

    def _write(self, plaintext: memoryview) -> None:
        place = self._whole * STORED_RECORD_BYTES
        try:
            write_at(self._file, memoryview(self._cipher.seal(self._whole, plaintext)), place)
        except OSError as error:
            os.ftruncate(self._file, place)
            raise refusal_of(error) from error

    def _put_mark(self, *, held: bool) -> None:
        marks = self._growing()
        mark = Mark(self._mark.sequence + 1, self._whole, held, self._tail)
        try:
            os.fsync(self._file)
            marks.put(mark)
        except OSError as error:
            raise refusal_of(error) from error
        self._mark = mark

    def _recover(self) -> None:
        stored = os.fstat(self._file).st_size
        if self._marks is None:
            self._recover_finished(stored)
            return
        records = stored // STORED_RECORD_BYTES
        self._mark = self._marks.newest(records)
        self._whole = self._mark.whole if self._mark.held else self._first_unreadable(self._mark.whole, records)
        self._tail = self._mark.tail if self._whole == self._mark.whole else b""
        os.ftruncate(self._file, self._whole * STORED_RECORD_BYTES)
        os.fsync(self._file)
        self._marks.sync()
        self.commit()

    def _recover_finished(self, stored: int) -> None:
        self._whole, rest = divmod(stored, STORED_RECORD_BYTES)
        if rest:
            self._tail = self._cipher.open(self._whole, os.pread(self._file, rest, stored - rest))
        self._mark = Mark(0, self._whole, held=False, tail=self._tail)

    def _first_unreadable(self, first: int, records: int) -> int:
        for index in range(first, records):
            try:
                self._cipher.open(index, os.pread(self._file, STORED_RECORD_BYTES, index * STORED_RECORD_BYTES))
            except BlobDamagedError:
                return index
        return records


def remove(path: Path) -> None:
    """Take a blob off the disk; one that is not there is removed already."""
    _marks_path(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def _marks_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.tail")
