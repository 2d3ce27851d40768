"""A document as the service keeps it: what it is, what became of it, who judged it. No I/O, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.errors import ConflictError, DomainError
from server.domain.ids import AccountId, CaseId, DocumentId, UploadId

MOST_WORDS = 1000  # characters of a judgement


class Scan(StrEnum):
    """What a virus scanner said of a file."""

    NOT_SCANNED = "not-scanned"
    CLEAN = "clean"


class Judgement(StrEnum):
    """What the specialist says of a document."""

    ACCEPTED = "accepted"
    UNREADABLE = "unreadable"
    REJECTED = "rejected"
    WRONG_PERSON = "wrong-person"


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a case. `summary` says what can be said without opening it; a refused one has no `blob_id`."""

    id: DocumentId
    case_id: CaseId
    upload_id: UploadId
    blob_id: str | None
    uploaded_by: AccountId
    kind: DocumentKind
    filename: str
    media_type: str
    size: int
    sha256: str
    status: DocumentStatus
    scan: Scan
    summary: Mapping[str, Any]
    reason: str | None
    judged_by: AccountId | None
    judged_at: datetime | None
    version: int
    created_at: datetime

    @property
    def pages(self) -> int:
        """How many pages a paper has; 0 for what has none."""
        return int(self.summary.get("pages", 0))

    @property
    def dated(self) -> date | None:
        """The day that the document itself names."""
        given = self.summary.get("study_date")
        return None if given is None else date.fromisoformat(given)


class StillCheckedError(DomainError):
    """The file has arrived, and we are still looking at what it is."""

    code = "still-checked"


class NotKeptError(DomainError):
    """The file was refused, and its bytes are not kept."""

    code = "not-kept"


class InQuarantineError(DomainError):
    """No virus scanner has looked at the file, and the hospital wants one to."""

    code = "in-quarantine"


WORDS: Mapping[Judgement, str] = {  # what the patient reads when the specialist gives no words
    Judgement.UNREADABLE: "Your specialist cannot read this file. Please send a sharper or more complete copy.",
    Judgement.REJECTED: "Your specialist needs another or a newer copy of this record. Call us if you have questions.",
    Judgement.WRONG_PERSON: "This file seems to be of somebody else. Please check whose it is, and send your own.",
}


def judge(document: Document, judgement: Judgement, words: str, *, by: AccountId, now: datetime) -> Document:
    """Say what a document is worth; a later word takes the place of an earlier one.

    Raises:
        StillCheckedError, NotKeptError: there is nothing to judge.
    """
    check_kept(document)
    return replace(
        document,
        status=DocumentStatus(judgement),
        reason=words or WORDS.get(judgement),
        judged_by=by,
        judged_at=now,
        version=document.version + 1,
    )


def check_kept(document: Document) -> None:
    """Let a document pass whose bytes are here and known.

    Raises:
        StillCheckedError: we are still looking at it.
        NotKeptError: it was refused.
    """
    if document.status in (DocumentStatus.UPLOADING, DocumentStatus.PROCESSING):
        raise StillCheckedError("We are still checking this file. Please try again in a moment.")
    if document.blob_id is None:
        raise NotKeptError("We did not keep this file. The list says why, and what to send instead.")


def check_version(document: Document, version: int | None) -> None:
    """Let a caller pass who has seen the newest version, or does not mind.

    Raises:
        ConflictError: the document has changed since.
    """
    if version is not None and version != document.version:
        raise ConflictError("Somebody else has changed this in the meantime. Please load the page again.")
