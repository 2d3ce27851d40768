"""A case moves from the patient to the desk, and from there once."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.domain import cases
from server.domain.cases import Case, CaseMovedOnError, CaseStatus
from server.domain.ids import AccountId, CaseId

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
DESK, DOCTOR = AccountId("desk"), AccountId("doctor")
DRAFT = Case(
    id=CaseId("c1"),
    patient_id=AccountId("p1"),
    specialist_id=None,
    status=CaseStatus.DRAFT,
    answers={},
    version=1,
    created_at=NOW,
    submitted_at=None,
    screened_at=None,
    screened_by=None,
    screening_reason=None,
)


def test_a_draft_is_handed_to_the_desk_and_no_longer_changes() -> None:
    sent = cases.submit(DRAFT, now=NOW)

    assert (sent.status, sent.submitted_at, sent.version) == (CaseStatus.SUBMITTED, NOW, 2)
    assert cases.editable(DRAFT)
    assert not cases.editable(sent)


def test_the_desk_gives_a_request_to_a_specialist() -> None:
    accepted = cases.accept(cases.submit(DRAFT, now=NOW), DOCTOR, "We can help.", by=DESK, now=NOW)

    assert (accepted.status, accepted.specialist_id, accepted.screened_by) == (CaseStatus.ACCEPTED, DOCTOR, DESK)
    assert accepted.screening_reason == "We can help."


def test_a_refusal_has_a_reason_and_a_next_step() -> None:
    declined = cases.decline(cases.submit(DRAFT, now=NOW), "Not here.", "Call them.", by=DESK, now=NOW)

    assert (declined.status, declined.screening_reason, declined.next_step) == (
        CaseStatus.DECLINED,
        "Not here.",
        "Call them.",
    )


@pytest.mark.parametrize("status", list(CaseStatus))
def test_a_case_moves_only_where_the_table_says(status: CaseStatus) -> None:
    case = replace(DRAFT, status=status)
    moves = {
        CaseStatus.SUBMITTED: lambda: cases.submit(case, now=NOW),
        CaseStatus.ACCEPTED: lambda: cases.accept(case, DOCTOR, "", by=DESK, now=NOW),
        CaseStatus.DECLINED: lambda: cases.decline(case, "", "", by=DESK, now=NOW),
    }

    for to, move in moves.items():
        if to in cases.TRANSITIONS[status]:
            assert move().status is to
        else:
            with pytest.raises(CaseMovedOnError):
                move()
