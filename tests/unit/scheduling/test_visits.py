"""A visit is open when the promise says, and ends for good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain import visits
from server.domain.ids import AppointmentId, CaseId, VisitId
from server.domain.visits import Visit, VisitMovedOnError, VisitStatus

START = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def a_planned_visit() -> Visit:
    return visits.plan(VisitId("visit"), AppointmentId("appointment"), CaseId("case"), START)


def test_people_may_come_in_from_half_an_hour_before_until_four_hours_after() -> None:
    visit = a_planned_visit()
    assert not visits.is_open(visit, START - HOUR / 2 - SECOND)
    assert visits.is_open(visit, START - HOUR / 2)
    assert visits.is_open(visit, START + 4 * HOUR - SECOND)
    assert not visits.is_open(visit, START + 4 * HOUR)


def test_a_visit_that_began_late_does_not_lock_anybody_out() -> None:
    late = visits.begin(a_planned_visit(), now=START + 3 * HOUR)
    assert visits.is_open(late, START + 6 * HOUR)


def test_a_visit_that_began_early_stays_open_as_promised() -> None:
    early = visits.begin(a_planned_visit(), now=START - HOUR / 3)
    assert visits.closes_at(early) == START + 4 * HOUR


def test_beginning_again_changes_nothing() -> None:
    begun = visits.begin(a_planned_visit(), now=START)
    assert visits.begin(begun, now=START + HOUR) is begun


def test_a_finished_visit_is_closed_for_good() -> None:
    finished = visits.finish(visits.begin(a_planned_visit(), now=START), now=START + HOUR)
    assert (finished.status, finished.ended_at) == (VisitStatus.FINISHED, START + HOUR)
    assert not visits.is_open(finished, START + HOUR)
    with pytest.raises(VisitMovedOnError):
        visits.begin(finished, now=START + HOUR)


def test_a_cancelled_visit_is_closed() -> None:
    cancelled = visits.cancel(a_planned_visit(), now=START - HOUR)
    assert not visits.is_open(cancelled, START)


def test_a_visit_under_way_can_go_on_another_day() -> None:
    begun = visits.begin(a_planned_visit(), now=START)
    another = visits.postpone(begun, START + 48 * HOUR)
    assert (another.status, another.start, another.started_at) == (VisitStatus.PLANNED, START + 48 * HOUR, None)


def test_a_visit_under_way_cannot_be_cancelled_nor_a_planned_one_finished() -> None:
    with pytest.raises(VisitMovedOnError):
        visits.cancel(visits.begin(a_planned_visit(), now=START), now=START)
    with pytest.raises(VisitMovedOnError):
        visits.finish(a_planned_visit(), now=START)


@pytest.mark.parametrize("status", [VisitStatus.FINISHED, VisitStatus.CANCELLED])
def test_what_has_ended_gets_no_new_time(status: VisitStatus) -> None:
    with pytest.raises(VisitMovedOnError):
        visits.postpone(replace(a_planned_visit(), status=status), START)


def test_every_status_has_its_row_in_the_table() -> None:
    assert set(visits.TRANSITIONS) == set(VisitStatus)
