"""Guests of a case: companions whom the patient invites, and interpreters whom the desk assigns. No I/O, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.actors import Account, Role
from server.domain.errors import DomainError, InvalidValueError
from server.domain.ids import AccountId, CaseId, VisitId
from server.domain.letters import one_line

MOST_COMPANIONS = 4  # a visit is a mesh of six: the patient, the specialist, and these at the most
GUESTS = frozenset({Role.COMPANION, Role.INTERPRETER})
INTERPRETER = "interpreter"


class Relation(StrEnum):
    """What a companion is to the patient."""

    PARTNER = "partner"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    FRIEND = "friend"
    CARER = "carer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Participation:
    """Somebody's part in a case, for a time; with a `visit_id` in that visit alone, and until it is over.

    `name` is what the patient calls a companion. It need not be what an account they have already says.
    """

    id: str
    case_id: CaseId
    account_id: AccountId
    relation: str
    since: datetime
    until: datetime | None
    visit_id: VisitId | None = None
    name: str | None = None
    added_by: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a patient asks to be with them: mail brings the link, and the telephone the code that proves who it is."""

    name: str
    email: str
    phone: str
    relation: Relation

    def __post_init__(self) -> None:
        one_line(self.name, "name")
        one_line(self.phone, "phone")


class AlreadyInvitedError(DomainError):
    """This person has this part already."""

    code = "already-invited"


class OwnAddressError(InvalidValueError):
    """The patient has given their own address as their companion's."""

    code = "own-address"


class TooManyCompanionsError(DomainError):
    """There are as many companions as a visit can hold."""

    code = "too-many-companions"


class NoSuchInterpreterError(DomainError):
    """The person who is to interpret is none of the interpreters."""

    code = "no-such-interpreter"


class InterpreterBusyError(DomainError):
    """The interpreter has another visit at that time."""

    code = "interpreter-busy"


def check_invitation(invitation: Invitation, by: Account, known: Iterable[Participation]) -> None:
    """See whether a patient may invite one more companion.

    Raises:
        OwnAddressError: it is their own address.
        TooManyCompanionsError: there are enough.
    """
    if invitation.email.strip().lower() == by.email.strip().lower():
        raise OwnAddressError("This is your own e-mail address. Please write the one of your companion.", "email")
    if sum(one.relation != INTERPRETER for one in known) >= MOST_COMPANIONS:
        raise TooManyCompanionsError(
            f"You can have {MOST_COMPANIONS} companions. Please take somebody off the list before you invite another."
        )
