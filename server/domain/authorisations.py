"""In which states a specialist may see people by video, on a given date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.domain.errors import InvalidValueError
from server.domain.ids import AccountId

GOOD_FOR = timedelta(days=365)  # a row that nobody has verified for a year counts as unknown
VERIFY_AGAIN = timedelta(days=334)  # eleven months: a month is left to look it up
ENDS_SOON = timedelta(days=60)  # a renewal takes a state board weeks


class LicenceDaysError(InvalidValueError):
    """The days of a licence contradict each other, or the calendar; `field` is the one to change."""

    code = "licence-days"


class AuthorisationKind(StrEnum):
    """On what ground a specialist may practise in a state."""

    FULL_LICENCE = "full_licence"
    COMPACT_LICENCE = "imlc_issued_licence"
    TELEHEALTH_REGISTRATION = "telehealth_registration"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One licence or registration, and who last looked it up."""

    id: str
    specialist_id: AccountId
    state: str
    kind: AuthorisationKind
    number: str
    valid_from: date
    valid_until: date
    verified_on: date
    verified_by: AccountId

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on that day."""
        return self.valid_from <= day <= self.valid_until

    def stale_on(self, day: date) -> bool:
        """Whether nobody has looked it up for too long."""
        return day - self.verified_on > GOOD_FOR


def states(rows: Iterable[Authorisation], *, on: date, today: date, wanted: str | None) -> tuple[str, ...] | None:
    """List the states in which a specialist is authorised on the visit's date.

    None, unknown, when the state the patient is in hangs on a row that nobody has verified for a year.
    """
    valid = [row for row in rows if row.holds_on(on)]
    fresh = {row.state for row in valid if not row.stale_on(today)}
    if wanted is not None and wanted not in fresh and any(row.state == wanted for row in valid):
        return None
    return tuple(sorted(fresh))


def licensed_in(rows: Iterable[Authorisation], state: str, *, today: date) -> frozenset[AccountId]:
    """Name the specialists with a row for a state that somebody has verified within a year, valid now or later."""
    return frozenset(
        row.specialist_id for row in rows if row.state == state and row.valid_until >= today and not row.stale_on(today)
    )


class Attention(StrEnum):
    """What somebody should do about a row."""

    EXPIRED = "expired"
    ENDS_SOON = "ends-soon"
    STALE = "stale"
    VERIFY_SOON = "verify-soon"


def attention(row: Authorisation, today: date) -> tuple[Attention, ...]:
    """Name what is wrong with a row, or soon will be: its end first, then how long ago somebody looked it up."""
    found = []
    if row.valid_until < today:
        found.append(Attention.EXPIRED)
    elif row.valid_until <= today + ENDS_SOON:
        found.append(Attention.ENDS_SOON)
    if row.stale_on(today):
        found.append(Attention.STALE)
    elif today - row.verified_on >= VERIFY_AGAIN:
        found.append(Attention.VERIFY_SOON)
    return tuple(found)
