"""Where a case stands: one pure function from the small state machines. It is stored nowhere. No I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain import waiting_room
from server.domain.appointments import AppointmentStatus, Mode
from server.domain.cases import CaseStatus, Verdict
from server.domain.ids import AccountId, CaseId, VisitId
from server.domain.policy import Outcome
from server.domain.visits import VisitStatus


class CaseStage(StrEnum):
    """Where a case stands, in the patient's eyes."""

    DRAFT = "draft"
    EMERGENCY = "emergency"
    SENT = "sent"
    DECLINED = "declined"
    RECORDS = "records"
    REVIEW = "review"
    MORE_RECORDS = "more-records"
    CHOOSE_A_TIME = "choose-a-time"
    BOOKED = "booked"
    VISIT_OPEN = "visit-open"
    AFTER_VISIT = "after-visit"
    OPINION_READY = "opinion-ready"


@dataclass(frozen=True, slots=True)
class Records:
    """How far the records are: how many are still needed, and when the newest one arrived."""

    missing: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The specialist's latest word on the records."""

    verdict: Verdict
    at: datetime
    by: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """The latest appointment that was not cancelled, and its visit."""

    status: AppointmentStatus
    mode: Mode
    start: datetime
    agreed_at: datetime
    visit_id: VisitId
    visit_status: VisitStatus
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the stage depends on. `outcome` is the in-person rule's latest word since the review.

    `reader` is who gave the latest word on the records; the case may have gone to another `specialist` since.
    """

    case_id: CaseId
    status: CaseStatus
    created_at: datetime
    submitted_at: datetime | None
    screened_at: datetime | None
    emergency_at: datetime | None
    specialist: str
    reader: str
    records: Records
    reading: Reading | None
    outcome: Outcome | None
    meeting: Meeting | None
    signed_at: datetime | None


def held(meeting: Meeting, now: datetime) -> bool:
    """Whether the visit has taken place.

    No room of ours sees who comes to the clinic: once its time is over, a visit in person counts as held, unless
    somebody has noted that nobody came.
    """
    if meeting.visit_status is VisitStatus.FINISHED or meeting.status is AppointmentStatus.FULFILLED:
        return True
    over = now >= waiting_room.closes_at(meeting.start)
    return meeting.mode is Mode.IN_PERSON and meeting.status is not AppointmentStatus.NOSHOW and over


def stage_of(situation: Situation, now: datetime) -> CaseStage:
    """Name the stage."""
    match situation.status:
        case CaseStatus.DRAFT:
            return CaseStage.EMERGENCY if situation.emergency_at else CaseStage.DRAFT
        case CaseStatus.SUBMITTED:
            return CaseStage.SENT
        case CaseStatus.DECLINED:
            return CaseStage.DECLINED
        case _:
            return _accepted(situation, now)


def _accepted(situation: Situation, now: datetime) -> CaseStage:
    """Name the stage: a visit that is to come or open goes before a signed opinion, and that before the rest."""
    meeting = _meeting(situation.meeting, now)
    if meeting in (CaseStage.BOOKED, CaseStage.VISIT_OPEN):
        return meeting
    if situation.signed_at:
        return CaseStage.OPINION_READY
    return meeting or _reading(situation)


def _meeting(meeting: Meeting | None, now: datetime) -> CaseStage | None:
    """Name the stage by the visit; a visit that was missed is none."""
    if meeting is None:
        return None
    if held(meeting, now):
        return CaseStage.AFTER_VISIT
    if meeting.visit_status is VisitStatus.IN_PROGRESS:
        return CaseStage.VISIT_OPEN
    if meeting.status is AppointmentStatus.NOSHOW or now >= waiting_room.closes_at(meeting.start):
        return None
    return CaseStage.BOOKED if now < waiting_room.opens_at(meeting.start) else CaseStage.VISIT_OPEN


def _reading(situation: Situation) -> CaseStage:
    """Name the stage by the records; newer ones open the question again."""
    reading, records = situation.reading, situation.records
    if reading is None:
        return CaseStage.RECORDS if records.missing else CaseStage.REVIEW
    if records.newest and records.newest > reading.at:
        return CaseStage.REVIEW
    return CaseStage.CHOOSE_A_TIME if reading.verdict is Verdict.ENOUGH else CaseStage.MORE_RECORDS
