"""Documents: what arrived in a case, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.errors import ConflictError, NotFoundError
from server.domain.ids import CaseId, DocumentId
from server.domain.records import Document
from server.storage.rows import columns, optional, values
from server.storage.schema import documents

ON_THE_TABLE = (DocumentStatus.PROCESSING, DocumentStatus.RECEIVED, DocumentStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of looking at a file that has arrived. Without `blob_id` its bytes are not kept."""

    blob_id: str | None
    kind: DocumentKind
    media_type: str
    sha256: str
    status: DocumentStatus
    summary: Mapping[str, Any]
    reason: str | None


async def add(connection: AsyncConnection, document: Document) -> None:
    """Insert a document."""
    await connection.execute(insert(documents).values(**columns(document)))


async def get(connection: AsyncConnection, document_id: DocumentId) -> Document:
    """Return a document. Only access functions and jobs call this: it asks nobody for permission.

    Raises:
        NotFoundError: there is none.
    """
    row = (await connection.execute(select(documents).where(documents.c.id == document_id))).one_or_none()
    document = optional(Document, row)
    if document is None:
        raise NotFoundError("There is no such document.")
    return document


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Document, ...]:
    """List a case's documents, the oldest first."""
    query = select(documents).where(documents.c.case_id == case_id)
    return values(Document, (await connection.execute(query.order_by(documents.c.created_at, documents.c.id))).all())


async def of_upload(connection: AsyncConnection, upload_id: str) -> Document | None:
    """Return the document that an upload has become."""
    found = await connection.execute(select(documents).where(documents.c.upload_id == upload_id))
    return optional(Document, found.one_or_none())


async def waiting(connection: AsyncConnection, most: int) -> tuple[Document, ...]:
    """List documents that nobody has looked at yet, the oldest first."""
    query = select(documents).where(documents.c.status == DocumentStatus.PROCESSING)
    return values(Document, (await connection.execute(query.order_by(documents.c.created_at).limit(most))).all())


async def same_bytes(connection: AsyncConnection, document: Document, sha256: str) -> Document | None:
    """Return the first other document of the case that keeps the same bytes."""
    query = select(documents).where(
        documents.c.case_id == document.case_id,
        documents.c.id != document.id,
        documents.c.sha256 == sha256,
        documents.c.blob_id.is_not(None),
    )
    return optional(Document, (await connection.execute(query.order_by(documents.c.created_at).limit(1))).one_or_none())


async def settle(connection: AsyncConnection, document: Document, finding: Finding) -> bool:
    """Write down what came of looking at a file; False when somebody else did, or the document is gone."""
    done = await connection.execute(
        update(documents)
        .where(documents.c.id == document.id, documents.c.status == DocumentStatus.PROCESSING)
        .values(**columns(finding), version=document.version + 1)
    )
    return bool(done.rowcount)


async def save(connection: AsyncConnection, document: Document) -> None:
    """Write a changed document whose version has grown by one.

    Raises:
        ConflictError: somebody else changed it in the meantime.
    """
    changed = await connection.execute(
        update(documents)
        .where(documents.c.id == document.id, documents.c.version == document.version - 1)
        .values(**columns(document))
    )
    if changed.rowcount != 1:
        raise ConflictError("Somebody else has changed this in the meantime. Please load the page again.")


async def newest_arrival(connection: AsyncConnection, case_id: CaseId) -> datetime | None:
    """Tell when the latest document came that is to be read; the same bytes sent again are nothing new."""
    firsts = (
        select(func.min(documents.c.created_at).label("at"))
        .where(documents.c.case_id == case_id, documents.c.status.in_(ON_THE_TABLE))
        .group_by(documents.c.sha256)
        .subquery()
    )
    found: datetime | None = (await connection.execute(select(func.max(firsts.c.at)))).scalar_one()
    return found
