"""Who is paged about an emergency, and when: wider each time, and nobody twice in a round."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.actors import Account, Role
from server.domain.ids import AccountId, CaseId
from server.domain.paging import AGAIN_AFTER, audience, page, page_key, page_round

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def a_person(key: str, role: Role, *, on_call: bool = False, active: bool = True) -> Account:
    mail = f"{key}@example.org"
    return Account(AccountId(key), role, key, mail, "+1 313 555 0100", "UTC", "en", active, NOW, on_call)


DESK = a_person("desk", Role.SCHEDULER)
OSEI = a_person("osei", Role.SPECIALIST)
LUND = a_person("lund", Role.SPECIALIST)


def reached(staff: list[Account], number: int, specialist: str | None = "osei") -> list[str]:
    return [one.id for one in audience(staff, AccountId(specialist) if specialist else None, number)]


def test_who_is_on_call_is_paged_first_then_those_near_the_case_then_everybody() -> None:
    staff = [DESK, OSEI, LUND, a_person("night", Role.SCHEDULER, on_call=True), a_person("x", Role.ADMIN)]

    assert reached(staff, 0) == ["night"]
    assert set(reached(staff, 1)) == {"night", "desk", "osei"}
    assert set(reached(staff, 2)) == set(reached(staff, 9)) == {"night", "desk", "osei", "lund"}


def test_while_nobody_is_on_call_the_desk_and_the_cases_specialist_come_first() -> None:
    assert set(reached([DESK, OSEI, LUND], 0)) == {"desk", "osei"}
    assert set(reached([DESK, OSEI, LUND], 0, specialist=None)) == {"desk"}
    assert set(reached([DESK, OSEI, LUND], 1)) == {"desk", "osei", "lund"}


def test_nobody_is_paged_twice_in_a_round_and_who_has_left_is_not_paged() -> None:
    staff = [a_person("desk", Role.SCHEDULER, on_call=True), a_person("gone", Role.SCHEDULER, active=False)]

    assert reached(staff, 5) == ["desk"]


@pytest.mark.parametrize(
    ("after", "number"),
    [
        (timedelta(0), 0),
        (AGAIN_AFTER - timedelta(microseconds=1), 0),
        (AGAIN_AFTER, 1),
        (timedelta(minutes=23), 4),
        (-timedelta(minutes=3), 0),  # a clock that was set back
    ],
)
def test_a_round_begins_every_five_minutes(after: timedelta, number: int) -> None:
    assert page_round(NOW, NOW + after) == number


def test_a_page_begins_with_the_number_and_has_no_name() -> None:
    letter = page("+1 313 555 0142", CaseId("c1"), "https://example.org/calls/t1")

    assert letter.body.splitlines() == [
        "+1 313 555 0142",
        "Emergency call. Case c1",
        "Say that you call: https://example.org/calls/t1",
    ]
    assert letter.subject.startswith("+1 313 555 0142")


def test_the_key_of_all_rounds_begins_the_key_of_each() -> None:
    assert page_key("t1", 3).startswith(page_key("t1"))
    assert not page_key("t12", 3).startswith(page_key("t1"))
