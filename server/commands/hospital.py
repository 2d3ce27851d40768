"""The small hospital of the demo: its people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from server.domain import ids
from server.domain.actors import Account, Role
from server.domain.ids import AccountId
from server.storage import accounts
from server.storage.database import Database
from server.storage.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who lives in the demo; `key` is the name of their loopback host and of their mail address."""

    key: str
    role: Role
    name: str
    phone: str
    zone: str


PEOPLE = (
    Person("patient", Role.PATIENT, "Maria Kowalska", "+1 313 555 0142", "America/Detroit"),
    Person("other_patient", Role.PATIENT, "James Okafor", "+1 614 555 0117", "America/New_York"),
    Person("companion", Role.COMPANION, "Piotr Kowalski", "+1 313 555 0143", "America/Chicago"),
    Person("interpreter", Role.INTERPRETER, "Ewa Nowak", "+1 313 555 0166", "America/Detroit"),
    Person("specialist", Role.SPECIALIST, "Dr Amara Osei", "+1 313 555 0121", "America/Detroit"),
    Person("other_specialist", Role.SPECIALIST, "Dr Henrik Lund", "+1 313 555 0122", "America/Detroit"),
    Person("scheduler", Role.SCHEDULER, "Dana Whitfield", "+1 313 555 0101", "America/Detroit"),
    Person("admin", Role.ADMIN, "Sam Rivera", "+1 313 555 0102", "America/Detroit"),
    Person("compliance", Role.COMPLIANCE, "Lena Brandt", "+1 313 555 0103", "America/Detroit"),
)


async def settle_in(database: Database, keyring: Keyring, clock: Callable[[], datetime]) -> dict[str, Account]:
    """Give every person of the demo an account, unless they have one, and return the accounts by key."""
    settled = {}
    for person in PEOPLE:
        email = f"{person.key}@demo.example"
        async with database.write() as connection:
            account = await accounts.by_email(connection, keyring, email)
            if account is None:
                account = _account(person, email, clock())
                await accounts.add(connection, keyring, account)
        settled[person.key] = account
    return settled


def _account(person: Person, email: str, now: datetime) -> Account:
    return Account(
        id=AccountId(ids.new()),
        role=person.role,
        name=person.name,
        email=email,
        phone=person.phone,
        zone=person.zone,
        language="en",
        active=True,
        created_at=now,
    )
