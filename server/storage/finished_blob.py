"""Reads the records of one blob that is complete. Blocking; used by one thread at a time."""

import os
from pathlib import Path

from server.storage.blob_errors import BlobDamagedError, BlobMissingError
from server.storage.blob_records import STORED_RECORD_BYTES, RecordCipher, stored_size


class FinishedBlob:
    """Opens on the first read, so that a reader who never reads holds nothing."""

    def __init__(self, path: Path, cipher: RecordCipher, length: int) -> None:
        self._path = path
        self._cipher = cipher
        self._length = length
        self._file: int | None = None

    def records(self, first: int, last: int) -> bytes:
        """Give the plaintext of the records from `first` to before `last`.

        Raises:
            BlobMissingError: there is no such blob.
            BlobDamagedError: it has not the length it should have, or a record was changed, cut or moved.
        """
        if self._file is None:
            self._file = self._open()
        size = (last - first) * STORED_RECORD_BYTES
        return self._cipher.open(first, os.pread(self._file, size, first * STORED_RECORD_BYTES))

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError as error:
            raise BlobMissingError("We cannot find this file in our store.") from error
        if os.fstat(descriptor).st_size != stored_size(self._length):
            os.close(descriptor)
            raise BlobDamagedError("This file is damaged in our store. Please send it again.")
        return descriptor
