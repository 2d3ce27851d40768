"""Who is paged about an emergency, when, and with which words. No I/O, no clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from server.domain.actors import Account, Role
from server.domain.cases import Case
from server.domain.ids import AccountId, CaseId
from server.domain.letters import Letter

AGAIN_AFTER = timedelta(minutes=5)  # nobody has said yet that they are calling
A_CLAIM_COUNTS_FOR = timedelta(minutes=15)  # long enough to call and to tick it off; then others are paged again
PAGED = frozenset({Role.SCHEDULER, Role.SPECIALIST})  # who can be on call, and can call


def page_round(since: datetime, now: datetime) -> int:
    """Count how often everybody should have been paged before this time."""
    return max(0, (now - since) // AGAIN_AFTER)


def audience(staff: Iterable[Account], specialist: AccountId | None, number: int) -> tuple[Account, ...]:
    """List whom to page in a round: who is on call, then the desk and the case's specialist, then everybody.

    Nobody on call means that the first page goes to the desk and the case's specialist.
    """
    everybody = [person for person in staff if person.active and person.role in PAGED]
    on_call = [person for person in everybody if person.on_call]
    near = [person for person in everybody if person.role is Role.SCHEDULER or person.id == specialist]
    circles = [circle for circle in (on_call, near, everybody) if circle]
    reached = circles[: number + 1]
    return _once(person for circle in reached for person in circle)


def number_of(case: Case, patient: Account) -> str:
    """Give the telephone number at which a patient wants to be called."""
    return str(case.answers.get("phone") or patient.phone)


def page(number: str, case_id: CaseId, link: str) -> Letter:
    """Word the page: the number first, then what it is; no name and no clinical word."""
    return Letter(f"{number}: emergency call", f"{number}\nEmergency call. Case {case_id}\nSay that you call: {link}\n")


def page_key(task_id: str, number: int | None = None) -> str:
    """Name one round of pages about a task, so that nobody is paged twice in it; without a round, all of them."""
    return f"page:{task_id}:{'' if number is None else number}"


def _once(people: Iterable[Account]) -> tuple[Account, ...]:
    found: dict[AccountId, Account] = {}
    for person in people:
        found.setdefault(person.id, person)
    return tuple(found.values())
