"""Approvals: a named clinician lets a visit be by video although one rule recommends to meet in person. Pure.

An approval is of one rule, and of what was known when it was given. It ends for good when any fact of its rule changes,
even when the fact changes back, becomes unknown, or grows too old for a step. Nothing stricter can be approved.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec

from server.domain.errors import ConflictError, InvalidValueError
from server.domain.facts import Entry, FactSheet, Party, Statement
from server.domain.ids import AccountId, CaseId, DecisionId
from server.domain.policy import APPROVED_RULES, Decision, FactValue, Policy, Stage

REASON_CHARACTERS = 2000


class NotApprovableError(ConflictError):
    """This rule cannot be approved now: it does not apply, is too strict, or not all it looks at is known."""

    code = "not-approvable"


@dataclass(frozen=True, slots=True)
class Approval:
    """One clinician's word on one rule. It counts until it is withdrawn, or void because something changed."""

    id: str
    case_id: CaseId
    rule_id: str
    rule_mark: str  # of the rule as it was approved; a policy that words it anew leaves the approval alone
    decision_id: DecisionId  # the decision that was looked at
    policy_sha256: str
    facts: Mapping[str, Any]  # what the rule looked at, when it was approved
    reason: str
    approved_by: AccountId
    approved_at: datetime
    void_at: datetime | None = None  # when it was seen that something had changed
    withdrawn_at: datetime | None = None
    withdrawn_by: AccountId | None = None

    @property
    def ended(self) -> bool:
        """Whether it counts never again."""
        return self.void_at is not None or self.withdrawn_at is not None


def mark(policy: Policy, rule_id: str) -> str:
    """Digest what a rule asks and answers, without its words."""
    rule = policy.rules_by_id[rule_id]
    read = set(rule.when.facts) if rule.when else set()
    derived = []
    for name in reversed(list(policy.derived)):  # each after those it reads
        if name in read:
            read |= policy.derived[name].facts
            derived.append((name, policy.derived[name]))
    return hashlib.sha256(msgspec.json.encode((rule.outcome, rule.when, derived))).hexdigest()


def looked_at(policy: Policy, decision: Decision, rule_id: str, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """Give the facts that an approval of a rule would be of.

    Raises:
        NotApprovableError: the rule does not stand in the way, is stricter than a recommendation, or cannot be judged.
    """
    if rule_id not in decision.fired:
        raise NotApprovableError("This reason does not stand in the way now. Please look at the case again.")
    if not policy.may_approve([rule_id]):
        raise NotApprovableError("Nobody can approve video against this reason.")
    reads = policy.clauses[rule_id].reads
    if not reads <= facts.keys():
        raise NotApprovableError(
            "Not everything that this reason looks at is known yet. Please have it answered first."
        )
    return {name: facts[name] for name in sorted(reads)}


def reason_of(text: str) -> str:
    """Take the reason of an approval.

    Raises:
        InvalidValueError: there is none.
    """
    if not text.strip():
        raise InvalidValueError("Please say why a video visit is still right for this patient.", "reason")
    return text.strip()[:REASON_CHARACTERS]


def standing(
    approvals: Iterable[Approval],
    sheet: FactSheet,
    history: Mapping[str, Sequence[Statement]],
    stage: Stage,
    now: datetime,
) -> tuple[Approval, ...]:
    """Give the approvals that still count: everything their rules look at has stayed as it was."""
    return tuple(one for one in approvals if not one.ended and _stands(one, sheet, history, stage, now))


def as_word(approvals: Sequence[Approval]) -> dict[str, Statement]:
    """Put approvals into the fact that the policy reads, as said by whoever approved last."""
    if not approvals:
        return {}
    last = max(approvals, key=lambda one: one.approved_at)
    rules = sorted(one.rule_id for one in approvals)
    return {APPROVED_RULES: Statement(APPROVED_RULES, rules, Party.SPECIALIST, last.approved_by, last.approved_at)}


def _stands(
    approval: Approval, sheet: FactSheet, history: Mapping[str, Sequence[Statement]], stage: Stage, now: datetime
) -> bool:
    policy = sheet.policy
    if not policy.may_approve([approval.rule_id]) or mark(policy, approval.rule_id) != approval.rule_mark:
        return False
    return all(
        _unchanged(sheet.entries[name], value, _since(history.get(name, ()), approval.approved_at), stage, now)
        for name, value in approval.facts.items()
    )


def _since(said: Sequence[Statement], then: datetime) -> list[Statement]:
    """Give the last word before an instant and every word after it."""
    return [*[one for one in said if one.said_at <= then][-1:], *(one for one in said if one.said_at > then)]


def _unchanged(entry: Entry, value: FactValue, said: Sequence[Statement], stage: Stage, now: datetime) -> bool:
    """Tell whether a fact was said, was the same all the time, and never grew too old for the step."""
    spoken = [*(one.said_at for one in said), now]
    age = entry.max_age.get(stage)
    always_fresh = age is None or all(later - earlier <= age for earlier, later in pairwise(spoken))
    return bool(said) and always_fresh and all(one.value == value for one in said)
