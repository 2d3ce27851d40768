"""What a patient is told about where a case stands: who holds it, since when, what we promised, the one next thing.

No I/O, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.domain import working_days
from server.domain.appointments import Mode
from server.domain.policy import Outcome
from server.domain.stage import CaseStage, Meeting, Situation, stage_of
from server.domain.ways import AT_THE_CLINIC

DAYS_TO_SCREEN = 2  # as the letter about a request says
DAYS_TO_REVIEW = 5
DAYS_TO_WRITE = 3


class Holder(StrEnum):
    """Whose turn it is."""

    PATIENT = "patient"
    SCHEDULER = "scheduler"
    SPECIALIST = "specialist"


@dataclass(frozen=True, slots=True)
class Next:
    """The one next thing, and where it is done."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: done (at), now or later."""

    label: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the patient sees."""

    stage: CaseStage
    held_by: Holder
    since: datetime
    promised_by: datetime | None
    next: Next | None
    steps: tuple[Step, ...]
    records_missing: int
    meeting: Meeting | None
    signed_at: datetime | None  # the opinion can be read since then, whatever the stage
    reader: str  # who gave the latest word on the records
    at_clinic: bool  # the visit is in person, or has to be

    def overdue(self, now: datetime) -> bool:
        """Whether we are late with what we promised."""
        at_work = self.stage not in (CaseStage.BOOKED, CaseStage.VISIT_OPEN)
        return at_work and self.promised_by is not None and self.promised_by < now


def standing(situation: Situation, *, now: datetime, zone: ZoneInfo) -> Standing:
    """Say where a case stands; `zone` is the hospital's, in whose working days we promise."""
    stage = stage_of(situation, now)
    since = _since(situation, stage)
    return Standing(
        stage=stage,
        held_by=_holder(situation, stage),
        since=since,
        promised_by=_promise(situation, stage, since, zone),
        next=_next(situation, stage),
        steps=_steps(situation, stage),
        records_missing=situation.records.missing,
        meeting=situation.meeting,
        signed_at=situation.signed_at,
        reader=situation.reader,
        at_clinic=_at_clinic(situation, stage),
    )


HOLDERS: Mapping[CaseStage, Holder] = {
    CaseStage.DRAFT: Holder.PATIENT,
    CaseStage.EMERGENCY: Holder.SCHEDULER,
    CaseStage.SENT: Holder.SCHEDULER,
    CaseStage.DECLINED: Holder.PATIENT,
    CaseStage.RECORDS: Holder.PATIENT,
    CaseStage.REVIEW: Holder.SPECIALIST,
    CaseStage.MORE_RECORDS: Holder.PATIENT,
    CaseStage.CHOOSE_A_TIME: Holder.PATIENT,
    CaseStage.BOOKED: Holder.SPECIALIST,
    CaseStage.VISIT_OPEN: Holder.SPECIALIST,
    CaseStage.AFTER_VISIT: Holder.SPECIALIST,
    CaseStage.OPINION_READY: Holder.PATIENT,
}


def _holder(situation: Situation, stage: CaseStage) -> Holder:
    return Holder.SCHEDULER if _we_arrange(situation, stage) else HOLDERS[stage]


def _we_arrange(situation: Situation, stage: CaseStage) -> bool:
    """Whether the desk has to call before anything can be booked."""
    return stage is CaseStage.CHOOSE_A_TIME and situation.outcome is Outcome.EMERGENCY_NOW


def _at_clinic(situation: Situation, stage: CaseStage) -> bool:
    """Whether they meet at the clinic, as it is booked or as the rule says before anything is."""
    if stage is CaseStage.CHOOSE_A_TIME:
        return situation.outcome in AT_THE_CLINIC
    return situation.meeting is not None and situation.meeting.mode is Mode.IN_PERSON


def _since(situation: Situation, stage: CaseStage) -> datetime:
    return _beginning(situation, stage) or situation.created_at


def _beginning(situation: Situation, stage: CaseStage) -> datetime | None:
    reading, meeting = situation.reading, situation.meeting
    match stage:
        case CaseStage.DRAFT:
            return situation.created_at
        case CaseStage.EMERGENCY:
            return situation.emergency_at
        case CaseStage.SENT:
            return situation.submitted_at
        case CaseStage.DECLINED | CaseStage.RECORDS:
            return situation.screened_at
        case CaseStage.REVIEW:
            return max(filter(None, (situation.records.newest, situation.screened_at)), default=None)
        case CaseStage.MORE_RECORDS | CaseStage.CHOOSE_A_TIME:
            return reading.at if reading else None
        case CaseStage.BOOKED | CaseStage.VISIT_OPEN:
            return meeting.agreed_at if meeting else None
        case CaseStage.AFTER_VISIT:
            return (meeting.ended_at or meeting.start) if meeting else None
        case _:
            return situation.signed_at


def _promise(situation: Situation, stage: CaseStage, since: datetime, zone: ZoneInfo) -> datetime | None:
    if situation.meeting and stage in (CaseStage.BOOKED, CaseStage.VISIT_OPEN):
        return situation.meeting.start
    days = {
        CaseStage.SENT: DAYS_TO_SCREEN,
        CaseStage.REVIEW: DAYS_TO_REVIEW,
        CaseStage.AFTER_VISIT: DAYS_TO_WRITE,
        **({stage: DAYS_TO_SCREEN} if _we_arrange(situation, stage) else {}),
    }
    return working_days.after(since, days[stage], zone) if stage in days else None


def _next(situation: Situation, stage: CaseStage) -> Next | None:
    case, meeting = f"/cases/{situation.case_id}", situation.meeting
    if _we_arrange(situation, stage):
        return None
    match stage:
        case CaseStage.DRAFT:
            return Next("Go on with your request", f"/request/{situation.case_id}")
        case CaseStage.EMERGENCY:
            return Next("See what to do now", f"/request/{situation.case_id}/emergency")
        case CaseStage.RECORDS:
            return Next("Send your records", f"{case}/records")
        case CaseStage.MORE_RECORDS:
            return Next("Send what is missing", f"{case}/records")
        case CaseStage.CHOOSE_A_TIME:
            return Next(CHOOSE[_at_clinic(situation, stage)], f"{case}/times")
        case CaseStage.BOOKED | CaseStage.VISIT_OPEN if meeting and meeting.mode is Mode.IN_PERSON:
            return Next("See when and where to come", f"{case}/times")
        case CaseStage.BOOKED if meeting and meeting.mode is Mode.VIDEO:
            return Next("Try your camera and microphone", f"{case}/check")
        case CaseStage.VISIT_OPEN if meeting and meeting.mode is Mode.VIDEO:
            return Next("Go to your visit", f"/visits/{meeting.visit_id}")
        case CaseStage.OPINION_READY:
            return Next("Read your opinion", f"{case}/opinion")
        case _:
            return None


CHOOSE: Mapping[bool, str] = {False: "Choose a time", True: "See how and when we can meet"}

REACHED: Mapping[CaseStage, int] = {  # the step that is now, counted from 0
    CaseStage.DRAFT: 0,
    CaseStage.EMERGENCY: 0,
    CaseStage.SENT: 1,
    CaseStage.DECLINED: 2,
    CaseStage.RECORDS: 2,
    CaseStage.MORE_RECORDS: 2,
    CaseStage.REVIEW: 3,
    CaseStage.CHOOSE_A_TIME: 4,
    CaseStage.BOOKED: 5,
    CaseStage.VISIT_OPEN: 5,
    CaseStage.AFTER_VISIT: 6,
    CaseStage.OPINION_READY: 7,
}


def _steps(situation: Situation, stage: CaseStage) -> tuple[Step, ...]:
    s, meeting, now = situation, situation.meeting, REACHED[stage]
    read_at = s.reading.at if s.reading else None
    way: tuple[tuple[str, datetime | None], ...] = (
        ("You send your request", s.submitted_at),
        ("We read your request", s.screened_at),
        ("You send your records", s.records.newest),
        (f"{s.reader[:1].upper()}{s.reader[1:]} reads your records", read_at),
        ("You choose a time", meeting.agreed_at if meeting else None),
        (f"You meet {s.specialist}", meeting.ended_at if meeting else None),
        ("You have your answer in writing", s.signed_at),
    )
    shown = way[:2] if stage is CaseStage.DECLINED else way
    states = ["done" if at < now else "now" if at == now else "later" for at in range(len(shown))]
    if s.signed_at and stage is not CaseStage.DECLINED:
        states[-1] = "done"  # also while another visit is to come
    return tuple(
        Step(label, state, at if state == "done" else None) for (label, at), state in zip(shown, states, strict=True)
    )
