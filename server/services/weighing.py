"""What the in-person rule is weighed from, and what one weighing says; nothing here is kept yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.domain.actors import Account
from server.domain.authorisations import Authorisation
from server.domain.cases import Case
from server.domain.facts import FactSheet, Party, Question, Statement
from server.domain.ids import AccountId, VisitId
from server.domain.policy import Decision, FactValue, Policy, Stage

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Rule:
    """The policy in force, its bytes, and the sheet that says who is asked what."""

    policy: Policy
    body: bytes
    sheet: FactSheet


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known about a case for one stage and one specialist, before a time is chosen."""

    case: Case
    patient: Account
    stage: Stage
    specialist_id: AccountId | None
    visit_id: VisitId | None
    now: datetime
    said: tuple[Statement, ...]
    authorisations: tuple[Authorisation, ...]


@dataclass(frozen=True, slots=True)
class Weighing:
    """One evaluation that is not kept yet."""

    basis: Basis
    slot_start: datetime | None
    facts: Mapping[str, FactValue]
    said: tuple[Statement, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to one person. `value` is what holds now, `last` what was said last, perhaps too long ago."""

    question: Question
    value: FactValue | None
    last: FactValue | None
    said_at: datetime | None
    open: bool
    certain: bool  # known to be asked in this case; a follow-up is not while what it follows is open


def asked(weighing: Weighing, question: Question) -> Asked:
    """Put a question together with what was said to it."""
    last = latest(weighing.said).get(question.name)
    return Asked(
        question=question,
        value=weighing.facts.get(question.name),
        last=last.value if last else None,
        said_at=last.said_at if last else None,
        open=question.name not in weighing.facts,
        certain=question.only_if is None or weighing.facts.keys() >= set(question.only_if.facts),
    )


def by_the_service(facts: Mapping[str, FactValue], now: datetime) -> tuple[Statement, ...]:
    """Word what the service itself knows."""
    return tuple(Statement(name, value, Party.SYSTEM, SYSTEM, now) for name, value in facts.items())


def with_sources(weighing: Weighing) -> dict[str, dict[str, object]]:
    """Write the facts down with who said each of them, and when."""
    said = latest(weighing.said)
    return {
        name: {
            "value": value,
            "said_as": said[name].said_as.value,
            "said_by": said[name].said_by,
            "said_at": said[name].said_at.isoformat(),
        }
        for name, value in weighing.facts.items()
    }


def latest(said: tuple[Statement, ...]) -> dict[str, Statement]:
    """Give the last word on each fact."""
    return {one.name: one for one in sorted(said, key=lambda one: one.said_at)}
