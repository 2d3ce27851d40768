"""One writer of one blob, and how it gives way to a newer one."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from server.storage.blob_errors import AppenderSupersededError, StoreFailedError
from server.storage.blob_records import RECORD_BYTES, RecordCipher
from server.storage.file_thread import in_thread
from server.storage.growing_blob import GrowingBlob

HOP_BYTES = 16 * RECORD_BYTES
COMMIT_EVERY_BYTES = 64 * HOP_BYTES


class Appender:
    """Appends to one blob from within `async with`, which keeps on leaving what was appended, unless it is held.

    `live` holds the one appender of each blob that may write: entering ends the one before.
    """

    def __init__(self, path: Path, cipher: RecordCipher, live: "dict[str, Appender]") -> None:
        self._path = path
        self._cipher = cipher
        self._live = live
        self._turn = asyncio.Lock()
        self._blob: GrowingBlob | None = None
        self._buffer = bytearray()
        self._offset = 0
        self._failed = False

    async def __aenter__(self) -> Self:
        async with self._turn:
            previous = self._live.get(self._path.name)
            self._live[self._path.name] = self
            try:
                if previous is not None:
                    await previous.retire()
                await in_thread(self._open)
            except BaseException:
                await self._let_go()
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.retire()

    @property
    def offset(self) -> int:
        """The bytes the blob has, those of this appender included; to be acknowledged only after `commit`."""
        return self._offset

    @property
    def superseded(self) -> bool:
        """Whether a newer appender took over, or the blob was deleted."""
        return self._blob is None

    async def append(self, data: bytes | bytearray | memoryview) -> None:
        """Take the data; the disk is written a MiB at a time.

        Raises:
            AppenderSupersededError: a newer appender took over.
            BlobFinishedError: the blob is complete.
            StoreFullError: the disk has no room; what was committed stays.
        """
        async with self._turn:
            blob = self._writable()
            rest = memoryview(data)
            while rest:
                piece = rest[: HOP_BYTES - len(self._buffer)]
                rest = rest[len(piece) :]
                self._buffer += piece
                self._offset += len(piece)
                if len(self._buffer) == HOP_BYTES:
                    await self._drain(blob)

    async def commit(self) -> int:
        """Have everything on the disk and give the offset, which may now be acknowledged."""
        async with self._turn:
            await self._commit(self._writable())
            return self._offset

    async def hold(self) -> None:
        """Make what comes provisional: only `commit` or `finish` keeps it; leaving, a crash or `roll_back` drops it."""
        async with self._turn:
            blob = self._writable()
            await self._commit(blob)
            await in_thread(blob.hold)

    async def roll_back(self) -> int:
        """Drop what came since `hold` or the last commit, and give the offset."""
        async with self._turn:
            await self._roll_back(self._writable())
            return self._offset

    async def finish(self) -> int:
        """Complete the blob, which then takes no more, and give its length; doing it twice is no harm."""
        async with self._turn:
            blob = self._writable()
            await self._drain(blob)
            await in_thread(blob.finish)
            return self._offset

    async def retire(self) -> None:
        """Keep what may be kept and let go of the blob; whoever still holds this appender can append no more."""
        async with self._turn:
            if self._blob is None:
                return
            try:
                await (self._roll_back(self._blob) if self._blob.held else self._commit(self._blob))
            finally:
                self._offset = self._blob.offset - self._blob.uncommitted
                await self._let_go()

    def _open(self) -> None:
        self._blob = GrowingBlob.open(self._path, self._cipher)
        self._offset = self._blob.offset

    def _writable(self) -> GrowingBlob:
        if self._blob is None:
            raise AppenderSupersededError("This file is being sent from another place now. We go on there.")
        if self._failed:
            raise StoreFailedError("A part of this file could not be stored. Please send it again from there.")
        return self._blob

    async def _drain(self, blob: GrowingBlob) -> None:
        data, self._buffer = self._buffer, bytearray()
        try:
            if data:
                self._failed = True
                await in_thread(lambda: blob.append(memoryview(data)))
                self._failed = False
            if blob.uncommitted >= COMMIT_EVERY_BYTES and not blob.held:
                await in_thread(blob.commit)
        finally:
            self._offset = blob.offset

    async def _commit(self, blob: GrowingBlob) -> None:
        if not self._failed:
            await self._drain(blob)
        await in_thread(blob.commit)

    async def _roll_back(self, blob: GrowingBlob) -> None:
        self._buffer.clear()
        await in_thread(blob.roll_back)
        self._offset = blob.offset

    async def _let_go(self) -> None:
        blob, self._blob = self._blob, None
        if blob is not None:
            await in_thread(blob.close)
        if self._live.get(self._path.name) is self:  # not before: whoever comes next must wait for the file's lock
            del self._live[self._path.name]
