"""A scan of somebody else is noticed; one that says too little is left to a person."""

from datetime import date

import pytest

from server.domain.identity_check import Identity, identity_of
from server.domain.summaries import ScanSummary

BORN = date(1970, 1, 2)


def a_scan_of(name: str, birth_date: date | None) -> ScanSummary:
    return ScanSummary("CT", "Chest", "1.2", "1.3", None, 8, 8, 1, name, birth_date)


@pytest.mark.parametrize(
    ("name", "birth_date", "identity"),
    [
        ("DOE JANE", BORN, Identity.SAME),
        ("Doe Jane Q", BORN, Identity.SAME),
        ("JANE SMITH-DOE", BORN, Identity.SAME),
        ("Dóe Jane", None, Identity.SAME),
        ("Doe Jane Mary", None, Identity.SAME),
        ("Doe", None, Identity.UNKNOWN),
        ("Doe John", None, Identity.UNKNOWN),
        ("", BORN, Identity.UNKNOWN),
        ("Anonymous", None, Identity.UNKNOWN),
        ("CT-310", None, Identity.OTHER),
        ("Roe Richard", None, Identity.OTHER),
        ("Roe Richard", BORN, Identity.OTHER),
        ("Doe Jane", date(1971, 1, 2), Identity.OTHER),
        ("", date(1971, 1, 2), Identity.OTHER),
    ],
)
def test_a_scan_is_compared_with_the_person_of_the_case(name: str, birth_date: date | None, identity: Identity) -> None:
    assert identity_of(a_scan_of(name, birth_date), name="Jane Doe", birth_date=BORN) is identity


def test_without_the_persons_birth_date_the_whole_name_decides() -> None:
    assert identity_of(a_scan_of("Doe Jane", BORN), name="Jane Doe", birth_date=None) is Identity.SAME
