"""What somebody should do about a license."""

from datetime import date, timedelta

import pytest

from server.domain.authorisations import Attention, Authorisation, AuthorisationKind, attention, licensed_in
from server.domain.ids import AccountId

TODAY = date(2026, 11, 23)


def a_licence(verified_days_ago: int = 0, ends_in_days: int = 400) -> Authorisation:
    return Authorisation(
        id="1",
        specialist_id=AccountId("s"),
        state="MI",
        kind=AuthorisationKind.FULL_LICENCE,
        number="4301",
        valid_from=date(2020, 1, 1),
        valid_until=TODAY + timedelta(days=ends_in_days),
        verified_on=TODAY - timedelta(days=verified_days_ago),
        verified_by=AccountId("d"),
    )


@pytest.mark.parametrize(
    ("verified_days_ago", "ends_in_days", "found"),
    [
        (0, 400, ()),
        (333, 61, ()),
        (334, 400, (Attention.VERIFY_SOON,)),
        (365, 400, (Attention.VERIFY_SOON,)),
        (366, 400, (Attention.STALE,)),
        (0, 60, (Attention.ENDS_SOON,)),
        (0, 0, (Attention.ENDS_SOON,)),
        (0, -1, (Attention.EXPIRED,)),
        (400, 10, (Attention.ENDS_SOON, Attention.STALE)),
    ],
)
def test_a_row_is_pointed_out_in_time(verified_days_ago: int, ends_in_days: int, found: tuple[Attention, ...]) -> None:
    assert attention(a_licence(verified_days_ago, ends_in_days), TODAY) == found


def test_only_who_has_a_license_there_that_was_looked_up_and_has_not_ended_may_help() -> None:
    good, stale, ended = a_licence(), a_licence(verified_days_ago=366), a_licence(ends_in_days=-1)

    assert licensed_in([good], "MI", today=TODAY) == {"s"}
    assert licensed_in([good], "OH", today=TODAY) == frozenset()
    assert licensed_in([stale, ended], "MI", today=TODAY) == frozenset()
