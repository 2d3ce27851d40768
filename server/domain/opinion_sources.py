"""What an opinion can say of its records: which were read, which were missing. The specialist has the last word.

Pure; no I/O, no clock.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.checklist import IN_HAND, Checklist, ItemState, Line, RecordsStanding
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.records import Document
from server.domain.wording import date_in


@dataclass(frozen=True, slots=True)
class Sources:
    """Lines that the specialist can take over."""

    read: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def sources(standing: RecordsStanding, documents: Iterable[Document], zone: str) -> Sources:
    """Suggest what was read (what the specialist has accepted) and what was missing (the list's gaps)."""
    accepted = [document for document in documents if document.status is DocumentStatus.ACCEPTED]
    read = Counter(_record(standing.checklist, document, zone) for document in accepted)
    return Sources(
        read=tuple(words if count == 1 else f"{words} ({count} files)" for words, count in read.items()),
        missing=tuple(_gap(line) for line in standing.gaps if line.too_old or line.state not in IN_HAND),
    )


def _record(checklist: Checklist, document: Document, zone: str) -> str:
    title = _title(checklist, document.kind)
    if document.dated:
        return f"{title} of {date_in(document.dated)}"
    return f"{title}, received on {date_in(document.created_at, zone)}"


def _title(checklist: Checklist, kind: DocumentKind) -> str:
    titles = (item.title for item in checklist.items if item.kind is kind)
    return next(titles, "Other record" if kind is DocumentKind.OTHER else kind.replace("_", " ").capitalize())


def _gap(line: Line) -> str:
    if line.too_old:
        return f"{line.item.title}: a newer one"
    if line.state is ItemState.UNREADABLE:
        return f"{line.item.title}: what came could not be read"
    return line.item.title
