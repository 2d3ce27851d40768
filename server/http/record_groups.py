"""The records of a case as pages show them: each item with its files, the pictures of one series as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.domain.actors import Actor
from server.domain.checklist import ItemState, Line, RecordsStanding
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.records import Document
from server.domain.uploads import Upload
from server.http.api import BASE
from server.http.checklist import note_for
from server.services.documents import Listed

OPEN = frozenset({ItemState.NEEDED, ItemState.REQUESTED, ItemState.UNREADABLE, ItemState.WRONG_PERSON})
OTHER_TITLE = "Other files"


@dataclass(frozen=True, slots=True)
class Stack:
    """A file, or the pictures of one series, which are looked at and judged as one.

    `sheets` are the addresses of what can be seen, in order.
    """

    documents: tuple[Document, ...]
    title: str
    sheets: tuple[str, ...]
    withheld: bool
    same_as: str | None

    @property
    def first(self) -> Document:
        """The file that speaks for all of them."""
        return self.documents[0]

    @property
    def id(self) -> str:
        """The stack's name on the page."""
        return self.first.id

    @property
    def size(self) -> int:
        """All bytes together."""
        return sum(document.size for document in self.documents)

    @property
    def named(self) -> tuple[str, date | None] | None:
        """Whom a scan names as its patient."""
        name, birth_date = self.first.summary.get("patient_name"), self.first.summary.get("birth_date")
        if not (name or birth_date):
            return None
        return name or "", date.fromisoformat(birth_date) if birth_date else None


@dataclass(frozen=True, slots=True)
class Group:
    """An item of the checklist, or what belongs to none, with its files."""

    line: Line | None
    note: str
    stacks: tuple[Stack, ...]

    @property
    def title(self) -> str:
        """What the group is called."""
        return self.line.item.title if self.line else OTHER_TITLE

    @property
    def open(self) -> bool:
        """Whether the record is still needed."""
        return self.line is not None and self.line.required and self.line.state in OPEN

    @property
    def welcome(self) -> bool:
        """Whether it is not needed and not there."""
        return self.line is not None and not self.line.required and self.line.state in OPEN and not self.stacks


@dataclass(frozen=True, slots=True)
class CaseRecords:
    """All records of a case."""

    case_id: str
    standing: RecordsStanding
    groups: tuple[Group, ...]
    unfinished: tuple[Upload, ...] = ()

    @property
    def still_needed(self) -> tuple[Group, ...]:
        """What is needed and not there, the most important first."""
        return tuple(group for group in self.groups if group.open)

    @property
    def in_hand(self) -> tuple[Group, ...]:
        """What is there or settled."""
        return tuple(group for group in self.groups if not group.open and not group.welcome)

    @property
    def welcome(self) -> tuple[Group, ...]:
        """What may be sent and need not."""
        return tuple(group for group in self.groups if group.welcome)

    @property
    def here(self) -> int:
        """How many of the required records are there or settled."""
        return self.standing.required - len(self.still_needed)

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """All files in the order of the list."""
        return tuple(stack for group in self.groups for stack in group.stacks)


def grouped(
    actor: Actor,
    case_id: str,
    standing: RecordsStanding,
    listed: Iterable[Listed],
    *,
    withheld: frozenset[str] = frozenset(),
    unfinished: tuple[Upload, ...] = (),
) -> CaseRecords:
    """Put every file under its item."""
    stacks = _stacked(listed, withheld)
    kinds = {line.item.kind for line in standing.lines}
    groups = [
        Group(line, note_for(actor, line), tuple(one for one in stacks if one.first.kind is line.item.kind))
        for line in standing.lines
    ]
    if others := tuple(one for one in stacks if one.first.kind not in kinds):
        groups.append(Group(None, "", others))
    return CaseRecords(case_id, standing, tuple(groups), unfinished)


def kinds_to_send(records: CaseRecords) -> list[tuple[str, str]]:
    """Name what a person can send, what is still needed first."""
    first = [*records.still_needed, *records.welcome, *records.in_hand]
    named = [(group.line.item.kind.value, group.title) for group in first if group.line]
    return [*named, (DocumentKind.OTHER.value, "Something else, or I am not sure")]


def _stacked(listed: Iterable[Listed], withheld: frozenset[str]) -> list[Stack]:
    together: dict[tuple[str, ...], list[Listed]] = {}
    for one in listed:
        together.setdefault(_key(one), []).append(one)
    return [_stack(several, withheld) for several in together.values()]


def _key(one: Listed) -> tuple[str, ...]:
    """Tell files apart; the pictures of one series share a key as long as the same became of them."""
    document, series = one.document, one.document.summary.get("series_uid")
    if not series or one.same_as or document.status is DocumentStatus.REFUSED:
        return (document.id,)
    return (series, document.kind, document.status, document.reason or "")


def _stack(several: list[Listed], withheld: frozenset[str]) -> Stack:
    documents = tuple(sorted((one.document for one in several), key=lambda one: (len(one.filename), one.filename)))
    first = documents[0]
    kept_back = first.id in withheld
    shown = () if kept_back or first.blob_id is None else tuple(sheet for one in documents for sheet in _sheets(one))
    return Stack(documents, _title(documents), shown, kept_back, several[0].same_as)


def _sheets(document: Document) -> list[str]:
    address = f"{BASE}/documents/{document.id}"
    if document.pages:
        return [f"{address}/pages/{number}" for number in range(1, document.pages + 1)]
    drawable = "width" in document.summary or "modality" in document.summary
    return [f"{address}/picture"] if drawable else []


def _title(documents: tuple[Document, ...]) -> str:
    first = documents[0]
    if len(documents) == 1:
        return first.filename
    words = [first.summary.get("modality", ""), first.summary.get("description", "")]
    return f"{' '.join(filter(None, words)) or 'Scan'}, {len(documents)} pictures"
