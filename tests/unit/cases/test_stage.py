"""Where a case stands, from every combination of the small state machines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from server.domain import waiting_room
from server.domain.appointments import AppointmentStatus, Mode
from server.domain.cases import CaseStatus, Verdict
from server.domain.ids import CaseId, VisitId
from server.domain.policy import Outcome
from server.domain.stage import CaseStage, Meeting, Reading, Records, Situation, stage_of
from server.domain.standing import Holder, Next, standing
from server.domain.visits import VisitStatus

DETROIT = ZoneInfo("America/Detroit")
MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = MONDAY + 10 * DAY

ACCEPTED = Situation(
    case_id=CaseId("c1"),
    status=CaseStatus.ACCEPTED,
    created_at=MONDAY,
    submitted_at=MONDAY + HOUR,
    screened_at=MONDAY + 2 * HOUR,
    emergency_at=None,
    specialist="Dr Osei",
    reader="Dr Osei",
    records=Records(missing=2, newest=None),
    reading=None,
    outcome=None,
    meeting=None,
    signed_at=None,
)
DRAFT = replace(ACCEPTED, status=CaseStatus.DRAFT, submitted_at=None, screened_at=None)
COMPLETE = replace(ACCEPTED, records=Records(missing=0, newest=MONDAY + DAY))
READ = replace(COMPLETE, reading=Reading(Verdict.ENOUGH, MONDAY + 2 * DAY))
VISIT = Meeting(
    status=AppointmentStatus.BOOKED,
    mode=Mode.VIDEO,
    start=NOW + DAY,
    agreed_at=MONDAY + 3 * DAY,
    visit_id=VisitId("v1"),
    visit_status=VisitStatus.PLANNED,
    ended_at=None,
)
BOOKED = replace(READ, meeting=VISIT)
HELD = replace(
    BOOKED,
    meeting=replace(
        VISIT,
        status=AppointmentStatus.FULFILLED,
        start=NOW - DAY,
        visit_status=VisitStatus.FINISHED,
        ended_at=NOW - DAY + HOUR,
    ),
)
ONE_OF_EACH = {
    CaseStage.DRAFT: DRAFT,
    CaseStage.EMERGENCY: replace(DRAFT, emergency_at=MONDAY + HOUR),
    CaseStage.SENT: replace(ACCEPTED, status=CaseStatus.SUBMITTED, screened_at=None),
    CaseStage.DECLINED: replace(ACCEPTED, status=CaseStatus.DECLINED),
    CaseStage.RECORDS: ACCEPTED,
    CaseStage.REVIEW: COMPLETE,
    CaseStage.MORE_RECORDS: replace(COMPLETE, reading=Reading(Verdict.MISSING, MONDAY + 2 * DAY)),
    CaseStage.CHOOSE_A_TIME: READ,
    CaseStage.BOOKED: BOOKED,
    CaseStage.VISIT_OPEN: replace(BOOKED, meeting=replace(VISIT, start=NOW + timedelta(minutes=10))),
    CaseStage.AFTER_VISIT: HELD,
    CaseStage.OPINION_READY: replace(HELD, signed_at=NOW),
}


@pytest.mark.parametrize("stage", list(CaseStage))
def test_each_stage_is_reached(stage: CaseStage) -> None:
    assert stage_of(ONE_OF_EACH[stage], NOW) is stage


@pytest.mark.parametrize(
    ("stage", "holder", "promise"),
    [
        (CaseStage.DRAFT, Holder.PATIENT, None),
        (CaseStage.EMERGENCY, Holder.SCHEDULER, None),
        (CaseStage.SENT, Holder.SCHEDULER, datetime(2026, 11, 25, 17, tzinfo=DETROIT)),
        (CaseStage.DECLINED, Holder.PATIENT, None),
        (CaseStage.RECORDS, Holder.PATIENT, None),
        (CaseStage.REVIEW, Holder.SPECIALIST, datetime(2026, 12, 1, 17, tzinfo=DETROIT)),
        (CaseStage.MORE_RECORDS, Holder.PATIENT, None),
        (CaseStage.CHOOSE_A_TIME, Holder.PATIENT, None),
        (CaseStage.BOOKED, Holder.SPECIALIST, NOW + DAY),
        (CaseStage.VISIT_OPEN, Holder.SPECIALIST, NOW + timedelta(minutes=10)),
        (CaseStage.AFTER_VISIT, Holder.SPECIALIST, datetime(2026, 12, 7, 17, tzinfo=DETROIT)),
        (CaseStage.OPINION_READY, Holder.PATIENT, None),
    ],
)
def test_the_clock_names_the_holder_and_the_promise(stage: CaseStage, holder: Holder, promise: datetime | None) -> None:
    told = standing(ONE_OF_EACH[stage], now=NOW, zone=DETROIT)

    assert (told.stage, told.held_by, told.promised_by) == (stage, holder, promise)


@pytest.mark.parametrize(
    ("stage", "href"),
    [
        (CaseStage.DRAFT, "/request/c1"),
        (CaseStage.EMERGENCY, "/request/c1/emergency"),
        (CaseStage.SENT, None),
        (CaseStage.DECLINED, None),
        (CaseStage.RECORDS, "/cases/c1/records"),
        (CaseStage.REVIEW, None),
        (CaseStage.MORE_RECORDS, "/cases/c1/records"),
        (CaseStage.CHOOSE_A_TIME, "/cases/c1/times"),
        (CaseStage.BOOKED, "/cases/c1/check"),
        (CaseStage.VISIT_OPEN, "/visits/v1"),
        (CaseStage.AFTER_VISIT, None),
        (CaseStage.OPINION_READY, "/cases/c1/opinion"),
    ],
)
def test_there_is_one_next_thing_or_none(stage: CaseStage, href: str | None) -> None:
    following = standing(ONE_OF_EACH[stage], now=NOW, zone=DETROIT).next

    assert (following.href if following else None) == href


def test_a_patient_who_holds_the_case_can_do_something_unless_it_was_declined() -> None:
    for stage, situation in ONE_OF_EACH.items():
        told = standing(situation, now=NOW, zone=DETROIT)
        if told.held_by is Holder.PATIENT and stage is not CaseStage.DECLINED:
            assert told.next is not None


def test_the_steps_are_done_up_to_now_and_later_after_it() -> None:
    order = ["done", "now", "later"]
    for situation in ONE_OF_EACH.values():
        states = [step.state for step in standing(situation, now=NOW, zone=DETROIT).steps]
        assert states == sorted(states, key=order.index)
        assert states.count("now") <= 1


def test_a_step_that_is_not_done_has_no_date() -> None:
    steps = standing(ONE_OF_EACH[CaseStage.MORE_RECORDS], now=NOW, zone=DETROIT).steps

    assert [step.at for step in steps if step.state != "done"] == [None] * 5


def test_newer_records_open_the_question_again() -> None:
    for verdict in Verdict:
        read = replace(COMPLETE, reading=Reading(verdict, MONDAY + 2 * DAY))
        more = replace(read, records=Records(missing=0, newest=MONDAY + 3 * DAY))
        assert stage_of(more, NOW) is CaseStage.REVIEW
        assert standing(more, now=NOW, zone=DETROIT).since == MONDAY + 3 * DAY


def test_records_that_came_before_the_request_was_accepted_wait_since_then() -> None:
    early = replace(COMPLETE, records=Records(missing=0, newest=MONDAY + HOUR))

    assert standing(early, now=NOW, zone=DETROIT).since == ACCEPTED.screened_at


def test_records_that_are_all_waived_wait_for_the_specialist_since_the_request_was_accepted() -> None:
    waived = replace(ACCEPTED, records=Records(missing=0, newest=None))

    assert standing(waived, now=NOW, zone=DETROIT).since == ACCEPTED.screened_at


@pytest.mark.parametrize("outcome", [Outcome.IN_PERSON_REQUIRED, Outcome.IN_PERSON_RECOMMENDED])
def test_who_has_to_come_chooses_a_time_at_the_clinic(outcome: Outcome) -> None:
    told = standing(replace(READ, outcome=outcome), now=NOW, zone=DETROIT)

    assert (told.stage, told.held_by, told.at_clinic) == (CaseStage.CHOOSE_A_TIME, Holder.PATIENT, True)
    assert told.next == Next("See how and when we can meet", "/cases/c1/times")


def test_the_desk_calls_first_in_an_emergency() -> None:
    told = standing(replace(READ, outcome=Outcome.EMERGENCY_NOW), now=NOW, zone=DETROIT)

    assert (told.stage, told.held_by, told.next) == (CaseStage.CHOOSE_A_TIME, Holder.SCHEDULER, None)
    assert told.promised_by == datetime(2026, 11, 27, 17, tzinfo=DETROIT)


@pytest.mark.parametrize(("mode", "href"), [(Mode.IN_PERSON, "/cases/c1/times"), (Mode.PHONE, None)])
def test_nobody_tries_a_camera_for_a_visit_without_one(mode: Mode, href: str | None) -> None:
    for stage in (CaseStage.BOOKED, CaseStage.VISIT_OPEN):
        situation = ONE_OF_EACH[stage]
        assert situation.meeting is not None
        without = replace(situation, meeting=replace(situation.meeting, mode=mode))
        told = standing(without, now=NOW, zone=DETROIT).next
        assert (told.href if told else None) == href


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (waiting_room.opens_at(VISIT.start) - timedelta(seconds=1), CaseStage.BOOKED),
        (waiting_room.opens_at(VISIT.start), CaseStage.VISIT_OPEN),
        (waiting_room.closes_at(VISIT.start) - timedelta(seconds=1), CaseStage.VISIT_OPEN),
        (waiting_room.closes_at(VISIT.start), CaseStage.CHOOSE_A_TIME),
    ],
)
def test_the_visit_is_open_while_its_door_is(now: datetime, stage: CaseStage) -> None:
    assert stage_of(BOOKED, now) is stage


def test_a_visit_in_person_counts_as_held_when_its_time_is_over_unless_nobody_came() -> None:
    visit = replace(VISIT, mode=Mode.IN_PERSON)
    after, missed = replace(BOOKED, meeting=visit), replace(visit, status=AppointmentStatus.NOSHOW)

    assert stage_of(after, waiting_room.closes_at(VISIT.start)) is CaseStage.AFTER_VISIT
    assert stage_of(replace(after, meeting=missed), NOW + 2 * DAY) is CaseStage.CHOOSE_A_TIME


def test_the_review_stays_with_who_read_the_records_when_another_specialist_sees_the_patient() -> None:
    steps = standing(replace(BOOKED, specialist="Dr Lund"), now=NOW, zone=DETROIT).steps

    assert [steps[3].label, steps[5].label] == ["Dr Osei reads your records", "You meet Dr Lund"]


def test_a_visit_under_way_stays_open_however_long_it_takes() -> None:
    under_way = replace(BOOKED, meeting=replace(VISIT, visit_status=VisitStatus.IN_PROGRESS))

    assert stage_of(under_way, VISIT.start + 9 * HOUR) is CaseStage.VISIT_OPEN


@pytest.mark.parametrize("stage", [CaseStage.BOOKED, CaseStage.VISIT_OPEN])
def test_a_visit_to_come_goes_before_a_signed_opinion_which_stays_in_reach(stage: CaseStage) -> None:
    answered = replace(ONE_OF_EACH[stage], signed_at=NOW - DAY)

    told = standing(answered, now=NOW, zone=DETROIT)

    assert (told.stage, told.signed_at) == (stage, NOW - DAY)
    assert told.next == standing(ONE_OF_EACH[stage], now=NOW, zone=DETROIT).next
    assert (told.steps[-1].state, told.steps[-1].at) == ("done", NOW - DAY)


def test_a_signed_opinion_goes_before_everything_but_a_visit_to_come() -> None:
    for stage in (CaseStage.RECORDS, CaseStage.REVIEW, CaseStage.MORE_RECORDS, CaseStage.CHOOSE_A_TIME):
        assert stage_of(replace(ONE_OF_EACH[stage], signed_at=NOW), NOW) is CaseStage.OPINION_READY
    assert stage_of(replace(BOOKED, signed_at=NOW), waiting_room.closes_at(VISIT.start)) is CaseStage.OPINION_READY


def test_a_missed_visit_leads_back_to_choosing_a_time() -> None:
    missed = replace(BOOKED, meeting=replace(VISIT, status=AppointmentStatus.NOSHOW))

    assert stage_of(missed, NOW) is CaseStage.CHOOSE_A_TIME


def test_every_combination_has_a_stage_a_holder_and_a_beginning() -> None:
    readings = [None, *(Reading(verdict, MONDAY + DAY) for verdict in Verdict)]
    records = [Records(missing, newest) for missing in (0, 1) for newest in (None, MONDAY, MONDAY + 2 * DAY)]
    meetings: list[Meeting | None] = [None]
    meetings += [
        replace(VISIT, status=status, visit_status=visit_status, start=start, ended_at=ended_at)
        for status, visit_status, start, ended_at in product(
            AppointmentStatus, VisitStatus, (NOW - DAY, NOW, NOW + DAY), (None, NOW)
        )
    ]
    seen = set()
    for status, reading, record, outcome, meeting, signed_at, emergency_at in product(
        CaseStatus, readings, records, (None, Outcome.IN_PERSON_REQUIRED), meetings, (None, NOW), (None, MONDAY)
    ):
        told = standing(
            Situation(
                case_id=CaseId("c1"),
                status=status,
                created_at=MONDAY,
                submitted_at=None if status is CaseStatus.DRAFT else MONDAY,
                screened_at=MONDAY if status in (CaseStatus.ACCEPTED, CaseStatus.DECLINED) else None,
                emergency_at=emergency_at,
                specialist="Dr Osei",
                reader="Dr Osei",
                records=record,
                reading=reading,
                outcome=outcome,
                meeting=meeting,
                signed_at=signed_at,
            ),
            now=NOW,
            zone=DETROIT,
        )
        seen.add(told.stage)
        assert told.since >= MONDAY
        assert told.promised_by is None or told.held_by is not Holder.PATIENT
    assert seen == set(CaseStage)


def test_we_are_late_when_a_promise_has_passed_and_a_visit_is_never_late() -> None:
    for stage, late in (
        (CaseStage.SENT, True),
        (CaseStage.REVIEW, True),
        (CaseStage.RECORDS, False),
        (CaseStage.BOOKED, False),
        (CaseStage.VISIT_OPEN, False),
    ):
        assert standing(ONE_OF_EACH[stage], now=NOW, zone=DETROIT).overdue(NOW + 60 * DAY) is late
    assert not standing(ONE_OF_EACH[CaseStage.SENT], now=NOW, zone=DETROIT).overdue(MONDAY + DAY)
