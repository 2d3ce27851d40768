"""Uploads, and the catalogue of blobs: whose bytes they are, how many, and the key that opens them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.errors import NotFoundError
from server.domain.ids import CaseId, UploadId
from server.domain.uploads import Upload, UploadState
from server.storage.rows import columns, optional, values
from server.storage.schema import blobs, cases, documents, uploads

CONDEMNED = ""  # the key of a blob that nobody may read any more


@dataclass(frozen=True, slots=True)
class Blob:
    """One file of the store: `wrapped_key` opens it, `length` says when it was cut."""

    id: str
    case_id: CaseId
    length: int
    wrapped_key: str
    created_at: datetime


async def lock_case(connection: AsyncConnection, case_id: CaseId) -> None:
    """Keep others from adding to a case, or taking from it, until the commit."""
    await connection.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update())


async def bytes_taken(connection: AsyncConnection, case_id: CaseId) -> int:
    """Tell how many bytes a case holds or has promised."""
    query = select(func.sum(blobs.c.length)).where(blobs.c.case_id == case_id, blobs.c.wrapped_key != CONDEMNED)
    return int((await connection.execute(query)).scalar_one() or 0)


async def bytes_to_come(connection: AsyncConnection) -> int:
    """Tell how many bytes all open uploads together may still bring, those that are here included."""
    query = select(func.sum(uploads.c.length)).where(uploads.c.state == UploadState.OPEN)
    return int((await connection.execute(query)).scalar_one() or 0)


async def add(connection: AsyncConnection, upload: Upload, blob: Blob) -> None:
    """Insert an upload and the blob it fills."""
    await connection.execute(insert(blobs).values(**columns(blob)))
    await connection.execute(insert(uploads).values(**columns(upload)))


async def get(connection: AsyncConnection, upload_id: UploadId) -> Upload:
    """Return an upload. Only access functions and jobs call this: it asks nobody for permission.

    Raises:
        NotFoundError: there is none.
    """
    row = (await connection.execute(select(uploads).where(uploads.c.id == upload_id))).one_or_none()
    upload = optional(Upload, row)
    if upload is None:
        raise NotFoundError("There is no such upload.")
    return upload


async def blob(connection: AsyncConnection, blob_id: str | None) -> Blob:
    """Return a blob's catalogue entry.

    Raises:
        NotFoundError: there is none, or it is condemned.
    """
    query = select(blobs).where(blobs.c.id == blob_id, blobs.c.wrapped_key != CONDEMNED)
    found = optional(Blob, (await connection.execute(query)).one_or_none())
    if found is None:
        raise NotFoundError("There is no such file.")
    return found


async def open_of(connection: AsyncConnection, case_id: CaseId | None = None) -> tuple[Upload, ...]:
    """List the uploads to which bytes may still come, of a case or of all, the oldest first."""
    query = select(uploads).where(uploads.c.state == UploadState.OPEN).order_by(uploads.c.created_at, uploads.c.id)
    if case_id is not None:
        query = query.where(uploads.c.case_id == case_id)
    return values(Upload, (await connection.execute(query)).all())


async def expired(connection: AsyncConnection, now: datetime) -> tuple[Upload, ...]:
    """List the open uploads that were left alone for too long."""
    query = select(uploads).where(uploads.c.state == UploadState.OPEN, uploads.c.expires_at <= now)
    return values(Upload, (await connection.execute(query)).all())


async def put_off(connection: AsyncConnection, upload_id: UploadId, expires_at: datetime) -> None:
    """Let an upload live longer."""
    await connection.execute(update(uploads).where(uploads.c.id == upload_id).values(expires_at=expires_at))


async def arrive(connection: AsyncConnection, upload: Upload, length: int) -> bool:
    """Note that an upload has all its bytes; True for the one caller who was first."""
    done = await connection.execute(
        update(uploads)
        .where(uploads.c.id == upload.id, uploads.c.state == UploadState.OPEN)
        .values(state=UploadState.ARRIVED, length=length)
    )
    if done.rowcount == 1:
        await connection.execute(update(blobs).where(blobs.c.id == upload.blob_id).values(length=length))
    return bool(done.rowcount)


async def remove(connection: AsyncConnection, upload: Upload) -> None:
    """Take an upload and its document out, and condemn the bytes unless another document has them too."""
    await connection.execute(delete(documents).where(documents.c.upload_id == upload.id))
    await connection.execute(delete(uploads).where(uploads.c.id == upload.id))
    if upload.blob_id is not None:
        await condemn(connection, upload.blob_id)


async def condemn(connection: AsyncConnection, blob_id: str) -> None:
    """Throw a blob's key away, unless a document that is kept has the same bytes."""
    still_used = select(documents.c.id).where(documents.c.blob_id == blob_id).exists()
    await connection.execute(update(blobs).where(blobs.c.id == blob_id, ~still_used).values(wrapped_key=CONDEMNED))


async def condemned(connection: AsyncConnection) -> tuple[str, ...]:
    """Name the blobs that nobody can read any more and whose files may go."""
    return tuple((await connection.execute(select(blobs.c.id).where(blobs.c.wrapped_key == CONDEMNED))).scalars())


async def forget(connection: AsyncConnection, blob_id: str) -> None:
    """Drop the catalogue entry of a condemned blob whose file is gone."""
    await connection.execute(delete(blobs).where(blobs.c.id == blob_id, blobs.c.wrapped_key == CONDEMNED))
