"""The in-person rule on real cases: gathers what is known, decides, keeps every decision, and asks what is missing."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from server.domain import authorisations, ids
from server.domain.actors import Account, Actor, Role
from server.domain.cases import Case
from server.domain.decisions import StoredDecision
from server.domain.errors import NotYoursToAnswerError
from server.domain.facts import FactSheet, Party, Statement
from server.domain.ids import AccountId, CaseId, DecisionId, VisitId
from server.domain.obstacles import patients_turn
from server.domain.policy import (
    ENGINE_VERSION,
    FactFault,
    FactProblem,
    FactsError,
    FactValue,
    Stage,
    canonical,
)
from server.domain.policy import decide as evaluate
from server.services import calls, trail
from server.services.access import case_for
from server.services.weighing import Asked, Basis, Rule, Weighing, asked, by_the_service, with_sources
from server.storage import accounts, decisions, statements
from server.storage.database import Connection, Database
from server.storage.keyring import Keyring

PARTIES: Mapping[Role, Party] = {
    Role.PATIENT: Party.PATIENT,
    Role.SCHEDULER: Party.SCHEDULER,
    Role.SPECIALIST: Party.SPECIALIST,
}

RecordsFacts = Callable[[Connection, Case], Awaitable[Mapping[str, FactValue]]]
Ready = Callable[[Connection, Account, StoredDecision], Awaitable[None]]  # tells a patient that it is their turn


class Decisions:
    """Decides at every step, from facts that the service really has."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        rule: Rule,
        records_facts: RecordsFacts,
        ready: Ready,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._rule = rule
        self._records_facts = records_facts
        self._ready = ready
        self._clock = clock

    @property
    def sheet(self) -> FactSheet:
        """Who is asked what, for the policy in force."""
        return self._rule.sheet

    async def make(self, actor: Actor, case_id: CaseId, stage: Stage, slot_start: datetime | None) -> StoredDecision:
        """Decide at a stage and keep the decision."""
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            return await self.decide(connection, actor, case, stage, slot_start=slot_start)

    async def history(self, actor: Actor, case_id: CaseId) -> tuple[StoredDecision, ...]:
        """List a case's decisions, the newest first."""
        async with self._database.read() as connection:
            await case_for(connection, actor, case_id)
            return await decisions.of_case(connection, case_id)

    async def decide(
        self,
        connection: Connection,
        actor: Actor,
        case: Case,
        stage: Stage,
        *,
        slot_start: datetime | None = None,
        visit_id: VisitId | None = None,
    ) -> StoredDecision:
        """Decide inside the caller's transaction and keep the decision."""
        basis = await self.basis(connection, case, stage, specialist_id=case.specialist_id, visit_id=visit_id)
        return await self.keep(connection, actor, self.weigh(basis, slot_start))

    async def basis(
        self,
        connection: Connection,
        case: Case,
        stage: Stage,
        *,
        specialist_id: AccountId | None,
        visit_id: VisitId | None = None,
    ) -> Basis:
        """Gather what everybody said, and what the service itself knows."""
        now = self._clock()
        known = await self._records_facts(connection, case)
        said = await statements.of_case(connection, case.id)
        rows = await decisions.authorisations_of(connection, specialist_id) if specialist_id else ()
        return Basis(
            case=case,
            patient=await accounts.get(connection, case.patient_id),
            stage=stage,
            specialist_id=specialist_id,
            visit_id=visit_id,
            now=now,
            said=(*said, *by_the_service(known, now)),
            authorisations=rows,
        )

    def weigh(self, basis: Basis, slot_start: datetime | None) -> Weighing:
        """Evaluate the rule for a time, or for no time in particular."""
        said = (*basis.said, *by_the_service(self._of_the_time(basis, slot_start), basis.now))
        facts = self._rule.sheet.current(said, basis.stage, basis.now)
        return Weighing(basis, slot_start, facts, said, evaluate(self._rule.policy, basis.stage, facts))

    async def keep(self, connection: Connection, actor: Actor, weighing: Weighing) -> StoredDecision:
        """Keep a decision with its facts, and the words that the patient is shown."""
        basis, policy = weighing.basis, self._rule.policy
        await decisions.keep_policy(
            connection,
            sha256=policy.sha256,
            policy_id=policy.id,
            version=policy.version,
            body=self._rule.body,
            now=basis.now,
        )
        previous = await decisions.newest(connection, basis.case.id)
        stored = self._stored(weighing, previous.id if previous else None)
        await decisions.add(connection, stored)
        await trail.record(
            connection, actor, "decision.made", "decision", stored.id, now=basis.now, case_id=basis.case.id
        )
        return stored

    async def questions(
        self, actor: Actor, case_id: CaseId, stage: Stage = Stage.BOOKING, of: Party | None = None
    ) -> tuple[Asked, ...]:
        """List what this person is asked for a stage, or may answer for the party `of`; the open ones are marked."""
        own = PARTIES[actor.role]
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            basis = await self.basis(connection, case, stage, specialist_id=case.specialist_id)
        entries = self.sheet.entries
        listed = self.asked(self.weigh(basis, None), of or own)
        return tuple(one for one in listed if own in entries[one.question.name].may_say)

    def asked(self, weighing: Weighing, party: Party) -> tuple[Asked, ...]:
        """Turn what a stage reads into questions to one party."""
        sheet, stage = self._rule.sheet, weighing.basis.stage
        reads = self._rule.policy.reads(stage)
        return tuple(
            asked(weighing, question) for question in sheet.questions(reads, party, stage=stage, known=weighing.facts)
        )

    async def answer(
        self, actor: Actor, case_id: CaseId, answers: Mapping[str, FactValue | None], stage: Stage = Stage.BOOKING
    ) -> StoredDecision:
        """Write a person's answers down and decide anew; somebody is called, or written to, where that is needed.

        Raises:
            FactsError: an answer is not to a question of theirs, or is not acceptable.
        """
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            before = await decisions.newest(connection, case.id, stage)
            stored, patient = await self.take(connection, actor, case, answers, stage)
            if actor.id != case.patient_id and self._has_turned_to_the_patient(before, stored):
                await self._ready(connection, patient, stored)
            return stored

    async def take(
        self,
        connection: Connection,
        actor: Actor,
        case: Case,
        answers: Mapping[str, FactValue | None],
        stage: Stage,
    ) -> tuple[StoredDecision, Account]:
        """Write answers down, decide, and let somebody call where that is needed, inside the caller's transaction.

        Raises:
            NotYoursToAnswerError: an answer is not theirs to give.
            FactsError: an answer is not acceptable.
        """
        await self.state(connection, case, answers, PARTIES[actor.role], actor.id)
        basis = await self.basis(connection, case, stage, specialist_id=case.specialist_id)
        weighing = self.weigh(basis, None)
        await calls.see_to(connection, weighing, self.sheet, answers)
        return await self.keep(connection, actor, weighing), basis.patient

    def turns_to_the_patient(self, told: StoredDecision) -> bool:
        """Whether only the patient's own answers, device or choice are missing for a visit by video."""
        return told.stage is Stage.BOOKING and patients_turn(told, self.sheet)

    def _has_turned_to_the_patient(self, before: StoredDecision | None, now: StoredDecision) -> bool:
        return self.turns_to_the_patient(now) and not (before and self.turns_to_the_patient(before))

    async def observe(self, actor: Actor, case_id: CaseId, found: Mapping[str, FactValue | None], party: Party) -> None:
        """Write down what the patient's device or the service found out; nobody else's device says anything."""
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            if party is Party.DEVICE and actor.id != case.patient_id:
                return
            await self.state(connection, case, found, party, actor.id)

    async def state(
        self,
        connection: Connection,
        case: Case,
        answers: Mapping[str, FactValue | None],
        party: Party,
        said_by: str,
    ) -> None:
        """Write down what one party said, inside the caller's transaction.

        Raises:
            NotYoursToAnswerError: an answer is not theirs to give.
            FactsError: an answer is not acceptable.
        """
        faults = [fault for name, value in answers.items() if (fault := self._fault(name, value, party))]
        if faults:
            if any(fault.problem is FactProblem.UNKNOWN_NAME for fault in faults):
                raise NotYoursToAnswerError("This question is not yours to answer.")
            raise FactsError(faults)
        now = self._clock()
        await statements.add(
            connection, case.id, [Statement(name, value, party, said_by, now) for name, value in answers.items()]
        )

    def _fault(self, name: str, value: FactValue | None, party: Party) -> FactFault | None:
        entry = self._rule.sheet.entries.get(name)
        if entry is None or party not in entry.may_say:
            return FactFault(name, FactProblem.UNKNOWN_NAME)
        problem = entry.question.fact.problem(value)
        return FactFault(name, problem) if problem else None

    def _of_the_time(self, basis: Basis, slot_start: datetime | None) -> Mapping[str, FactValue]:
        """What depends on specialist and time: where they may practise on that day, and the day itself."""
        today = basis.now.astimezone(ZoneInfo(basis.patient.zone)).date()
        on = today if slot_start is None else slot_start.astimezone(ZoneInfo(basis.patient.zone)).date()
        facts: dict[str, FactValue] = {} if slot_start is None else {"visit_date": on.isoformat()}
        if basis.specialist_id is not None:
            wanted = self._rule.sheet.current(basis.said, basis.stage, basis.now).get("patient_state")
            wanted = wanted if isinstance(wanted, str) else None
            states = authorisations.states(basis.authorisations, on=on, today=today, wanted=wanted)
            if states is not None:
                facts["clinician_authorised_states"] = list(states)
        return facts

    def _stored(self, weighing: Weighing, previous: DecisionId | None) -> StoredDecision:
        basis, decision = weighing.basis, weighing.decision
        return StoredDecision(
            id=DecisionId(ids.new()),
            case_id=basis.case.id,
            visit_id=basis.visit_id,
            stage=decision.stage,
            specialist_id=basis.specialist_id,
            slot_start=weighing.slot_start,
            decided_at=basis.now,
            policy_sha256=decision.policy_sha256,
            engine=ENGINE_VERSION,
            facts=with_sources(weighing),
            facts_mac=self._keyring.mac("decisions.facts", canonical(weighing.facts)),
            outcome=decision.outcome,
            fired=list(decision.fired),
            unknown_rules=list(decision.unknown_rules),
            asks=list(decision.asks),
            resolved=list(decision.resolved),
            safety_screen_incomplete=decision.safety_screen_incomplete,
            provisional=decision.provisional,
            words=list(self._rule.policy.words(decision.fired)),
            language="en",
            previous_id=previous,
        )
