"""Approvals: a named clinician lets a visit be by video against a recommendation, with a reason, and takes it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.domain import approvals as rules
from server.domain import ids
from server.domain.actors import Account, Actor
from server.domain.approvals import Approval, NotApprovableError
from server.domain.decisions import StoredDecision
from server.domain.facts import Question, Statement
from server.domain.ids import AccountId, CaseId
from server.domain.policy import FactValue
from server.domain.policy import Rule as PolicyRule
from server.services import trail
from server.services.access import case_for
from server.services.decisions import Decisions
from server.services.occasion import ON_THE_DAY
from server.services.weighing import Weighing
from server.storage import accounts, approvals, decisions
from server.storage.database import Connection, Database

log = structlog.get_logger()

Said = tuple[Question, FactValue, Statement]  # what was asked, what holds, and who said it when


@dataclass(frozen=True, slots=True)
class Given:
    """An approval, whether it counts now, and by whom it was given."""

    approval: Approval
    counts: bool
    by: Account


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A rule that recommends to meet in person: what it looks at, and the approval that lifts it."""

    rule: PolicyRule
    looks_at: tuple[Said, ...]
    given: Given | None

    @property
    def approvable(self) -> bool:
        """Whether it stands in the way, and everything it looks at is known."""
        return self.given is None and bool(self.looks_at)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a clinician may approve in a case, and every approval that was given, the newest first."""

    recommendations: tuple[Recommendation, ...]
    given: tuple[Given, ...]
    people: Mapping[AccountId, Account]


class Approvals:
    """Gives, lists and withdraws approvals."""

    def __init__(self, database: Database, decisions: Decisions, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._decisions = decisions
        self._clock = clock

    async def sheet(self, actor: Actor, case_id: CaseId) -> Sheet:
        """Show what recommends to meet in person, at the step of the newest decision, and what was approved."""
        async with self._database.read() as connection:
            await case_for(connection, actor, case_id)
            newest = await decisions.newest(connection, case_id)
            found = await approvals.of_case(connection, case_id)
            weighing = await self._weigh(connection, actor, newest) if newest else None
            said_by = {AccountId(one.said_by) for one in weighing.heard.values()} if weighing else set()
            people = await accounts.of_ids(connection, said_by | {one.approved_by for one in found})
        counting = {one.id for one in weighing.approvals} if weighing else set()
        given = tuple(Given(one, one.id in counting, people[one.approved_by]) for one in found)
        return Sheet(_recommendations(weighing, given) if weighing else (), given, people)

    async def approve(self, actor: Actor, case_id: CaseId, rule_id: str, reason: str) -> Approval:
        """Let the visit be by video although one rule recommends otherwise, and decide anew.

        Raises:
            InvalidValueError: nobody says why.
            NotApprovableError: the rule does not stand in the way, is too strict, or looks at what is not known.
        """
        why = rules.reason_of(reason)
        async with self._database.write() as connection:
            await case_for(connection, actor, case_id)
            newest = await decisions.newest(connection, case_id)
            if newest is None:
                raise NotApprovableError("Nothing is decided yet.")
            weighing = await self._weigh(connection, actor, newest)
            policy = weighing.basis.rule.policy
            approval = Approval(
                id=ids.new(),
                case_id=case_id,
                rule_id=rule_id,
                facts=rules.looked_at(policy, weighing.decision, rule_id, weighing.facts),
                rule_mark=rules.mark(policy, rule_id),
                decision_id=newest.id,
                policy_sha256=policy.sha256,
                reason=why,
                approved_by=actor.id,
                approved_at=self._clock(),
            )
            void = [one for one in weighing.basis.approvals if one not in weighing.approvals]
            await approvals.void(connection, void, approval.approved_at)
            await approvals.add(connection, approval)
            await self._decide_again(connection, actor, newest)
            await self._record(connection, actor, "approval.given", approval)
        log.info("approval.given", case=case_id, rule=rule_id)
        return approval

    async def withdraw(self, actor: Actor, case_id: CaseId, approval_id: str) -> None:
        """Take an approval back, and decide anew; one that has ended already is left as it is."""
        async with self._database.write() as connection:
            await case_for(connection, actor, case_id)
            approval = await approvals.get(connection, case_id, approval_id)
            if not await approvals.withdraw(connection, approval, actor.id, self._clock()):
                return
            newest = await decisions.get(connection, approval.decision_id)
            await self._decide_again(connection, actor, await decisions.newest(connection, case_id) or newest)
            await self._record(connection, actor, "approval.withdrawn", approval)
        log.info("approval.withdrawn", case=case_id, rule=approval.rule_id)

    async def _weigh(self, connection: Connection, actor: Actor, made: StoredDecision) -> Weighing:
        """Weigh now what was decided then: the same step, visit, specialist and time."""
        case = await case_for(connection, actor, made.case_id)
        if made.stage in ON_THE_DAY:
            return await self._decisions.weighed(connection, case, made.stage)
        basis = await self._decisions.basis(
            connection, case, made.stage, specialist_id=made.specialist_id, visit_id=made.visit_id
        )
        return self._decisions.weigh(basis, made.slot_start)

    async def _decide_again(self, connection: Connection, actor: Actor, before: StoredDecision) -> None:
        weighing = await self._weigh(connection, actor, before)
        stored = await self._decisions.keep(connection, actor, weighing)
        await self._decisions.tell_whose_turn(connection, weighing.basis.patient, before, stored)

    async def _record(self, connection: Connection, actor: Actor, action: str, approval: Approval) -> None:
        now = self._clock()
        await trail.record(connection, actor, action, "approval", approval.id, now=now, case_id=approval.case_id)


def _recommendations(weighing: Weighing, given: tuple[Given, ...]) -> tuple[Recommendation, ...]:
    policy, decision = weighing.basis.rule.policy, weighing.decision
    counting = {one.approval.rule_id: one for one in given if one.counts}
    found = [name for name in (*decision.fired, *decision.resolved) if policy.may_approve([name])]
    return tuple(
        Recommendation(policy.rules_by_id[name], _looks_at(weighing, name), counting.get(name))
        for name in sorted(found)
    )


def _looks_at(weighing: Weighing, rule_id: str) -> tuple[Said, ...]:
    """Give what a rule looks at in the order of asking; nothing where not all of it is known."""
    reads = weighing.basis.rule.policy.clauses[rule_id].reads
    if not reads <= weighing.facts.keys():
        return ()
    entries = weighing.basis.rule.sheet.entries
    return tuple(
        (entry.question, weighing.facts[name], weighing.heard[name]) for name, entry in entries.items() if name in reads
    )
