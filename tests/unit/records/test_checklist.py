"""Patient, scheduler and specialist look at one list, derived from what is there."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.actors import Role
from server.domain.checklist import (
    Checklist,
    Condition,
    DocumentFact,
    Item,
    ItemState,
    Line,
    RecordsStanding,
    Waiver,
    standing,
)
from server.domain.documents import DocumentKind, DocumentStatus

TODAY = date(2026, 11, 22)


def an_item(key: str, kind: DocumentKind, **more: object) -> Item:
    return Item(key, kind, f"The {key}", "Why.", "How.", **more)  # type: ignore[arg-type]


SURGERY = Condition("surgery_done", frozenset({"yes"}))
STARTED = Condition("treatment_timing", frozenset({"started"}))
CAME_BACK = Condition("reasons", frozenset({"came-back"}))
LIST = Checklist(
    "lung",
    "Records",
    "1",
    (
        an_item("pathology", DocumentKind.PATHOLOGY_REPORT, required=True),
        an_item("scans", DocumentKind.IMAGING_STUDY, required=True),
        an_item("blood", DocumentKind.LABS, required=True, max_age=timedelta(days=60)),
        an_item("operation", DocumentKind.OPERATIVE_NOTE, when=((SURGERY,),)),
        an_item("medicines", DocumentKind.SYSTEMIC_TREATMENT, when=((STARTED, SURGERY), (CAME_BACK,))),
        an_item("radiation", DocumentKind.RADIOTHERAPY),
    ),
)


def stands(
    *documents: DocumentFact,
    waivers: tuple[Waiver, ...] = (),
    requested: frozenset[str] = frozenset(),
    **answers: object,
) -> RecordsStanding:
    return standing(LIST, answers=answers, documents=documents, waivers=waivers, requested=requested, today=TODAY)


def line(found: RecordsStanding, key: str) -> Line:
    return next(line for line in found.lines if line.item.key == key)


def a_report(status: DocumentStatus, reason: str = "") -> DocumentFact:
    return DocumentFact(DocumentKind.PATHOLOGY_REPORT, status, reason)


def accepted(kind: DocumentKind, dated: date | None = None) -> DocumentFact:
    return DocumentFact(kind, DocumentStatus.ACCEPTED, dated=dated)


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([], ItemState.NEEDED),
        (["uploading"], ItemState.UPLOADING),
        (["processing", "uploading"], ItemState.PROCESSING),
        (["received", "unreadable"], ItemState.RECEIVED),
        (["unreadable"], ItemState.UNREADABLE),
        (["refused"], ItemState.UNREADABLE),
        (["wrong-person", "unreadable"], ItemState.WRONG_PERSON),
        (["rejected"], ItemState.NEEDED),
        (["accepted", "wrong-person", "received"], ItemState.ACCEPTED),
    ],
)
def test_an_item_stands_where_its_best_document_stands(statuses: list[str], state: ItemState) -> None:
    found = stands(*[a_report(DocumentStatus(status)) for status in statuses])

    assert line(found, "pathology").state is state


def test_a_reason_comes_along() -> None:
    assert (
        line(stands(a_report(DocumentStatus.REJECTED, "Page 2 is missing.")), "pathology").note == "Page 2 is missing."
    )
    assert line(stands(a_report(DocumentStatus.UNREADABLE, "Blurred.")), "pathology").note == "Blurred."


def test_what_staff_asked_for_is_requested_until_it_arrives() -> None:
    assert line(stands(requested=frozenset({"pathology"})), "pathology").state is ItemState.REQUESTED
    arrived = stands(a_report(DocumentStatus.RECEIVED), requested=frozenset({"pathology"}))
    assert line(arrived, "pathology").state is ItemState.RECEIVED


def test_a_waived_item_says_why_and_an_accepted_one_needs_no_waiver() -> None:
    waiver = Waiver("pathology", "Never done.", Role.SPECIALIST)

    waived = line(stands(waivers=(waiver,)), "pathology")
    assert (waived.state, waived.note) == (ItemState.WAIVED, "Never done.")
    assert line(stands(a_report(DocumentStatus.ACCEPTED), waivers=(waiver,)), "pathology").state is ItemState.ACCEPTED


@pytest.mark.parametrize(
    ("answers", "required"),
    [
        ({"surgery_done": "yes"}, True),
        ({"surgery_done": "no"}, None),
        ({"surgery_done": "unknown"}, False),
        ({"surgery_done": ""}, False),
        ({}, False),
    ],
)
def test_the_answers_decide_what_is_needed_and_without_one_it_is_welcome(
    answers: dict[str, object], required: bool | None
) -> None:
    lines = [line for line in stands(**answers).lines if line.item.key == "operation"]

    assert [line.required for line in lines] == ([] if required is None else [required])


@pytest.mark.parametrize(
    ("answers", "required"),
    [
        ({"treatment_timing": "started", "surgery_done": "yes", "reasons": ["rare"]}, True),
        ({"treatment_timing": "none", "surgery_done": "yes", "reasons": ["rare", "came-back"]}, True),
        ({"treatment_timing": "none", "surgery_done": "yes", "reasons": ["rare"]}, None),
        ({"treatment_timing": "started", "reasons": ["rare"]}, False),
        ({"treatment_timing": "none", "reasons": []}, False),
    ],
)
def test_alternatives_are_asked_one_by_one(answers: dict[str, object], required: bool | None) -> None:
    lines = [line for line in stands(**answers).lines if line.item.key == "medicines"]

    assert [line.required for line in lines] == ([] if required is None else [required])


def test_a_record_that_came_although_it_is_not_needed_is_shown() -> None:
    came = stands(accepted(DocumentKind.OPERATIVE_NOTE), surgery_done="no")

    assert not line(came, "operation").required


def test_a_case_is_complete_when_everything_required_is_accepted_or_waived() -> None:
    waiver = Waiver("scans", "Blood cancer: none needed.", Role.SPECIALIST)
    documents = [accepted(DocumentKind.PATHOLOGY_REPORT), accepted(DocumentKind.LABS, TODAY)]

    complete = stands(*documents, waivers=(waiver,))
    lacking = stands(*documents)

    assert (complete.complete, complete.settled, complete.required) == (True, 3, 3)
    assert (lacking.complete, lacking.settled, lacking.required) == (False, 2, 3)
    assert [gap.item.key for gap in complete.gaps] == ["scans"]


@pytest.mark.parametrize(
    ("dates", "gap"),
    [([TODAY - timedelta(days=61)], True), ([TODAY - timedelta(days=60)], False), ([None], False)],
)
def test_an_old_record_is_a_gap_for_the_reader(dates: list[date | None], gap: bool) -> None:
    found = stands(*[accepted(DocumentKind.LABS, dated) for dated in dates])

    assert line(found, "blood").state is ItemState.ACCEPTED
    assert line(found, "blood").gap is gap


def test_one_recent_record_is_enough() -> None:
    old, new = TODAY - timedelta(days=300), TODAY - timedelta(days=3)

    assert not line(stands(accepted(DocumentKind.LABS, old), accepted(DocumentKind.LABS, new)), "blood").gap


@pytest.mark.parametrize(
    ("status", "available"),
    [("received", True), ("accepted", True), ("processing", False), ("unreadable", False), ("wrong-person", False)],
)
def test_pathology_is_available_once_it_can_be_read(status: str, available: bool) -> None:
    facts = stands(a_report(DocumentStatus(status))).facts

    assert facts == {"pathology_available": available, "imaging_available": False}


@pytest.mark.parametrize(("role", "available"), [(Role.SPECIALIST, True), (Role.SCHEDULER, False)])
def test_only_the_reader_can_say_that_scans_are_not_needed(role: Role, available: bool) -> None:
    assert stands(waivers=(Waiver("scans", "Not needed.", role),)).facts["imaging_available"] is available


@given(
    st.lists(st.builds(DocumentFact, st.sampled_from(DocumentKind), st.sampled_from(DocumentStatus)), max_size=12),
    st.randoms(),
)
def test_the_order_of_documents_changes_nothing(documents: list[DocumentFact], random: object) -> None:
    shuffled = list(documents)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert stands(*shuffled) == stands(*documents)
