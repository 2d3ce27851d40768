"""The records that a case needs, and where each stands: derived from documents, waivers and answers, stored nowhere.

Pure; no I/O, no clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from server.domain.actors import Role
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.facts import UNKNOWN

Answers = Mapping[str, Any]


class ItemState(StrEnum):
    """Where one record stands."""

    NEEDED = "needed"
    REQUESTED = "requested"
    UPLOADING = "uploading"
    PROCESSING = "processing"
    RECEIVED = "received"
    UNREADABLE = "unreadable"
    WRONG_PERSON = "wrong-person"
    ACCEPTED = "accepted"
    WAIVED = "waived"


SETTLED = frozenset({ItemState.ACCEPTED, ItemState.WAIVED})
IN_HAND = frozenset({ItemState.RECEIVED, ItemState.ACCEPTED})

_BEST_FIRST = (  # what the best document of a kind makes of its item; a rejected one leaves the item as it was
    (DocumentStatus.ACCEPTED, ItemState.ACCEPTED),
    (DocumentStatus.RECEIVED, ItemState.RECEIVED),
    (DocumentStatus.PROCESSING, ItemState.PROCESSING),
    (DocumentStatus.UPLOADING, ItemState.UPLOADING),
    (DocumentStatus.WRONG_PERSON, ItemState.WRONG_PERSON),
    (DocumentStatus.UNREADABLE, ItemState.UNREADABLE),
    (DocumentStatus.REFUSED, ItemState.UNREADABLE),
    (DocumentStatus.REJECTED, None),
)


@dataclass(frozen=True, slots=True)
class Condition:
    """True when one of the person's answers is among the values; unknown when there is no answer."""

    answer: str
    values: frozenset[str]

    def holds(self, answers: Answers) -> bool | None:
        """Look the answer up; of an answer that is a list, one entry is enough."""
        given = answers.get(self.answer)
        chosen = frozenset(given if isinstance(given, list | tuple) else [given]) - {None, "", UNKNOWN}
        return bool(chosen & self.values) if chosen else None


@dataclass(frozen=True, slots=True)
class Item:
    """One record on the list, in the words that the patient reads.

    `when` lists alternatives, each of conditions that must hold together; without any, `required` stands.
    """

    key: str
    kind: DocumentKind
    title: str
    why: str
    how: str
    required: bool = False
    when: tuple[tuple[Condition, ...], ...] = ()
    max_age: timedelta | None = None

    def applies(self, answers: Answers) -> bool | None:
        """Tell whether the record is required, not needed, or, when nobody can say, welcome."""
        if not self.when:
            return self.required or None
        alternatives = [_all_hold(conditions, answers) for conditions in self.when]
        if True in alternatives:
            return True
        return None if None in alternatives else False


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a second opinion on one kind of cancer needs."""

    cancer: str
    title: str
    version: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """What the list needs to know of a document."""

    kind: DocumentKind
    status: DocumentStatus
    reason: str = ""
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """Somebody's word that the case goes on without a record, and why."""

    item: str
    reason: str
    by: Role


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a case: where it stands, and why if that is not plain."""

    item: Item
    state: ItemState
    required: bool
    note: str = ""
    too_old: bool = False
    waived_by: Role | None = None

    @property
    def gap(self) -> bool:
        """Whether a reader has to know that this record is missing or old."""
        return self.required and (self.state is not ItemState.ACCEPTED or self.too_old)

    @property
    def available(self) -> bool:
        """Whether the reader has the record, or has said that it is not needed."""
        return self.state in IN_HAND or self.waived_by is Role.SPECIALIST


@dataclass(frozen=True, slots=True)
class RecordsStanding:
    """The whole list of a case."""

    checklist: Checklist
    lines: tuple[Line, ...]

    @property
    def complete(self) -> bool:
        """Whether every required record is accepted or waived."""
        return all(line.state in SETTLED for line in self.lines if line.required)

    @property
    def settled(self) -> int:
        """How many of the required records are accepted or waived."""
        return sum(line.state in SETTLED for line in self.lines if line.required)

    @property
    def required(self) -> int:
        """How many records are required."""
        return sum(line.required for line in self.lines)

    @property
    def gaps(self) -> tuple[Line, ...]:
        """What the reader has to know is missing or old, waived records among them."""
        return tuple(line for line in self.lines if line.gap)

    @property
    def facts(self) -> Mapping[str, bool]:
        """Give the two facts of the in-person rule that follow from the records.

        A scheduler's waiver lets the case go on, but makes nothing available.
        """
        return {
            "pathology_available": self._available(DocumentKind.PATHOLOGY_REPORT),
            "imaging_available": self._available(DocumentKind.IMAGING_STUDY),
        }

    def _available(self, kind: DocumentKind) -> bool:
        return any(line.available for line in self.lines if line.item.kind is kind)


def standing(
    checklist: Checklist,
    *,
    answers: Answers,
    documents: Iterable[DocumentFact],
    waivers: Iterable[Waiver],
    requested: frozenset[str],
    today: date,
) -> RecordsStanding:
    """Derive where every record of a case stands; `requested` names the items that staff asked another place for."""
    by_kind: dict[DocumentKind, list[DocumentFact]] = {}
    for document in documents:
        by_kind.setdefault(document.kind, []).append(document)
    by_item = {waiver.item: waiver for waiver in waivers}
    lines = []
    for item in checklist.items:
        found = by_kind.get(item.kind, [])
        applies = item.applies(answers)
        if applies is not False or found:
            lines.append(_line(item, applies is True, found, by_item.get(item.key), item.key in requested, today))
    return RecordsStanding(checklist, tuple(lines))


def _line(
    item: Item, required: bool, found: list[DocumentFact], waiver: Waiver | None, requested: bool, today: date
) -> Line:
    state, note = _best(found)
    if state is ItemState.ACCEPTED:
        return Line(item, state, required, too_old=_too_old(item, found, today))
    if waiver is not None:
        return Line(item, ItemState.WAIVED, required, waiver.reason, waived_by=waiver.by)
    if state is None:
        return Line(item, ItemState.REQUESTED if requested else ItemState.NEEDED, required, note)
    return Line(item, state, required, note)


def _best(found: list[DocumentFact]) -> tuple[ItemState | None, str]:
    """Give the state of the document that is furthest, and the reason that goes with it."""
    for status, state in _BEST_FIRST:
        for document in found:
            if document.status is status:
                return state, document.reason
    return None, ""


def _too_old(item: Item, found: list[DocumentFact], today: date) -> bool:
    """Tell whether every accepted document is older than it should be; one without a date is taken as it is."""
    accepted = [document for document in found if document.status is DocumentStatus.ACCEPTED]
    oldest = None if item.max_age is None else today - item.max_age
    return oldest is not None and all(document.dated is not None and document.dated < oldest for document in accepted)


def _all_hold(conditions: tuple[Condition, ...], answers: Answers) -> bool | None:
    found = [condition.holds(answers) for condition in conditions]
    if False in found:
        return False
    return None if None in found else True
