"""The encrypted file store: blobs that are appended to, read by range, and removed.

Nothing but ciphertext reaches the disk. Each blob has a key of its own, which the catalogue keeps wrapped; the
catalogue knows the length too, by which a blob that was cut short is noticed. File work runs in threads, 1 MiB a hop.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator
from functools import partial
from hashlib import sha256
from pathlib import Path

from server.storage.appender import HOP_BYTES, Appender
from server.storage.blob_records import RECORD_BYTES, RecordCipher
from server.storage.file_thread import in_thread
from server.storage.finished_blob import FinishedBlob
from server.storage.growing_blob import GrowingBlob, remove

_BLOB_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PRIVATE_FOLDER_MODE = 0o700


class BlobStore:
    """Keeps blobs as files of one folder, which is written by one server process per blob."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._appenders: dict[str, Appender] = {}

    async def prepare(self) -> None:
        """Make the folder, readable by its owner only."""
        await in_thread(lambda: self._root.mkdir(_PRIVATE_FOLDER_MODE, parents=True, exist_ok=True))

    async def create(self, blob_id: str) -> None:
        """Put an empty blob on the disk.

        Raises:
            BlobExistsError: there is a blob of that id.
            StoreFullError: the disk has no room.
        """
        path = self._path(blob_id)
        await in_thread(lambda: GrowingBlob.create(path))

    def appender(self, blob_id: str, dek: bytes) -> Appender:
        """Give a context in which bytes are appended; entering it ends an older one of the same blob.

        Entering raises:
            BlobMissingError: there is no such blob.
            BlobBusyError: another server process is writing it.
        """
        return Appender(self._path(blob_id), RecordCipher(blob_id, dek), self._appenders)

    async def read(
        self, blob_id: str, dek: bytes, length: int, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the plaintext from `start` to before `stop` of a finished blob, at most 1 MiB at a time.

        Raises:
            BlobMissingError: there is no such blob.
            BlobDamagedError: it has not that length, or a record was changed, cut or moved.
        """
        stop = length if stop is None else stop
        if not 0 <= start <= stop <= length:
            raise ValueError(f"no range of a blob of {length} bytes: {start} to {stop}")
        blob = FinishedBlob(self._path(blob_id), RecordCipher(blob_id, dek), length)
        try:
            for first, last in _hops(start, stop):
                piece = await in_thread(partial(blob.records, first, last))
                begin = first * RECORD_BYTES
                yield piece[max(start - begin, 0) : stop - begin]
        finally:
            blob.close()

    async def sha256(self, blob_id: str, dek: bytes, length: int) -> str:
        """Give the digest of a finished blob's plaintext, in hex."""
        digest = sha256()
        async for piece in self.read(blob_id, dek, length):
            digest.update(piece)
        return digest.hexdigest()

    async def write_all(self, blob_id: str, dek: bytes, source: bytes | AsyncIterable[bytes]) -> int:
        """Store a whole blob and give its length; on any failure nothing stays behind.

        Raises:
            BlobExistsError: there is a blob of that id.
            StoreFullError: the disk has no room.
        """
        await self.create(blob_id)
        try:
            async with self.appender(blob_id, dek) as appender:
                async for piece in _pieces(source):
                    await appender.append(piece)
                return await appender.finish()
        except BaseException:
            await self.delete(blob_id)
            raise

    async def delete(self, blob_id: str) -> None:
        """Take a blob off the disk; once the catalogue has forgotten its key, it is gone from backups too."""
        path = self._path(blob_id)
        if appender := self._appenders.get(blob_id):
            await appender.retire()
        await in_thread(lambda: remove(path))

    def _path(self, blob_id: str) -> Path:
        if not _BLOB_ID.fullmatch(blob_id):
            raise ValueError("not a blob id")
        return self._root / blob_id


def _hops(start: int, stop: int) -> list[tuple[int, int]]:
    """Give the first and the one-past-last record of each read that the range needs; an empty one reads nothing."""
    end = -(-stop // RECORD_BYTES)
    step = HOP_BYTES // RECORD_BYTES
    return [(first, min(first + step, end)) for first in range(start // RECORD_BYTES, end, step)]


async def _pieces(source: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    async for piece in source:
        yield piece
