"""Who is asking: a person with one role, and how they came in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.ids import AccountId


class Role(StrEnum):
    """What an account comes for."""

    PATIENT = "patient"
    COMPANION = "companion"
    INTERPRETER = "interpreter"
    SPECIALIST = "specialist"
    SCHEDULER = "scheduler"
    ADMIN = "admin"
    COMPLIANCE = "compliance"


STAFF = frozenset({Role.SPECIALIST, Role.SCHEDULER, Role.ADMIN, Role.COMPLIANCE})


@dataclass(frozen=True, slots=True)
class Account:
    """A person known to the service."""

    id: AccountId
    role: Role
    name: str
    email: str
    phone: str
    zone: str
    language: str
    active: bool
    created_at: datetime
    on_call: bool = False  # is paged first when an emergency has to be called


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind the current request. `session` is None for a program with a token."""

    account: Account
    session: str | None
    verified_by: str | None

    @property
    def id(self) -> AccountId:
        """The account's id."""
        return self.account.id

    @property
    def role(self) -> Role:
        """The account's role."""
        return self.account.role
