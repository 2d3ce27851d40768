"""A visit: the meeting itself, as against the time agreed for it. Statuses are FHIR's (Encounter). No I/O, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from server.domain import waiting_room
from server.domain.errors import DomainError
from server.domain.ids import AppointmentId, CaseId, DecisionId, VisitId


class VisitStatus(StrEnum):
    """FHIR R4 EncounterStatus, as far as we use it."""

    PLANNED = "planned"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"


TRANSITIONS: Mapping[VisitStatus, frozenset[VisitStatus]] = {
    VisitStatus.PLANNED: frozenset({VisitStatus.PLANNED, VisitStatus.IN_PROGRESS, VisitStatus.CANCELLED}),
    VisitStatus.IN_PROGRESS: frozenset({VisitStatus.PLANNED, VisitStatus.FINISHED}),
    VisitStatus.FINISHED: frozenset(),
    VisitStatus.CANCELLED: frozenset(),
}
"""From `in-progress` to `planned`: the line failed, and the same visit goes on at another time."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One meeting of a case. `start` is its appointment's and moves with it.

    `relay_only`: nobody in it is told anybody's internet address. `admitted_decision_id`: by what the patient was let
    in; what was known then stands for the rest of the visit. `sound_only`: the latest decision lets it go on without
    pictures; `sound_agreed_for`: the start for which the patient said that this is all right.
    """

    id: VisitId
    appointment_id: AppointmentId
    case_id: CaseId
    status: VisitStatus
    start: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    relay_only: bool = False
    admitted_decision_id: DecisionId | None = None
    sound_only: bool = False
    sound_agreed_for: datetime | None = None

    @property
    def alive(self) -> bool:
        """Whether it is still to come, or under way."""
        return self.status in (VisitStatus.PLANNED, VisitStatus.IN_PROGRESS)

    @property
    def sound_agreed(self) -> bool:
        """Whether the patient agrees to go on with sound only at this time; at another one they are asked anew."""
        return self.sound_agreed_for == self.start


class VisitMovedOnError(DomainError):
    """The visit is not in a status in which this can be done."""

    code = "visit-moved-on"


class NoRelayError(DomainError):
    """There is no relay through which people could meet without being told each other's addresses."""

    code = "no-relay"


def plan(visit_id: VisitId, appointment_id: AppointmentId, case_id: CaseId, start: datetime) -> Visit:
    """Make the visit that belongs to a booked appointment."""
    return Visit(visit_id, appointment_id, case_id, VisitStatus.PLANNED, start)


def begin(visit: Visit, *, now: datetime) -> Visit:
    """Note that patient and specialist are together; a visit that has begun stays as it is.

    Raises:
        VisitMovedOnError: it has ended or is cancelled.
    """
    if visit.status is VisitStatus.IN_PROGRESS:
        return visit
    return replace(_move(visit, VisitStatus.IN_PROGRESS), started_at=now)


def let_in(visit: Visit, decision_id: DecisionId) -> Visit:
    """Note by which decision the patient was let in; who comes back is let in by the same."""
    return visit if visit.admitted_decision_id else replace(visit, admitted_decision_id=decision_id)


def postpone(visit: Visit, start: datetime) -> Visit:
    """Put the visit at another time, also when it had begun; the patient checks in anew.

    Raises:
        VisitMovedOnError: it has ended or is cancelled.
    """
    return replace(_move(visit, VisitStatus.PLANNED), start=start, started_at=None, admitted_decision_id=None)


def finish(visit: Visit, *, now: datetime) -> Visit:
    """End the visit for everybody.

    Raises:
        VisitMovedOnError: it has not begun, has ended or is cancelled.
    """
    return replace(_move(visit, VisitStatus.FINISHED), ended_at=now)


def cancel(visit: Visit, *, now: datetime) -> Visit:
    """Call off a visit that has not begun.

    Raises:
        VisitMovedOnError: it has begun, has ended or is cancelled.
    """
    return replace(_move(visit, VisitStatus.CANCELLED), ended_at=now)


def opens_at(visit: Visit) -> datetime:
    """Tell from when on people may come in."""
    return waiting_room.opens_at(visit.start)


def closes_at(visit: Visit) -> datetime:
    """Tell until when people may come in; a late beginning moves it, so that nobody is locked out of a visit."""
    begun = visit.start if visit.started_at is None else max(visit.start, visit.started_at)
    return waiting_room.closes_at(begun)


def is_open(visit: Visit, now: datetime) -> bool:
    """Whether people may come in."""
    return visit.alive and opens_at(visit) <= now < closes_at(visit)


def require_alive(visit: Visit) -> None:
    """Let something go on that makes sense for a visit to come only.

    Raises:
        VisitMovedOnError: it has ended or is cancelled.
    """
    if not visit.alive:
        raise VisitMovedOnError(_WHERE_IT_STANDS[visit.status])


def hide_addresses(visit: Visit, *, hidden: bool, relay: bool) -> Visit:
    """Keep people's addresses from each other in this visit, or not any more; `relay`: the hospital has one.

    Raises:
        VisitMovedOnError: it has ended or is cancelled.
        NoRelayError: without a relay nobody could meet.
    """
    require_alive(visit)
    if hidden and not relay:
        raise NoRelayError(NO_RELAY)
    return replace(visit, relay_only=hidden)


NO_RELAY = (
    "Addresses cannot be hidden: this hospital has no relay that video could go through. Ask whoever runs this service"
    " to set one up. Until then, offer the patient the telephone or a visit in person."
)

_WHERE_IT_STANDS: Mapping[VisitStatus, str] = {
    VisitStatus.PLANNED: "This visit has not begun yet.",
    VisitStatus.IN_PROGRESS: "This visit is under way. Please end it first.",
    VisitStatus.FINISHED: "This visit has ended. What was agreed is on the page of your case.",
    VisitStatus.CANCELLED: "This visit is cancelled. Please choose a new time.",
}


def _move(visit: Visit, status: VisitStatus) -> Visit:
    if status not in TRANSITIONS[visit.status]:
        raise VisitMovedOnError(_WHERE_IT_STANDS[visit.status])
    return replace(visit, status=status)
