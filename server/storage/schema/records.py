"""Records: encrypted files, uploads, documents, what was waived."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.records import Scan
from server.domain.uploads import UploadState
from server.storage.schema.columns import ID, account_ref, blob_ref, case_ref, metadata
from server.storage.types import Closed, Instant, Sealed

# A blob without a key is condemned: nobody can read it any more, and its file and its row go next.
blobs = Table(
    "blobs",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("length", BigInteger, nullable=False),
    Column("wrapped_key", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_blobs_case_id", "case_id"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    account_ref("owner_id"),
    blob_ref(),
    Column("length", BigInteger, nullable=False),
    Column("metadata", Sealed("uploads.metadata"), nullable=False),
    Column("state", Closed(UploadState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_uploads_case_id", "case_id"),
    Index("ix_uploads_state_expires_at", "state", "expires_at"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("upload_id", ID, ForeignKey("uploads.id"), nullable=False, unique=True),
    blob_ref(),
    account_ref("uploaded_by"),
    Column("kind", Closed(DocumentKind), nullable=False),
    Column("filename", Sealed("documents.filename"), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("status", Closed(DocumentStatus), nullable=False),
    Column("scan", Closed(Scan), nullable=False),
    Column("summary", Sealed("documents.summary"), nullable=False),
    Column("reason", Sealed("documents.reason")),
    account_ref("judged_by", nullable=True),
    Column("judged_at", Instant),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_documents_case_id", "case_id"),
    Index("ix_documents_status", "status"),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("item", String(40), nullable=False),
    Column("reason", Sealed("waivers.reason"), nullable=False),
    account_ref("waived_by"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("case_id", "item"),
)
