"""The lines an opinion can take over: what the specialist accepted, and what the list of records lacks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from server.domain import checklist
from server.domain.actors import Role
from server.domain.checklist import Checklist, DocumentFact, Item, Waiver
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.ids import AccountId, CaseId, DocumentId, UploadId
from server.domain.opinion_sources import Sources, sources
from server.domain.records import Document, Scan

ARRIVED = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # still Monday in Detroit
LIST = Checklist(
    "lung",
    "Records for lung cancer",
    "1",
    (
        Item("pathology", DocumentKind.PATHOLOGY_REPORT, "Pathology report", "", "", required=True),
        Item("scans", DocumentKind.IMAGING_STUDY, "Scans", "", "", required=True),
        Item("labs", DocumentKind.LABS, "Blood tests", "", "", required=True, max_age=timedelta(days=90)),
        Item("notes", DocumentKind.CONSULT_NOTES, "Letters", "", ""),
    ),
)


def a_document(kind: DocumentKind, status: DocumentStatus = DocumentStatus.ACCEPTED, **summary: Any) -> Document:
    return Document(
        DocumentId("d"), CaseId("c"), UploadId("u"), "b", AccountId("p"), kind, "scan.pdf", "application/pdf", 1,
        "0" * 64, status, Scan.CLEAN, summary, None, None, None, 1, ARRIVED,
    )  # fmt: skip


def suggested(*documents: Document, waived: tuple[str, ...] = ()) -> Sources:
    standing = checklist.standing(
        LIST,
        answers={},
        documents=[DocumentFact(one.kind, one.status, "", one.dated) for one in documents],
        waivers=[Waiver(item, "Nobody has it.", Role.SCHEDULER) for item in waived],
        requested=frozenset(),
        today=date(2026, 11, 24),
    )
    return sources(standing, documents, "America/Detroit")


def test_accepted_records_are_named_with_the_day_they_name_or_the_day_they_came() -> None:
    found = suggested(
        a_document(DocumentKind.PATHOLOGY_REPORT),
        a_document(DocumentKind.IMAGING_STUDY, study_date="2026-03-03"),
        a_document(DocumentKind.OTHER),
        a_document(DocumentKind.RADIOTHERAPY),
    )

    assert found.read == (
        "Pathology report, received on Monday 23 November 2026",
        "Scans of Tuesday 3 March 2026",
        "Other record, received on Monday 23 November 2026",
        "Radiotherapy, received on Monday 23 November 2026",
    )


def test_many_files_of_one_kind_and_day_are_one_line() -> None:
    found = suggested(*[a_document(DocumentKind.PATHOLOGY_REPORT)] * 3)

    assert found.read == ("Pathology report, received on Monday 23 November 2026 (3 files)",)


def test_what_nobody_accepted_was_not_read() -> None:
    assert suggested(a_document(DocumentKind.PATHOLOGY_REPORT, DocumentStatus.RECEIVED)).read == ()


def test_gaps_are_what_is_needed_and_is_not_there_or_not_good_enough() -> None:
    found = suggested(
        a_document(DocumentKind.PATHOLOGY_REPORT, DocumentStatus.UNREADABLE),
        a_document(DocumentKind.LABS, study_date="2026-03-03"),
        waived=("scans",),
    )

    assert found.missing == (
        "Pathology report: what came could not be read",
        "Scans",
        "Blood tests: a newer one",
    )


def test_what_has_arrived_is_not_missing_though_nobody_has_judged_it() -> None:
    kinds = (DocumentKind.PATHOLOGY_REPORT, DocumentKind.IMAGING_STUDY, DocumentKind.LABS)

    assert suggested(*(a_document(kind, DocumentStatus.RECEIVED) for kind in kinds)).missing == ()
