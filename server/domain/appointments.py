"""An agreed time between a patient and a specialist, and how it changes. Statuses are FHIR's. No I/O, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain import waiting_room
from server.domain.appointment_refusals import (
    AppointmentMovedOnError,
    CancelReasonError,
    NoShowTooEarlyError,
    NotInPersonError,
    NotYetHeldError,
    TimePassedError,
    VisitElsewhereError,
    WaitingRoomClosedError,
    WaitingRoomNotOpenError,
)
from server.domain.ids import AccountId, AppointmentId, CaseId, DecisionId
from server.domain.wall_clock import zone_info

NO_SHOW_GRACE = timedelta(minutes=15)  # Nobody is written off while they may still be looking for the link.
MAX_REASON_CHARACTERS = 500


class AppointmentStatus(StrEnum):
    """FHIR R4 AppointmentStatus, as far as we use it."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


TRANSITIONS: Mapping[AppointmentStatus, frozenset[AppointmentStatus]] = {
    AppointmentStatus.BOOKED: frozenset(AppointmentStatus),
    AppointmentStatus.ARRIVED: frozenset(
        {AppointmentStatus.BOOKED, AppointmentStatus.FULFILLED, AppointmentStatus.CANCELLED}
    ),
    AppointmentStatus.NOSHOW: frozenset(
        {AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.FULFILLED}
    ),
    AppointmentStatus.FULFILLED: frozenset(),
    AppointmentStatus.CANCELLED: frozenset(),
}
"""To `booked` means another time, from `noshow` on means that they came after all."""


class Mode(StrEnum):
    """How patient and specialist meet."""

    VIDEO = "video"
    PHONE = "phone"
    IN_PERSON = "in-person"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One agreed time; it keeps its id and calendar `uid` through every change.

    `wall_start` is the start as the patient's clock was going to show it on the day it was agreed, so that a change
    of zone rules can be noticed. `sequence` grows whenever time or status changes (RFC 5545 section 3.8.7.4),
    `version` with every change, and is the ETag.
    """

    id: AppointmentId
    case_id: CaseId
    patient_id: AccountId
    specialist_id: AccountId
    status: AppointmentStatus
    start: datetime
    end: datetime
    patient_zone: str
    specialist_zone: str
    wall_start: str
    uid: str
    sequence: int
    version: int
    mode: Mode
    decision_id: DecisionId
    cancel_reason: str | None
    created_at: datetime


def book(
    appointment_id: AppointmentId,
    case_id: CaseId,
    *,
    patient_id: AccountId,
    specialist_id: AccountId,
    start: datetime,
    end: datetime,
    patient_zone: str,
    specialist_zone: str,
    mode: Mode,
    decision_id: DecisionId,
    now: datetime,
) -> Appointment:
    """Agree on a time.

    Raises:
        TimePassedError: the start is not in the future.
        UnknownZoneError: one of the zones does not exist.
    """
    _require_future(start, now)
    zone_info(specialist_zone)
    return Appointment(
        id=appointment_id,
        case_id=case_id,
        patient_id=patient_id,
        specialist_id=specialist_id,
        status=AppointmentStatus.BOOKED,
        start=start,
        end=end,
        patient_zone=patient_zone,
        specialist_zone=specialist_zone,
        wall_start=wall_time(start, patient_zone),
        uid=f"{appointment_id}@consilium",
        sequence=0,
        version=1,
        mode=mode,
        decision_id=decision_id,
        cancel_reason=None,
        created_at=now,
    )


def reschedule(
    appointment: Appointment,
    *,
    specialist_id: AccountId,
    specialist_zone: str,
    start: datetime,
    end: datetime,
    mode: Mode,
    decision_id: DecisionId,
    now: datetime,
) -> Appointment:
    """Agree on another time for the same visit, perhaps in another way.

    Raises:
        AppointmentMovedOnError: the visit has taken place or is cancelled.
        TimePassedError: the new start is not in the future.
        UnknownZoneError: the zone does not exist.
    """
    moved = _move(appointment, AppointmentStatus.BOOKED)
    _require_future(start, now)
    zone_info(specialist_zone)
    return replace(
        moved,
        specialist_id=specialist_id,
        specialist_zone=specialist_zone,
        start=start,
        end=end,
        wall_start=wall_time(start, appointment.patient_zone),
        mode=mode,
        decision_id=decision_id,
    )


def cancel(appointment: Appointment, reason: str) -> Appointment:
    """Call the visit off, with a reason that both sides read.

    Raises:
        AppointmentMovedOnError: the visit has taken place or is cancelled already.
        CancelReasonError: no reason is given, or a very long one.
    """
    told = reason.strip()
    if not 0 < len(told) <= MAX_REASON_CHARACTERS:
        raise CancelReasonError(f"Please tell us why, in at most {MAX_REASON_CHARACTERS} characters.")
    return replace(_move(appointment, AppointmentStatus.CANCELLED), cancel_reason=told)


def arrive(appointment: Appointment, *, now: datetime) -> Appointment:
    """Let the patient into the waiting room; who has arrived already stays as they are.

    Raises:
        WaitingRoomNotOpenError: more than `waiting_room.OPENS_BEFORE` ahead of the start.
        WaitingRoomClosedError: `waiting_room.STAYS_OPEN_AFTER` after the start.
        AppointmentMovedOnError: the visit has taken place or is cancelled.
    """
    if appointment.status is AppointmentStatus.ARRIVED:
        return appointment
    arrived = _move(appointment, AppointmentStatus.ARRIVED)
    if now < waiting_room.opens_at(appointment.start):
        raise WaitingRoomNotOpenError("The waiting room opens 30 minutes before your visit. Please come back then.")
    if now >= waiting_room.closes_at(appointment.start):
        raise WaitingRoomClosedError("The waiting room of this visit has closed. Please call us to find another time.")
    return arrived


def fulfil(appointment: Appointment, *, now: datetime) -> Appointment:
    """Note that the visit took place, by whichever way.

    Raises:
        NotYetHeldError: the waiting room has not even opened.
        AppointmentMovedOnError: it has been noted already, or the visit is cancelled.
    """
    fulfilled = _move(appointment, AppointmentStatus.FULFILLED)
    if now < waiting_room.opens_at(appointment.start):
        raise NotYetHeldError("This visit has not started yet. Please note it once it has taken place.")
    return fulfilled


def no_show(appointment: Appointment, *, now: datetime) -> Appointment:
    """Note that the patient did not come.

    Raises:
        NoShowTooEarlyError: less than `NO_SHOW_GRACE` after the start.
        AppointmentMovedOnError: the patient came, or the visit is cancelled.
    """
    missed = _move(appointment, AppointmentStatus.NOSHOW)
    if now < appointment.start + NO_SHOW_GRACE:
        raise NoShowTooEarlyError("The patient may still come. Please wait until 15 minutes after the start.")
    return missed


def attended(appointment: Appointment, *, came: bool, now: datetime) -> Appointment:
    """Note whether the patient came to a visit in person.

    Raises:
        NotInPersonError: it is by video.
        NotYetHeldError: it has not begun.
        NoShowTooEarlyError: less than `NO_SHOW_GRACE` after the start.
        AppointmentMovedOnError: it has been noted already, or the visit is cancelled.
    """
    if appointment.mode is not Mode.IN_PERSON:
        raise NotInPersonError("This visit is by video. It notes by itself who came.")
    return fulfil(appointment, now=now) if came else no_show(appointment, now=now)


def may_note(appointment: Appointment, now: datetime) -> bool:
    """Whether it is time to note if the patient came to a visit in person."""
    return appointment.mode is Mode.IN_PERSON and now >= appointment.start


def require_by_video(appointment: Appointment) -> None:
    """Let somebody come in by the visit's link.

    Raises:
        VisitElsewhereError: the visit is in person.
    """
    if appointment.mode is Mode.IN_PERSON:
        raise VisitElsewhereError("Do not join here. This visit is in person. Your page says where to come, and when.")


def occupies_time(appointment: Appointment) -> bool:
    """Whether the time still belongs to this appointment, so that its claims must stand."""
    return appointment.status is not AppointmentStatus.CANCELLED


def wall_time(instant: datetime, zone: str) -> str:
    """Write what the clock of a zone shows at an instant, to the minute.

    Raises:
        UnknownZoneError: the zone does not exist.
    """
    return instant.astimezone(zone_info(zone)).replace(tzinfo=None).isoformat(timespec="minutes")


def wall_has_moved(appointment: Appointment) -> bool:
    """Whether new zone rules have put the start at another hour than the patient was told."""
    return wall_time(appointment.start, appointment.patient_zone) != appointment.wall_start


_WHERE_IT_STANDS: Mapping[AppointmentStatus, str] = {
    AppointmentStatus.BOOKED: "This visit is booked.",
    AppointmentStatus.ARRIVED: "The patient is already here.",
    AppointmentStatus.FULFILLED: "This visit has already taken place.",
    AppointmentStatus.CANCELLED: "This visit is cancelled. Please choose a new time.",
    AppointmentStatus.NOSHOW: "This visit was missed. Please choose a new time.",
}


def _move(appointment: Appointment, status: AppointmentStatus) -> Appointment:
    if status not in TRANSITIONS[appointment.status]:
        raise AppointmentMovedOnError(_WHERE_IT_STANDS[appointment.status])
    return replace(appointment, status=status, sequence=appointment.sequence + 1, version=appointment.version + 1)


def _require_future(start: datetime, now: datetime) -> None:
    if start <= now:
        raise TimePassedError("This time has passed. Please choose a later one.")
