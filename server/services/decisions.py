"""The in-person rule on real cases: gathers what is known, decides, keeps every decision, and asks what is missing."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from server.domain import approvals as approval_rules
from server.domain import authorisations
from server.domain.actors import Account, Actor, Role
from server.domain.appointments import Mode
from server.domain.cases import Case
from server.domain.decisions import StoredDecision
from server.domain.errors import NotYoursToAnswerError
from server.domain.facts import FactSheet, Party, Statement
from server.domain.ids import AccountId, CaseId, VisitId
from server.domain.obstacles import turn
from server.domain.policy import (
    FactFault,
    FactKind,
    FactProblem,
    FactsError,
    FactValue,
    Stage,
)
from server.domain.policy import decide as evaluate
from server.domain.visits import Visit
from server.services import calls, follow_ups, kept_decisions, trail
from server.services.access import case_for
from server.services.in_force import InForce
from server.services.occasion import occasion_for, on_the_day
from server.services.seeded import Seeded
from server.services.weighing import Asked, Basis, Weighing, asked, by_the_service
from server.storage import accounts, approvals, decisions, statements
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
        in_force: InForce,
        records_facts: RecordsFacts,
        ready: Ready,
        clock: Callable[[], datetime],
        seeded: Seeded,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._in_force = in_force
        self._records_facts = records_facts
        self._ready = ready
        self._clock = clock
        self._seeded = seeded

    @property
    def sheet(self) -> FactSheet:
        """Who is asked what, for the policy in force."""
        return self._in_force.rule.sheet

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
        visit: Visit | None = None,
    ) -> StoredDecision:
        """Decide inside the caller's transaction and keep the decision."""
        return await self.keep(connection, actor, await self.weighed(connection, case, stage, slot_start, visit))

    async def weighed(
        self, connection: Connection, case: Case, stage: Stage, slot: datetime | None = None, visit: Visit | None = None
    ) -> Weighing:
        """Weigh what is known now; on the day of a visit for that visit, with its specialist and its time."""
        occasion = await occasion_for(connection, case, stage, visit)
        if occasion is None:
            basis = await self.basis(connection, case, stage, specialist_id=case.specialist_id)
            return self.weigh(basis, slot)
        basis = await self.basis(connection, case, stage, specialist_id=occasion.host, visit_id=occasion.visit.id)
        return self.weigh(await on_the_day(connection, basis, occasion, self.sheet.policy), occasion.appointment.start)

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
        said = self._seeded.fresh(case.id, await statements.of_case(connection, case.id), now)
        rows = await decisions.authorisations_of(connection, specialist_id) if specialist_id else ()
        return Basis(
            case=case,
            patient=await accounts.get(connection, case.patient_id),
            stage=stage,
            specialist_id=specialist_id,
            visit_id=visit_id,
            now=now,
            rule=await self._in_force.read(connection),
            said=(*said, *by_the_service(known, now)),
            authorisations=rows,
            approvals=await approvals.alive(connection, case.id),
        )

    def weigh(self, basis: Basis, slot_start: datetime | None) -> Weighing:
        """Evaluate the rule for a time, or for no time in particular."""
        own = {} if basis.frozen else self._of_the_time(basis, slot_start)
        said = (*basis.said, *by_the_service(own, basis.now))
        sheet, stage, now = basis.rule.sheet, basis.stage, basis.now
        history = sheet.history(said)
        approved = approval_rules.standing(basis.approvals, sheet, history, stage, now)
        heard = sheet.heard(history) | approval_rules.as_word(approved)
        facts = sheet.known(heard, stage, now)
        return Weighing(basis, slot_start, facts, heard, approved, evaluate(sheet.policy, stage, facts))

    async def keep(self, connection: Connection, actor: Actor | None, weighing: Weighing) -> StoredDecision:
        """Keep a decision with its facts, and the words that the patient is shown; a void approval ends here.

        Without an actor it is the service's own.
        """
        basis = weighing.basis
        await follow_ups.see_to(connection, weighing)
        stored = await kept_decisions.keep(connection, weighing, self._keyring)
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
            weighing = await self.weighed(connection, case, stage)
        entries = self.sheet.entries
        listed = self.asked(weighing, of or own)
        return tuple(one for one in listed if own in entries[one.question.name].may_say)

    def asked(self, weighing: Weighing, party: Party) -> tuple[Asked, ...]:
        """Turn what a stage reads into questions to one party."""
        rule, stage = weighing.basis.rule, weighing.basis.stage
        reads = rule.policy.reads(stage)
        return tuple(
            asked(weighing, question)
            for question in rule.sheet.questions(reads, party, stage=stage, known=weighing.facts)
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
            if actor.id != case.patient_id:
                await self.tell_whose_turn(connection, patient, before, stored)
            return stored

    async def tell_whose_turn(
        self, connection: Connection, patient: Account, before: StoredDecision | None, now: StoredDecision
    ) -> None:
        """Write to the patient when what somebody of ours did has made it their turn."""
        if self.turn(now) not in (None, before and self.turn(before)):
            await self._ready(connection, patient, now)

    async def take(
        self,
        connection: Connection,
        actor: Actor,
        case: Case,
        answers: Mapping[str, FactValue | None],
        stage: Stage,
        *,
        visit: Visit | None = None,
    ) -> tuple[StoredDecision, Account]:
        """Write answers down, decide, and let somebody call where that is needed, inside the caller's transaction.

        Raises:
            NotYoursToAnswerError: an answer is not theirs to give.
            FactsError: an answer is not acceptable.
        """
        occasion = await occasion_for(connection, case, stage, visit)
        party, said_in = PARTIES[actor.role], occasion.visit.id if occasion else None
        await self.state(connection, case, answers, party, actor.id, stage=stage, visit_id=said_in)
        weighing = await self.weighed(connection, case, stage, visit=visit)
        await calls.see_to(connection, weighing, self.sheet, answers)
        return await self.keep(connection, actor, weighing), weighing.basis.patient

    def turn(self, told: StoredDecision) -> Mode | None:
        """Name the way in which the patient can go and choose a time; None while something of ours is open."""
        return turn(told, self.sheet) if told.stage is Stage.BOOKING else None

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
        *,
        stage: Stage | None = None,
        visit_id: VisitId | None = None,
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
        said = [Statement(name, value, party, said_by, now, stage) for name, value in answers.items()]
        await statements.add(connection, case.id, said, visit_id)

    def _fault(self, name: str, value: FactValue | None, party: Party) -> FactFault | None:
        entry = self.sheet.entries.get(name)
        if entry is None or party not in entry.may_say or entry.question.fact.kind is not FactKind.ASKED:
            return FactFault(name, FactProblem.UNKNOWN_NAME)
        problem = entry.question.fact.problem(value)
        return FactFault(name, problem) if problem else None

    def _of_the_time(self, basis: Basis, slot_start: datetime | None) -> Mapping[str, FactValue]:
        """What depends on specialist and time: where they may practise on that day, and the day itself."""
        today = basis.now.astimezone(ZoneInfo(basis.patient.zone)).date()
        on = today if slot_start is None else slot_start.astimezone(ZoneInfo(basis.patient.zone)).date()
        facts: dict[str, FactValue] = {} if slot_start is None else {"visit_date": on.isoformat()}
        if basis.specialist_id is not None:
            wanted = basis.rule.sheet.current(basis.said, basis.stage, basis.now).get("patient_state")
            wanted = wanted if isinstance(wanted, str) else None
            states = authorisations.states(basis.authorisations, on=on, today=today, wanted=wanted)
            if states is not None:
                facts["clinician_authorised_states"] = list(states)
        return facts
