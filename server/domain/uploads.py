"""An upload: a file on its way into a case, and what it can be refused for beyond the protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.documents import DocumentKind
from server.domain.errors import DomainError
from server.domain.ids import AccountId, CaseId, UploadId

MOST_OPEN_UPLOADS = 200  # of one case; a folder is sent file by file, so more than these were given up


class UploadState(StrEnum):
    """Whether bytes are still to come."""

    OPEN = "open"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way. How much of it is here is known by the file store alone.

    `metadata` is what the sender said of it; without `blob_id`, the bytes are not kept under this upload any more.
    """

    id: UploadId
    case_id: CaseId
    owner_id: AccountId
    blob_id: str | None
    length: int
    metadata: Mapping[str, str]
    state: UploadState
    created_at: datetime
    expires_at: datetime

    @property
    def kind(self) -> DocumentKind:
        """What the sender says the file is about."""
        return DocumentKind(self.metadata["kind"])

    @property
    def filename(self) -> str:
        """The file's own name."""
        return self.metadata["filename"]


class CaseFullError(DomainError):
    """The case has no room for a file of this size."""

    code = "case-full"


class TooManyUploadsError(DomainError):
    """Too many uploads of the case have been begun and not brought to an end."""

    code = "too-many-uploads"


class UploadStalledError(DomainError):
    """The line went silent; what came before is kept."""

    code = "upload-stalled"


class DocumentInUseError(DomainError):
    """Somebody has worked with the document, so its sender cannot take it back."""

    code = "document-in-use"
