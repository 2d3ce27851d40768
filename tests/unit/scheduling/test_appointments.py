"""An appointment changes only as its table allows, and says in words why not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain import appointments
from server.domain.appointment_refusals import (
    AppointmentMovedOnError,
    CancelReasonError,
    NoShowTooEarlyError,
    NotYetHeldError,
    TimePassedError,
    VisitElsewhereError,
    WaitingRoomClosedError,
    WaitingRoomNotOpenError,
)
from server.domain.appointments import Appointment, AppointmentStatus, Mode
from server.domain.ids import AccountId, AppointmentId, CaseId, DecisionId
from server.domain.wall_clock import UnknownZoneError

START = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
LONG_BEFORE = datetime(2026, 2, 1, tzinfo=UTC)
HALF_AN_HOUR, FOUR_HOURS, SECOND = timedelta(minutes=30), timedelta(hours=4), timedelta(seconds=1)


def a_booked_visit(patient_zone: str = "America/New_York", start: datetime = START) -> Appointment:
    return appointments.book(
        AppointmentId("appointment"),
        CaseId("case"),
        patient_id=AccountId("patient"),
        specialist_id=AccountId("specialist"),
        start=start,
        end=start + HALF_AN_HOUR,
        patient_zone=patient_zone,
        specialist_zone="Europe/Berlin",
        mode=Mode.VIDEO,
        decision_id=DecisionId("decision"),
        now=LONG_BEFORE,
    )


def moved(appointment: Appointment, *, now: datetime = LONG_BEFORE, start: datetime = LATER) -> Appointment:
    return appointments.reschedule(
        appointment,
        specialist_id=AccountId("other"),
        specialist_zone="Europe/Lisbon",
        start=start,
        end=start + HALF_AN_HOUR,
        mode=Mode.VIDEO,
        decision_id=DecisionId("second"),
        now=now,
    )


def test_a_booked_visit_remembers_what_the_patients_clock_will_show() -> None:
    booked = a_booked_visit()
    assert booked.status is AppointmentStatus.BOOKED
    assert booked.wall_start == "2026-03-10T11:00"
    assert (booked.sequence, booked.version) == (0, 1)


def test_a_change_of_zone_rules_is_noticed() -> None:
    booked = a_booked_visit()
    assert not appointments.wall_has_moved(booked)
    assert appointments.wall_has_moved(replace(booked, wall_start="2026-03-10T10:00"))


@pytest.mark.parametrize("start", [LONG_BEFORE, LONG_BEFORE - SECOND])
def test_the_past_cannot_be_booked(start: datetime) -> None:
    with pytest.raises(TimePassedError):
        a_booked_visit(start=start)
    with pytest.raises(TimePassedError):
        moved(a_booked_visit(), start=start)


def test_a_zone_that_does_not_exist_cannot_be_booked_in() -> None:
    with pytest.raises(UnknownZoneError):
        a_booked_visit("Mars/Olympus")


def test_another_time_keeps_the_identity_and_raises_the_sequence() -> None:
    booked = a_booked_visit()
    again = moved(booked)
    assert (again.id, again.uid, again.case_id, again.created_at) == (
        booked.id, booked.uid, booked.case_id, booked.created_at,
    )  # fmt: skip
    assert (again.start, again.specialist_id, again.decision_id) == (LATER, "other", "second")
    assert again.wall_start == "2026-04-02T04:00"
    assert (again.sequence, again.version) == (1, 2)


def test_a_cancelled_visit_says_why() -> None:
    cancelled = appointments.cancel(a_booked_visit(), "  I am in hospital. ")
    assert (cancelled.status, cancelled.cancel_reason) == (AppointmentStatus.CANCELLED, "I am in hospital.")
    assert (cancelled.sequence, cancelled.version) == (1, 2)
    assert not appointments.occupies_time(cancelled)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
def test_a_cancellation_without_a_readable_reason_is_refused(reason: str) -> None:
    with pytest.raises(CancelReasonError):
        appointments.cancel(a_booked_visit(), reason)


def test_the_waiting_room_opens_half_an_hour_before() -> None:
    with pytest.raises(WaitingRoomNotOpenError):
        appointments.arrive(a_booked_visit(), now=START - HALF_AN_HOUR - SECOND)
    assert appointments.arrive(a_booked_visit(), now=START - HALF_AN_HOUR).status is AppointmentStatus.ARRIVED


def test_the_waiting_room_stays_open_until_four_hours_after_the_start() -> None:
    assert appointments.arrive(a_booked_visit(), now=START + FOUR_HOURS - SECOND)
    with pytest.raises(WaitingRoomClosedError):
        appointments.arrive(a_booked_visit(), now=START + FOUR_HOURS)


def test_arriving_again_changes_nothing() -> None:
    arrived = appointments.arrive(a_booked_visit(), now=START)
    assert appointments.arrive(arrived, now=START + HALF_AN_HOUR) is arrived


def test_a_visit_can_be_held_by_telephone_without_anybody_arriving() -> None:
    assert appointments.fulfil(a_booked_visit(), now=START).status is AppointmentStatus.FULFILLED


def test_a_visit_cannot_have_been_held_before_its_time() -> None:
    with pytest.raises(NotYetHeldError):
        appointments.fulfil(a_booked_visit(), now=START - timedelta(hours=1))


def test_nobody_is_written_off_in_the_first_quarter_of_an_hour() -> None:
    quarter = timedelta(minutes=15)
    with pytest.raises(NoShowTooEarlyError):
        appointments.no_show(a_booked_visit(), now=START + quarter - SECOND)
    assert appointments.no_show(a_booked_visit(), now=START + quarter).status is AppointmentStatus.NOSHOW


def test_whoever_was_written_off_may_still_come_or_get_another_time() -> None:
    missed = appointments.no_show(a_booked_visit(), now=START + HALF_AN_HOUR)
    assert appointments.arrive(missed, now=START + HALF_AN_HOUR).status is AppointmentStatus.ARRIVED
    assert moved(missed).status is AppointmentStatus.BOOKED


def test_a_visit_that_fails_half_way_gets_another_time() -> None:
    arrived = appointments.arrive(a_booked_visit(), now=START)
    assert moved(arrived, now=START).status is AppointmentStatus.BOOKED


def test_who_has_arrived_is_not_a_no_show() -> None:
    arrived = appointments.arrive(a_booked_visit(), now=START)
    with pytest.raises(AppointmentMovedOnError):
        appointments.no_show(arrived, now=START + FOUR_HOURS)


@pytest.mark.parametrize("status", [AppointmentStatus.FULFILLED, AppointmentStatus.CANCELLED])
def test_what_has_ended_does_not_change(status: AppointmentStatus) -> None:
    ended = replace(a_booked_visit(), status=status)
    for change in (
        lambda: moved(ended),
        lambda: appointments.cancel(ended, "because"),
        lambda: appointments.arrive(ended, now=START),
        lambda: appointments.fulfil(ended, now=START),
        lambda: appointments.no_show(ended, now=START + HALF_AN_HOUR),
    ):
        with pytest.raises(AppointmentMovedOnError):
            change()


def test_nobody_comes_in_by_the_link_of_a_visit_in_person() -> None:
    appointments.require_by_video(a_booked_visit())
    with pytest.raises(VisitElsewhereError):
        appointments.require_by_video(replace(a_booked_visit(), mode=Mode.IN_PERSON))


def test_a_visit_keeps_its_identity_when_it_goes_to_the_clinic() -> None:
    booked = a_booked_visit()
    again = appointments.reschedule(
        booked,
        specialist_id=booked.specialist_id,
        specialist_zone=booked.specialist_zone,
        start=LATER,
        end=LATER + HALF_AN_HOUR,
        mode=Mode.IN_PERSON,
        decision_id=DecisionId("second"),
        now=LONG_BEFORE,
    )
    assert (again.id, again.uid, again.mode) == (booked.id, booked.uid, Mode.IN_PERSON)


def test_every_status_has_its_row_in_the_table() -> None:
    assert set(appointments.TRANSITIONS) == set(AppointmentStatus)
