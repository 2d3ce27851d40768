"""A checklist that does not fit is refused with every fault named; the shipped ones fit the request form."""

from pathlib import Path

import pytest

from server.domain.checklist_file import ChecklistFaultsError, Checklists, load_checklists
from server.domain.documents import DocumentKind
from server.domain.request_form import CANCER_TYPES, REASONS, TIMINGS

OFFERED = {
    "cancer_type": frozenset(code for code, _ in CANCER_TYPES),
    "surgery_done": frozenset({"yes", "no", "unknown"}),
    "treatment_timing": frozenset(code for code, _ in TIMINGS),
    "reasons": frozenset(code for code, _ in REASONS),
}
SHIPPED = Path(__file__).parents[3] / "config" / "checklists"
HEAD = '[checklist]\ncancer = "other"\ntitle = "t"\nversion = "1"\n'
SCANS = '[[items]]\nkey = "scans"\nkind = "imaging_study"\ntitle = "t"\nwhy = "w"\nhow = "h"\n'
REPORT = '[[items]]\nkey = "report"\nkind = "pathology_report"\ntitle = "t"\nwhy = "w"\nhow = "h"\n'
GOOD = HEAD + SCANS + REPORT


def shipped() -> Checklists:
    return load_checklists({path.name: path.read_bytes() for path in SHIPPED.glob("*.toml")}, offered=OFFERED)


def test_the_shipped_lists_fit_the_request_form() -> None:
    lists = shipped()

    assert {checklist.cancer for checklist in lists} == {"breast", "lung", "other"}
    assert all(len(checklist.items) > 9 for checklist in lists)


def test_the_same_record_has_the_same_key_on_every_list() -> None:
    pairs = {(item.kind, item.key) for checklist in shipped() for item in checklist.items}

    assert len(pairs) == len({kind for kind, _ in pairs}) == len({key for _, key in pairs})


@pytest.mark.parametrize(
    ("answers", "cancer"),
    [({"cancer_type": "lung"}, "lung"), ({"cancer_type": "unknown"}, "other"), ({}, "other")],
)
def test_a_cancer_without_its_own_list_gets_the_general_one(answers: dict[str, str], cancer: str) -> None:
    assert shipped().for_answers(answers).cancer == cancer


def faults(*files: str) -> list[str]:
    named = {f"{number}.toml": text.encode() for number, text in enumerate(files)}
    with pytest.raises(ChecklistFaultsError) as refused:
        load_checklists(named, offered=OFFERED)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('when = [{ surgery_done = ["maybe"] }]', "does not offer maybe"),
        ('when = [{ shoe_size = ["44"] }]', "no such answer"),
        ("when = [{}]", "must name an answer"),
        ("when = []", "must be a list of tables"),
        ('when = [{ surgery_done = "yes" }]', "must be a list of different texts"),
        ('when = [{ surgery_done = ["yes"] }]\nrequired = true', "either always required"),
        ("required = 1", "must be true or false"),
        ("max_age_days = 0", "whole number of days"),
        ("max_age_days = true", "whole number of days"),
        ("max_age_days = 1.5", "whole number of days"),
        ("max_age = 5", "is not known here"),
        (REPORT, "more than one item has the key report"),
        (REPORT, "more than one item has the kind pathology_report"),
        (REPORT.replace('"report"', '"My Report"').replace("pathology_report", "labs"), "small letters"),
        (REPORT.replace("pathology_report", "selfie").replace('"report"', '"x"'), "must be one of"),
        ('[[items]]\nkey = "x"\nkind = "labs"\ntitle = "t"\nwhy = "w"', "how: is missing"),
        ("[more]", "more: is not known here"),
    ],
)
def test_a_faulty_item_is_named(more: str, fault: str) -> None:
    assert [found for found in faults(GOOD + more) if fault in found]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "items: is missing"),
        (HEAD + SCANS, f"no item of the kind {DocumentKind.PATHOLOGY_REPORT}"),
        (GOOD.replace('cancer = "other"', 'cancer = "toe"'), "no such kind of cancer"),
        (GOOD.replace('title = "t"\nversion', "version"), "checklist.title: is missing"),
        ("[checklist", "is not TOML"),
    ],
)
def test_a_faulty_file_is_named(text: str, fault: str) -> None:
    found = faults(text)

    assert [one for one in found if one.startswith("0.toml") and fault in one]


def test_all_faults_of_all_files_are_named_at_once() -> None:
    found = faults(GOOD, GOOD + "max_age_days = 0", HEAD)

    assert any("another list for other" in fault for fault in found)
    assert any("days" in fault for fault in found)
    assert any("items: is missing" in fault for fault in found)


def test_a_list_for_everything_else_must_be_there() -> None:
    assert "files: there is no list for other" in faults()
