"""Files on their way in: begun, gone on with, looked up, given up. The file store alone knows how much is here."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from server.domain import ids, tus
from server.domain.actors import Actor
from server.domain.cases import Case, CaseMovedOnError, CaseStatus
from server.domain.documents import Container, DocumentKind
from server.domain.file_names import clean_file_name
from server.domain.ids import CaseId, UploadId
from server.domain.tus import Checksum, Create, Patch, Standing
from server.domain.tus_refusals import UploadTooLargeError
from server.domain.upload_metadata import UploadMetadata
from server.domain.uploads import (
    MOST_OPEN_UPLOADS,
    CaseFullError,
    DocumentInUseError,
    TooManyUploadsError,
    Upload,
    UploadState,
)
from server.services import trail
from server.services.access import case_for, upload_for
from server.services.arrivals import Arrivals
from server.services.blob_keys import BlobKeys
from server.storage import cases, documents, uploads
from server.storage.appender import Appender
from server.storage.blob_errors import AppenderSupersededError, StoreFailedError, StoreFullError
from server.storage.blobs import BlobStore
from server.storage.database import Connection, Database
from server.storage.uploads import Blob

DISK_RESERVE_BYTES = 256 * 1024**2  # for the database and its journal
LIVES_ON_AFTER = timedelta(hours=1)  # how much the end of an upload must move to be worth a write

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much the operator lets in: a file, a case, and the folder whose disk it all goes to."""

    file_bytes: int
    case_bytes: int
    folder: Path


class Uploads:
    """Receives files into cases; every byte it acknowledges is on the disk."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        keys: BlobKeys,
        arrivals: Arrivals,
        limits: UploadLimits,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._keys = keys
        self._arrivals = arrivals
        self.limits = limits
        self._clock = clock

    async def begin(self, actor: Actor, create: Create) -> UploadId:
        """Promise room for a file.

        Raises:
            NotFoundError: there is no such case, or it is not theirs.
            CaseMovedOnError: the case takes no records.
            CaseFullError, TooManyUploadsError, StoreFullError: there is no room.
        """
        upload, blob = self._new(actor, create)
        async with self._database.write() as connection:
            case = await case_for(connection, actor, upload.case_id)
            await self._reserve(connection, case, create.length)
            await uploads.add(connection, upload, blob)
            await trail.record(
                connection, actor, "upload.begun", "upload", upload.id, now=upload.created_at, case_id=case.id
            )
        try:
            await self._blobs.create(blob.id)
        except (StoreFullError, StoreFailedError):
            await self._drop(upload)
            raise
        log.info("upload.begun", upload=upload.id, length=upload.length)
        if upload.length == 0:
            await self._finish(upload, blob)
        return upload.id

    async def standing(self, actor: Actor, upload_id: UploadId) -> tuple[Standing, str]:
        """Say where an upload stands, and what its sender said of it; whoever was sending it is asked to stop.

        Raises:
            NotFoundError: there is none, or it is not theirs.
            UploadExpiredError: it was left alone for too long.
        """
        upload, blob = await self._own(actor, upload_id)
        header = upload.metadata["header"]
        if blob is None:
            return Standing(upload.length, upload.length, upload.expires_at), header
        tus.check_live(Standing(upload.length, 0, upload.expires_at), now=self._clock())
        async with self._receiving(upload, blob) as appender:
            offset = appender.offset
        return await self._moved(upload, offset), header

    async def append(self, actor: Actor, upload_id: UploadId, patch: Patch, body: AsyncIterator[bytes]) -> Standing:
        """Add bytes to an upload; an older request that still adds to it ends with what it stored.

        Raises:
            NotFoundError: there is none, or it is not theirs.
            UploadExpiredError, OffsetMismatchError, UploadTooLargeError, ChecksumMismatchError
        """
        upload, blob = await self._own(actor, upload_id)
        if blob is None:
            return await _nothing_more(upload, patch, body, self._clock())
        tus.check_live(Standing(upload.length, 0, upload.expires_at), now=self._clock())
        async with self._receiving(upload, blob) as appender:
            standing = Standing(upload.length, appender.offset, upload.expires_at)
            room = tus.room_for(patch, standing, now=self._clock())
            await _store(appender, body, room, patch.checksum)
            offset = await appender.commit()
        return await self._moved(upload, offset)

    async def give_up(self, actor: Actor, upload_id: UploadId) -> None:
        """Throw an upload away, also one that has become a document with which nobody has worked yet.

        Raises:
            NotFoundError: there is none, or it is not theirs.
            DocumentInUseError: somebody has judged it, or has said that the records are enough with it.
        """
        now = self._clock()
        async with self._database.write() as connection:
            upload = await upload_for(connection, actor, upload_id)
            await uploads.lock_case(connection, upload.case_id)
            await _check_unused(connection, upload)
            await uploads.remove(connection, upload)
            await trail.record(
                connection, actor, "upload.given-up", "upload", upload.id, now=now, case_id=upload.case_id
            )
        log.info("upload.given-up", upload=upload.id)
        await self._arrivals.shred()

    async def receive(
        self, actor: Actor, case_id: CaseId, kind: DocumentKind, filename: str, most: int, body: AsyncIterator[bytes]
    ) -> None:
        """Take in a file that a plain form sends: whole, or not at all. `most` is how large it can be.

        Raises:
            NotFoundError, CaseMovedOnError, CaseFullError, TooManyUploadsError, UploadTooLargeError
        """
        if most > self.limits.file_bytes:
            raise UploadTooLargeError(f"This file is larger than {self.limits.file_bytes // 10**9} GB, our limit.")
        metadata = UploadMetadata(case_id, kind, clean_file_name(filename) or "file", "", Container.RAW, "")
        upload_id = await self.begin(actor, Create(most, metadata, with_body=True, checksum=None))
        upload, blob = await self._own(actor, upload_id)
        assert blob is not None
        try:
            async with self._blobs.appender(blob.id, self._keys.open(blob)) as appender:
                await _store(appender, body, most, None)
                length = await appender.finish()
        except BaseException:
            await self._drop(upload)
            raise
        await self._arrivals.take(upload, length)

    async def open_of(self, actor: Actor, case_id: CaseId) -> tuple[Upload, ...]:
        """List the person's own unfinished uploads of a case, so that another device can go on with them."""
        now = self._clock()
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            found = await uploads.open_of(connection, case.id)
        mine = (upload for upload in found if upload.owner_id == actor.id and upload.expires_at > now)
        return tuple(upload for upload in mine if upload.metadata["header"])  # a form cannot be gone on with

    def _new(self, actor: Actor, create: Create) -> tuple[Upload, Blob]:
        now, blob_id, metadata = self._clock(), ids.new(), create.metadata
        _, wrapped = self._keys.make(blob_id)
        case_id = CaseId(metadata.case)
        upload = Upload(
            id=UploadId(ids.new()),
            case_id=case_id,
            owner_id=actor.id,
            blob_id=blob_id,
            length=create.length,
            metadata={
                "filename": metadata.filename,
                "filetype": metadata.filetype,
                "kind": metadata.kind,
                "container": metadata.container,
                "header": metadata.header,
            },
            state=UploadState.OPEN,
            created_at=now,
            expires_at=tus.expiry(created_at=now, now=now),
        )
        return upload, Blob(blob_id, case_id, create.length, wrapped, now)

    async def _reserve(self, connection: Connection, case: Case, length: int) -> None:
        if case.status is CaseStatus.DECLINED:
            raise CaseMovedOnError("This request is closed, so we cannot take records for it. Please call us.")
        await uploads.lock_case(connection, case.id)
        if await uploads.bytes_taken(connection, case.id) + length > self.limits.case_bytes:
            raise CaseFullError("There is no room for this file in your records. Please call us, and we make room.")
        if len(await uploads.open_of(connection, case.id)) >= MOST_OPEN_UPLOADS:
            raise TooManyUploadsError("Many files are on their way already. Please let some of them arrive first.")
        free = shutil.disk_usage(self.limits.folder).free - DISK_RESERVE_BYTES
        if await uploads.bytes_to_come(connection) + length > free:
            raise StoreFullError("There is no room for more files at the moment. Please try again later.")

    async def _own(self, actor: Actor, upload_id: UploadId) -> tuple[Upload, Blob | None]:
        """Return one of the person's uploads, with its blob while bytes may come."""
        async with self._database.read() as connection:
            upload = await upload_for(connection, actor, upload_id)
            open_still = upload.state is UploadState.OPEN
            return upload, await uploads.blob(connection, upload.blob_id) if open_still else None

    @asynccontextmanager
    async def _receiving(self, upload: Upload, blob: Blob) -> AsyncIterator[Appender]:
        """Append to an upload; on leaving, however that is, one that is whole becomes a document."""
        async with self._blobs.appender(blob.id, self._keys.open(blob)) as appender:
            try:
                yield appender
            finally:
                await appender.retire()
                if appender.offset == upload.length:
                    await self._finish(upload, blob)

    async def _finish(self, upload: Upload, blob: Blob) -> None:
        try:
            async with self._blobs.appender(blob.id, self._keys.open(blob)) as appender:
                length = await appender.finish()
        except AppenderSupersededError:  # whoever came after us finds it whole too, and finishes it
            return
        await self._arrivals.take(upload, length)

    async def _moved(self, upload: Upload, offset: int) -> Standing:
        """Let an upload that somebody cares for live longer."""
        expires_at = tus.expiry(created_at=upload.created_at, now=self._clock())
        if offset < upload.length and expires_at - upload.expires_at >= LIVES_ON_AFTER:
            async with self._database.write() as connection:
                await uploads.put_off(connection, upload.id, expires_at)
            upload = replace(upload, expires_at=expires_at)
        return Standing(upload.length, offset, upload.expires_at)

    async def _drop(self, upload: Upload) -> None:
        async with self._database.write() as connection:
            await uploads.remove(connection, upload)
        await self._arrivals.shred()


async def _store(appender: Appender, body: AsyncIterator[bytes], room: int, checksum: Checksum | None) -> None:
    """Append what arrives, and refuse what goes beyond the room; with a checksum, all of it or nothing."""
    hasher = checksum.hasher() if checksum else None
    if checksum:
        await appender.hold()
    async for piece in body:
        fits = memoryview(piece)[:room]
        room -= len(fits)
        await appender.append(fits)
        if hasher:
            hasher.update(fits)
        if len(fits) < len(piece):
            raise tus.past_the_end()
    if checksum and hasher:
        checksum.verify(hasher)


async def _nothing_more(upload: Upload, patch: Patch, body: AsyncIterator[bytes], now: datetime) -> Standing:
    """Answer who adds to an upload that has every byte."""
    standing = Standing(upload.length, upload.length, upload.expires_at)
    if now < upload.expires_at:
        tus.room_for(patch, standing, now=now)
    if patch.length is None and [piece async for piece in body]:
        raise tus.past_the_end()
    return standing


async def _check_unused(connection: Connection, upload: Upload) -> None:
    document = await documents.of_upload(connection, upload.id)
    if document is None:
        return
    review = await cases.newest_review(connection, upload.case_id)
    read = review is not None and review.created_at >= document.created_at
    if document.judged_at is not None or read:
        raise DocumentInUseError("Your specialist has worked with this file. Please call us if it has to go.")
