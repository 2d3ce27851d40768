"""A case: one person's request for a second opinion, from the first word to the signed answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.domain.errors import DomainError
from server.domain.ids import AccountId, CaseId


class CaseStatus(StrEnum):
    """Where the request stands with the hospital's desk."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"


TRANSITIONS: Mapping[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.DRAFT: frozenset({CaseStatus.SUBMITTED}),
    CaseStatus.SUBMITTED: frozenset({CaseStatus.ACCEPTED, CaseStatus.DECLINED}),
    CaseStatus.ACCEPTED: frozenset(),
    CaseStatus.DECLINED: frozenset(),
}


class CaseMovedOnError(DomainError):
    """The case is not in a status in which this can be done."""

    code = "case-moved-on"


@dataclass(frozen=True, slots=True)
class Case:
    """One request and what the desk decided about it.

    `answers` holds the request form as the patient left it (see `server.domain.requests`); `version` grows with
    every change and is the ETag.
    """

    id: CaseId
    patient_id: AccountId
    specialist_id: AccountId | None
    status: CaseStatus
    answers: dict[str, Any]
    version: int
    created_at: datetime
    submitted_at: datetime | None
    screened_at: datetime | None
    screened_by: AccountId | None
    screening_reason: str | None
    next_step: str | None = None  # what a person who was declined can do now


class Verdict(StrEnum):
    """What the specialist says of the records."""

    ENOUGH = "enough"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Review:
    """The specialist's word on whether the records are enough; newer records open the question again."""

    id: str
    case_id: CaseId
    specialist_id: AccountId
    verdict: Verdict
    note: str
    created_at: datetime


def submit(case: Case, *, now: datetime) -> Case:
    """Hand the request to the desk."""
    return replace(_move(case, CaseStatus.SUBMITTED), submitted_at=now)


def accept(case: Case, specialist: AccountId, reason: str, *, by: AccountId, now: datetime) -> Case:
    """Take the request on and give it to a specialist."""
    moved = _move(case, CaseStatus.ACCEPTED)
    return replace(moved, specialist_id=specialist, screening_reason=reason, screened_by=by, screened_at=now)


def hand_over(case: Case, specialist: AccountId) -> Case:
    """Give a case that was taken on to another specialist.

    Raises:
        CaseMovedOnError: it was not taken on.
    """
    if case.status is not CaseStatus.ACCEPTED:
        raise CaseMovedOnError("This request is not with a specialist. Please load the page again.")
    return replace(case, specialist_id=specialist, version=case.version + 1)


def decline(case: Case, reason: str, next_step: str, *, by: AccountId, now: datetime) -> Case:
    """Say no, with a reason and a next step that the patient reads."""
    moved = _move(case, CaseStatus.DECLINED)
    return replace(moved, screening_reason=reason, next_step=next_step, screened_by=by, screened_at=now)


def editable(case: Case) -> bool:
    """Whether the patient may still change the request."""
    return case.status is CaseStatus.DRAFT


def _move(case: Case, status: CaseStatus) -> Case:
    if status not in TRANSITIONS[case.status]:
        raise CaseMovedOnError("This request has already moved on. Please load the page again to see where it stands.")
    return replace(case, status=status, version=case.version + 1)
