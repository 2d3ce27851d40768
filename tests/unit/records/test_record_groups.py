"""How pages show records: under their item, a series of pictures as one, what is still needed first."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from server.domain.actors import Account, Actor, Role
from server.domain.checklist import Checklist, DocumentFact, Item, RecordsStanding, Waiver, standing
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.ids import AccountId, CaseId, DocumentId, UploadId
from server.domain.records import Document, Scan
from server.http.record_groups import grouped, kinds_to_send
from server.services.documents import Listed

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
LIST = Checklist(
    "other",
    "Records",
    "1",
    (
        Item("scans", DocumentKind.IMAGING_STUDY, "Scans", "", "", required=True),
        Item("blood", DocumentKind.LABS, "Blood tests", "", "", required=True),
        Item("genes", DocumentKind.GENOMICS, "Gene tests", "", ""),
    ),
)
SERIES = {"series_uid": "1.2", "modality": "CT", "description": "Chest", "rows": 8}


def an_actor(role: Role = Role.PATIENT) -> Actor:
    account = Account(AccountId("a"), role, "A", "a@example.org", "", "UTC", "en", active=True, created_at=NOW)
    return Actor(account, None, None)


def a_document(name: str, summary: Mapping[str, Any] | None = None, **changed: Any) -> Listed:
    facts: dict[str, Any] = {
        "id": DocumentId(name),
        "case_id": CaseId("c"),
        "upload_id": UploadId(f"u-{name}"),
        "blob_id": "b",
        "uploaded_by": AccountId("a"),
        "kind": DocumentKind.IMAGING_STUDY,
        "filename": name,
        "media_type": "application/dicom",
        "size": 10,
        "sha256": name,
        "status": DocumentStatus.RECEIVED,
        "scan": Scan.NOT_SCANNED,
        "summary": summary or {},
        "reason": None,
        "judged_by": None,
        "judged_at": None,
        "version": 1,
        "created_at": NOW,
    }
    return Listed(Document(**(facts | changed)), None)


def standing_of(*listed: Listed, waivers: tuple[Waiver, ...] = ()) -> RecordsStanding:
    facts = [DocumentFact(one.document.kind, one.document.status, one.document.reason or "") for one in listed]
    return standing(LIST, answers={}, documents=facts, waivers=waivers, requested=frozenset(), today=date(2026, 11, 23))


def test_the_pictures_of_a_series_are_one_in_their_order() -> None:
    listed = [a_document(f"IM{number}", SERIES) for number in (10, 2, 1)]

    (stack,) = grouped(an_actor(), "c", standing_of(*listed), listed).stacks

    assert (stack.title, stack.size) == ("CT Chest, 3 pictures", 30)
    assert stack.sheets == tuple(f"/api/v1/documents/IM{number}/picture" for number in (1, 2, 10))


def test_what_became_of_a_picture_tells_it_from_its_series() -> None:
    accepted = a_document("IM2", SERIES, status=DocumentStatus.ACCEPTED)
    listed = [a_document("IM1", SERIES), accepted, a_document("IM3", {**SERIES, "series_uid": "1.3"})]

    stacks = grouped(an_actor(), "c", standing_of(*listed), listed).stacks

    assert [stack.title for stack in stacks] == ["IM1", "IM2", "IM3"]


def test_a_paper_has_a_sheet_for_each_page_and_a_refused_or_withheld_file_none() -> None:
    paper = a_document("a.pdf", {"pages": 2}, kind=DocumentKind.LABS)
    refused = a_document("b.pdf", {"pages": 2}, blob_id=None, status=DocumentStatus.REFUSED)
    listed = [paper, refused]

    shown = {one.title: one.sheets for one in grouped(an_actor(), "c", standing_of(*listed), listed).stacks}
    held = grouped(an_actor(), "c", standing_of(paper), [paper], withheld=frozenset({"a.pdf"})).stacks

    assert shown == {
        "a.pdf": ("/api/v1/documents/a.pdf/pages/1", "/api/v1/documents/a.pdf/pages/2"),
        "b.pdf": (),
    }
    assert (held[0].withheld, held[0].sheets) == (True, ())


def test_what_is_needed_comes_first_and_what_belongs_nowhere_last() -> None:
    listed = [a_document("scan"), a_document("letter", kind=DocumentKind.OTHER)]

    records = grouped(an_actor(), "c", standing_of(*listed), listed)

    assert [group.title for group in records.still_needed] == ["Blood tests"]
    assert [group.title for group in records.in_hand] == ["Scans", "Other files"]
    assert [group.title for group in records.welcome] == ["Gene tests"]
    assert records.here == 1
    assert [kind for kind, _ in kinds_to_send(records)] == ["labs", "genomics", "imaging_study", "other"]


def test_the_desk_reads_its_own_words_and_no_others() -> None:
    unreadable = a_document("scan", status=DocumentStatus.UNREADABLE, reason="The left lung is cut off.")
    standing = standing_of(unreadable, waivers=(Waiver("blood", "Lab is closed.", Role.SCHEDULER),))

    desk = grouped(an_actor(Role.SCHEDULER), "c", standing, ())
    patient = grouped(an_actor(), "c", standing, [unreadable])

    assert [group.note for group in desk.groups] == ["", "Lab is closed.", ""]
    assert [group.note for group in patient.groups] == ["The left lung is cut off.", "Lab is closed.", ""]


def test_a_scan_says_whom_it_names() -> None:
    named = a_document("scan", {"patient_name": "Doe Jane", "birth_date": "1970-01-02"})

    (stack,) = grouped(an_actor(), "c", standing_of(named), [named]).stacks

    assert stack.named == ("Doe Jane", date(1970, 1, 2))
