"""What the in-person rule is weighed from, and what one weighing says; nothing here is kept yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.domain.actors import Account
from server.domain.approvals import Approval
from server.domain.authorisations import Authorisation
from server.domain.cases import Case
from server.domain.decisions import StoredDecision
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
    rule: Rule
    said: tuple[Statement, ...]
    authorisations: tuple[Authorisation, ...]
    approvals: tuple[Approval, ...]  # of the case, those that have not ended
    frozen: bool = False  # the patient was let in: the service adds nothing to what was known then


@dataclass(frozen=True, slots=True)
class Weighing:
    """One evaluation that is not kept yet."""

    basis: Basis
    slot_start: datetime | None
    facts: Mapping[str, FactValue]
    heard: Mapping[str, Statement]  # the word that counts on each fact, of whatever age
    approvals: tuple[Approval, ...]  # those that still count
    decision: Decision

    def is_told_by(self, kept: StoredDecision) -> bool:
        """Whether a decision that is kept was made from the very same facts, for the same time, by the same rule."""
        known = {name: fact["value"] for name, fact in kept.facts.items()}
        same_rule = self.decision.policy_sha256 == kept.policy_sha256
        return same_rule and known == dict(self.facts) and self.slot_start == kept.slot_start


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
    last = weighing.heard.get(question.name)
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
    """Write the facts down with who said each of them, and when; what stands does so at any age."""
    return {
        name: _with_source(value, weighing.heard[name], weighing.basis.rule.sheet)
        for name, value in weighing.facts.items()
    }


def _with_source(value: FactValue, said: Statement, sheet: FactSheet) -> dict[str, object]:
    source: dict[str, object] = {
        "value": value,
        "said_as": said.said_as.value,
        "said_by": said.said_by,
        "said_at": said.said_at.isoformat(),
    }
    return source | {"stands": True} if sheet.stands(said) else source
