"""What happens to a file once its last byte is here: it is hashed, recognised, described and compared with the case.

A file that has arrived is a row before anybody is told so, and the row is what this goes by: a process that dies in
between leaves nothing undone for longer than until the next start.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import structlog

from server.domain import ids
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.errors import DomainError
from server.domain.identity_check import Identity, identity_of
from server.domain.ids import DocumentId
from server.domain.records import Document, Scan
from server.domain.sniffing import HEAD_BYTES, MediaType, Sniffed, Verdict, sniff
from server.domain.summaries import ScanSummary, Summary
from server.domain.uploads import Upload
from server.integrations.derivatives import Derivatives, NoPreviewError, UnreadableDocumentError
from server.services.blob_keys import BlobKeys
from server.services.trail import SYSTEM_ROLE
from server.storage import accounts, audit, cases, documents, uploads
from server.storage.blob_errors import BlobBusyError, BlobDamagedError, BlobMissingError
from server.storage.blobs import BlobStore
from server.storage.database import Connection, Database
from server.storage.documents import Finding
from server.storage.uploads import Blob

AT_ONCE = 2
BATCH = 100
ROUND_SECONDS = 60
OTHER_PERSON = (
    "The name or the date of birth in this scan is not the one we have for you. Please check whose scan it is. If it is"
    " yours, you need not do anything: your specialist looks at it."
)
NOT_KEPT = " We did not keep this file."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Look:
    """What a file turned out to be, before it is compared with what the case has."""

    sniffed: Sniffed
    sha256: str
    summary: Summary | None
    refused: str | None


class Arrivals:
    """Takes in what has arrived, and clears away what was given up."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        keys: BlobKeys,
        derivatives: Derivatives,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._keys = keys
        self._derivatives = derivatives
        self._clock = clock
        self._wake = asyncio.Event()
        self._round = asyncio.Lock()

    async def take(self, upload: Upload, length: int) -> None:
        """Make a document of an upload whose every byte is on the disk; doing it twice is no harm."""
        now = self._clock()
        document = Document(
            id=DocumentId(ids.new()),
            case_id=upload.case_id,
            upload_id=upload.id,
            blob_id=upload.blob_id,
            uploaded_by=upload.owner_id,
            kind=upload.kind,
            filename=upload.filename,
            media_type=MediaType.UNKNOWN,
            size=length,
            sha256="",
            status=DocumentStatus.PROCESSING,
            scan=Scan.NOT_SCANNED,
            summary={},
            reason=None,
            judged_by=None,
            judged_at=None,
            version=1,
            created_at=now,
        )
        async with self._database.write() as connection:
            if not await uploads.arrive(connection, upload, length):
                return
            await documents.add(connection, document)
            await self._note(connection, document, "document.arrived", upload.owner_id)
        log.info("document.arrived", document=document.id, upload=upload.id)
        self._wake.set()

    async def prepare(self) -> None:
        """Make the folder of the file store."""
        await self._blobs.prepare()

    async def run(self) -> None:
        """Finish what an earlier process left, then look at files as they come, for as long as the service runs."""
        await self.recover()
        while True:
            self._wake.clear()
            try:
                await self.clear_away()
                found = await self.look_at_waiting()
            except (DomainError, OSError) as error:
                log.warning("arrivals.failed", kind=type(error).__name__)
                found = 0
            if not found:
                await self._rest()

    async def recover(self) -> None:
        """Take in the uploads whose last byte came just before an earlier process died."""
        async with self._database.read() as connection:
            left = await uploads.open_of(connection)
        for upload in left:
            try:
                await self._take_if_whole(upload)
            except DomainError as error:
                log.warning("upload.not-recovered", upload=upload.id, kind=type(error).__name__)

    async def look_at_waiting(self) -> int:
        """Look at files that have arrived and return with how many that came to an end."""
        async with self._round:  # so that nobody looks at the same file twice at once
            async with self._database.read() as connection:
                waiting = await documents.waiting(connection, BATCH)
            turn = asyncio.Semaphore(AT_ONCE)
            async with asyncio.TaskGroup() as group:
                looks = [group.create_task(self._try_to_look_at(document, turn)) for document in waiting]
            await self.shred()
            return sum(look.result() for look in looks)

    async def clear_away(self) -> None:
        """Drop uploads that were left alone for too long, and the files of everything that was dropped."""
        async with self._database.read() as connection:
            late = await uploads.expired(connection, self._clock())
        for upload in late:
            if not await self._take_if_whole(upload):
                async with self._database.write() as connection:
                    await uploads.remove(connection, upload)
                log.info("upload.expired", upload=upload.id)
        await self.shred()

    async def shred(self) -> None:
        """Take the files off the disk whose keys were thrown away."""
        async with self._database.read() as connection:
            gone = await uploads.condemned(connection)
        for blob_id in gone:
            await self._blobs.delete(blob_id)
            async with self._database.write() as connection:
                await uploads.forget(connection, blob_id)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), ROUND_SECONDS)
        except TimeoutError:
            return

    async def _take_if_whole(self, upload: Upload) -> bool:
        try:
            async with self._database.read() as connection:
                blob = await uploads.blob(connection, upload.blob_id)
            async with self._blobs.appender(blob.id, self._keys.open(blob)) as appender:
                whole = appender.offset == upload.length
                if whole:
                    await appender.finish()
        except BlobMissingError:
            return False
        except BlobBusyError:  # another server process is receiving it
            return True
        if whole:
            await self.take(upload, upload.length)
        return whole

    async def _try_to_look_at(self, document: Document, turn: asyncio.Semaphore) -> bool:
        """Look at one file; what fails for a reason that is not in the file is tried again in the next round."""
        async with turn:
            try:
                await self._look_at(document)
            except (DomainError, OSError) as error:
                log.warning("document.not-looked-at", document=document.id, kind=type(error).__name__)
                return False
        return True

    async def _look_at(self, document: Document) -> None:
        async with self._database.read() as connection:
            blob = await uploads.blob(connection, document.blob_id)
        try:
            look = await self._look(blob)
        except (BlobDamagedError, BlobMissingError) as error:
            look = Look(Sniffed(MediaType.UNKNOWN, Verdict.REFUSED), "", None, str(error))
        async with self._database.write() as connection:
            await uploads.lock_case(connection, document.case_id)
            finding = await self._find(connection, document, look)
            if not await documents.settle(connection, document, finding):  # another server process was first
                return
            if finding.blob_id != document.blob_id:
                await uploads.condemn(connection, blob.id)
            await self._note(connection, document, f"document.{finding.status}", None)
        log.info("document.settled", document=document.id, status=finding.status.value)

    async def _look(self, blob: Blob) -> Look:
        dek = self._keys.open(blob)
        head = b"".join(
            [piece async for piece in self._blobs.read(blob.id, dek, blob.length, 0, min(HEAD_BYTES, blob.length))]
        )
        sniffed = sniff(head)
        reading = HashedReading(self._blobs.read(blob.id, dek, blob.length))
        summary, refused = None, sniffed.reason or None
        if sniffed.verdict is Verdict.ACCEPTED:
            summary, refused = await self._describe(sniffed.media_type, reading)
        return Look(sniffed, await reading.digest(), summary, refused)

    async def _describe(self, media_type: MediaType, reading: "HashedReading") -> tuple[Summary | None, str | None]:
        try:
            return await self._derivatives.describe(media_type, reading), None
        except NoPreviewError:  # too large to be opened here, which is no fault of the file
            return None, None
        except UnreadableDocumentError as error:
            return None, str(error)

    async def _find(self, connection: Connection, document: Document, look: Look) -> Finding:
        """Turn what a file is into what it means for this case."""
        blob_id, kind, reason, status = document.blob_id, document.kind, look.refused, DocumentStatus.RECEIVED
        if look.refused is not None:
            blob_id, reason, status = None, look.refused + NOT_KEPT, DocumentStatus.REFUSED
        elif isinstance(look.summary, ScanSummary):
            kind = DocumentKind.IMAGING_STUDY if kind is DocumentKind.OTHER else kind
            if await self._is_of_somebody_else(connection, document, look.summary):
                reason, status = OTHER_PERSON, DocumentStatus.WRONG_PERSON
        if blob_id is not None and (same := await documents.same_bytes(connection, document, look.sha256)):
            blob_id = same.blob_id
        media_type = look.sniffed.media_type
        return Finding(blob_id, kind, media_type, look.sha256, status, _as_json(look.summary), reason)

    async def _is_of_somebody_else(self, connection: Connection, document: Document, scan: ScanSummary) -> bool:
        case = await cases.get(connection, document.case_id)
        patient = await accounts.get(connection, case.patient_id)
        names = f"{patient.name} {case.answers.get('name', '')}"
        return identity_of(scan, name=names, birth_date=None) is Identity.OTHER

    async def _note(self, connection: Connection, document: Document, action: str, actor_id: str | None) -> None:
        await audit.append(
            connection,
            at=self._clock(),
            actor_id=document.uploaded_by if actor_id else None,
            role=None if actor_id else SYSTEM_ROLE,
            action=action,
            object_kind="document",
            object_id=document.id,
            case_id=document.case_id,
        )


class HashedReading:
    """The bytes of a file on their way to somebody else, hashed as they go by; the rest is read for the digest."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self._digest = sha256()

    def __aiter__(self) -> "HashedReading":
        return self

    async def __anext__(self) -> bytes:
        piece = await anext(self._source)
        self._digest.update(piece)
        return piece

    async def digest(self) -> str:
        """Read what is left and give the digest of the whole, in hex."""
        async for _ in self:
            pass
        return self._digest.hexdigest()


def _as_json(summary: Summary | None) -> dict[str, Any]:
    if summary is None:
        return {}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(summary).items()}
