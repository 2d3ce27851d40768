"""Reading the checklists: one file per kind of cancer, or every fault of every file is named. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from server.domain.checklist import Answers, Checklist, Condition, Item
from server.domain.documents import DocumentKind
from server.domain.errors import DomainError
from server.domain.policy import PolicyFault, PolicyFaultsError
from server.domain.policy.table import Table, is_number, parse_toml

OTHER = "other"  # the list for every kind of cancer that has none of its own
MAX_KEY_CHARACTERS = 40
MAX_AGE_DAYS = 3650
CANCER_ANSWER = "cancer_type"
_KEY = re.compile(r"[a-z][a-z0-9-]*")
_EVERY_LIST_HAS = (DocumentKind.PATHOLOGY_REPORT, DocumentKind.IMAGING_STUDY)  # the in-person rule asks for them

Offered = Mapping[str, frozenset[str]]


class ChecklistFaultsError(DomainError):
    """The operator's checklists cannot be used; `faults` names everything that is wrong with them."""

    code = "checklist-faults"

    def __init__(self, faults: tuple[PolicyFault, ...]) -> None:
        self.faults = faults
        super().__init__("The checklists cannot be used. " + "; ".join(map(str, faults)))


class Checklists:
    """The list for every kind of cancer."""

    def __init__(self, by_cancer: Mapping[str, Checklist]) -> None:
        self._by_cancer = MappingProxyType(dict(by_cancer))

    def __iter__(self) -> Iterator[Checklist]:
        return iter(self._by_cancer.values())

    def for_answers(self, answers: Answers) -> Checklist:
        """Give the list for the cancer that the request names, or the general one."""
        return self._by_cancer.get(str(answers.get(CANCER_ANSWER)), self._by_cancer[OTHER])


def load_checklists(files: Mapping[str, bytes], *, offered: Offered) -> Checklists:
    """Read all checklist files, given by name; `offered` holds the values that the request form offers per answer.

    Raises:
        ChecklistFaultsError: files have faults or do not fit the form; all of them are named.
    """
    faults: list[PolicyFault] = []
    by_cancer: dict[str, Checklist] = {}
    for name in sorted(files):
        checklist = _read_file(name, files[name], offered, faults)
        if checklist.cancer in by_cancer:
            faults.append(PolicyFault(name, f"there is another list for {checklist.cancer}"))
        by_cancer[checklist.cancer] = checklist
    if OTHER not in by_cancer:
        faults.append(PolicyFault("files", f"there is no list for {OTHER}"))
    if faults:
        raise ChecklistFaultsError(tuple(faults))
    return Checklists(by_cancer)


def _read_file(name: str, data: bytes, offered: Offered, faults: list[PolicyFault]) -> Checklist:
    try:
        content = parse_toml(data)
    except PolicyFaultsError as error:
        faults.extend(PolicyFault(f"{name}: {fault.place}", fault.problem) for fault in error.faults)
        return Checklist(name, "", "", ())
    found: list[PolicyFault] = []
    checklist = _read_checklist(Table(content, "", found), offered)
    faults.extend(PolicyFault(f"{name}: {fault.place}", fault.problem) for fault in found)
    return checklist


def _read_checklist(root: Table, offered: Offered) -> Checklist:
    head = root.table("checklist")
    cancer = head.text("cancer")
    if cancer and cancer not in offered.get(CANCER_ANSWER, ()):
        head.fault("the request form offers no such kind of cancer", "cancer")
    title, version = head.text("title"), head.text("version")
    head.finish()
    items = tuple(_read_item(row, offered) for row in root.rows("items"))
    root.finish()
    _check_items(root, items)
    return Checklist(cancer, title, version, items)


def _check_items(root: Table, items: tuple[Item, ...]) -> None:
    _check_unique(root, "key", [item.key for item in items if item.key])
    _check_unique(root, "kind", [str(item.kind) for item in items])
    for kind in _EVERY_LIST_HAS:
        if items and kind not in {item.kind for item in items}:
            root.fault(f"there is no item of the kind {kind}", "items")


def _check_unique(root: Table, name: str, values: list[str]) -> None:
    for value in sorted({value for value in values if values.count(value) > 1}):
        root.fault(f"more than one item has the {name} {value}", "items")


def _read_item(row: Table, offered: Offered) -> Item:
    item = Item(
        key=_read_key(row),
        kind=row.choice("kind", DocumentKind),
        title=row.text("title"),
        why=row.text("why"),
        how=row.text("how"),
        required=_read_required(row),
        when=_read_when(row, offered),
        max_age=_read_age(row),
    )
    row.finish()
    return item


def _read_key(row: Table) -> str:
    key = row.text("key")
    if key and (not _KEY.fullmatch(key) or len(key) > MAX_KEY_CHARACTERS):
        row.fault(f"must be small letters, digits and hyphens, at most {MAX_KEY_CHARACTERS}", "key")
    return key


def _read_required(row: Table) -> bool:
    if "required" not in row:
        return False
    value = row.raw("required")
    if not isinstance(value, bool):
        row.fault("must be true or false", "required")
    if value and "when" in row:
        row.fault("is either always required or required when", "required")
    return bool(value)


def _read_when(row: Table, offered: Offered) -> tuple[tuple[Condition, ...], ...]:
    if "when" not in row:
        return ()
    return tuple(_read_conditions(alternative, offered) for alternative in row.rows("when"))


def _read_conditions(table: Table, offered: Offered) -> tuple[Condition, ...]:
    conditions = []
    for answer in table.names():
        values = table.texts(answer)
        if answer not in offered:
            table.fault("the request form has no such answer", answer)
        elif wrong := sorted(set(values) - offered[answer]):
            table.fault(f"the request form does not offer {', '.join(wrong)}", answer)
        conditions.append(Condition(answer, frozenset(values)))
    if not conditions:
        table.fault("must name an answer")
    return tuple(conditions)


def _read_age(row: Table) -> timedelta | None:
    if "max_age_days" not in row:
        return None
    days = row.raw("max_age_days")
    if not is_number(days) or not isinstance(days, int) or not 1 <= days <= MAX_AGE_DAYS:
        row.fault(f"must be a whole number of days from 1 to {MAX_AGE_DAYS}", "max_age_days")
        return None
    return timedelta(days=days)
