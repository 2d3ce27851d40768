"""Documents for those who may know of them: listed, read, shown, judged. No reading without a row that says so."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.domain import records
from server.domain.actors import Actor
from server.domain.errors import NotFoundError
from server.domain.ids import CaseId, DocumentId
from server.domain.records import Document, InQuarantineError, Judgement, Scan
from server.domain.sniffing import MediaType, with_empty_preamble
from server.integrations.derivatives import NoPreviewError
from server.services import trail
from server.services.access import case_for, document_for
from server.services.blob_keys import BlobKeys
from server.services.previews import Previews
from server.storage import documents, uploads
from server.storage.blobs import BlobStore
from server.storage.database import Connection, Database
from server.storage.uploads import Blob

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Listed:
    """A document, and the id of the first one of the case with the same bytes if it is not the first."""

    document: Document
    same_as: DocumentId | None


class Readable:
    """A document whose reading has been written down; its bytes may leave now."""

    def __init__(self, document: Document, blobs: BlobStore, blob: Blob, dek: bytes) -> None:
        self.document = document
        self._blobs = blobs
        self._blob = blob
        self._dek = dek

    def original(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Give the bytes as they were sent, which are what `sha256` names."""
        return self._blobs.read(self._blob.id, self._dek, self._blob.length, start, stop)

    async def copy(self) -> AsyncIterator[bytes]:
        """Give the bytes as they may be opened: nothing stands in front of a scan any more."""
        place = 0
        async for piece in self.original():
            scan = self.document.media_type == MediaType.DICOM
            yield with_empty_preamble(piece, place) if scan else piece
            place += len(piece)


class Documents:
    """What people do with the documents of a case."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        keys: BlobKeys,
        previews: Previews,
        clock: Callable[[], datetime],
        *,
        quarantine: bool,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._keys = keys
        self._previews = previews
        self._clock = clock
        self._quarantine = quarantine

    async def of_case(self, actor: Actor, case_id: CaseId) -> tuple[Listed, ...]:
        """List the documents of a case, the oldest first."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            return _listed(await documents.of_case(connection, case.id))

    async def get(self, actor: Actor, document_id: DocumentId) -> Listed:
        """Return a document."""
        async with self._database.read() as connection:
            document = await document_for(connection, actor, document_id)
            found = _listed(await documents.of_case(connection, document.case_id))
        return next(one for one in found if one.document.id == document_id)

    def withheld(self, actor: Actor, document: Document) -> bool:
        """Tell whether a document waits for the virus scanner, and this person has not sent it."""
        return self._quarantine and document.scan is not Scan.CLEAN and document.uploaded_by != actor.id

    async def open(self, actor: Actor, document_id: DocumentId, action: str = "document.read") -> Readable:
        """Write down that this person reads the document, and give it to them.

        Raises:
            NotFoundError: there is none, or it is not theirs.
            StillCheckedError, NotKeptError, InQuarantineError: there is nothing to read, or not yet.
        """
        async with self._database.write() as connection:
            document = await document_for(connection, actor, document_id)
            return await self._readable(connection, actor, document, action)

    async def picture(self, actor: Actor, document_id: DocumentId) -> tuple[str, bytes]:
        """Show a picture, or the first frame of a scan, as (media type, bytes).

        Raises:
            as `open`, and NoPreviewError, UnreadableDocumentError
        """
        readable = await self.open(actor, document_id, "document.shown")
        drawn = await self._previews.picture(readable.document, readable.original)
        return drawn.media_type, drawn.data

    async def page(self, actor: Actor, document_id: DocumentId, number: int) -> tuple[str, bytes]:
        """Show a page of a paper, counted from 1, as (media type, bytes).

        Raises:
            as `open`, and NoPreviewError, NoSuchPageError, UnreadableDocumentError
        """
        readable = await self.open(actor, document_id, "document.shown")
        if readable.document.media_type != MediaType.PDF:
            raise NoPreviewError("This file has no pages to show.")
        drawn = await self._previews.page(readable.document, number, readable.original)
        return drawn.media_type, drawn.data

    async def judge(
        self, actor: Actor, document_id: DocumentId, judgement: Judgement, words: str, version: int | None
    ) -> Listed:
        """Say what a document is worth. `version` is the one that the caller has seen, if they mind.

        Raises:
            NotFoundError: there is none, or it is not theirs.
            ConflictError: it has changed since.
            StillCheckedError, NotKeptError: there is nothing to judge.
        """
        now = self._clock()
        async with self._database.write() as connection:
            document = await document_for(connection, actor, document_id)
            records.check_version(document, version)
            judged = records.judge(document, judgement, words, by=actor.id, now=now)
            await documents.save(connection, judged)
            await trail.record(
                connection,
                actor,
                f"document.{judgement}",
                "document",
                document.id,
                now=now,
                case_id=document.case_id,
            )
        log.info("document.judged", document=document.id, judgement=judgement.value)
        return await self.get(actor, document_id)

    async def _readable(self, connection: Connection, actor: Actor, document: Document, action: str) -> Readable:
        records.check_kept(document)
        if self.withheld(actor, document):
            raise InQuarantineError("This file waits for the virus check. It opens here as soon as that is done.")
        try:
            blob = await uploads.blob(connection, document.blob_id)
        except NotFoundError as error:
            raise records.NotKeptError("This file is not kept any more.") from error
        now = self._clock()
        await trail.record(connection, actor, action, "document", document.id, now=now, case_id=document.case_id)
        return Readable(document, self._blobs, blob, self._keys.open(blob))


def _listed(found: tuple[Document, ...]) -> tuple[Listed, ...]:
    first: dict[str, DocumentId] = {}
    for document in found:
        if document.sha256 and document.blob_id is not None:
            first.setdefault(document.sha256, document.id)
    return tuple(
        Listed(one, None if (same := first.get(one.sha256, one.id)) == one.id or one.blob_id is None else same)
        for one in found
    )
