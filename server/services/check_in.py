"""Check-in: where the patient is, how they are, whether device and line do. It gates admission, and nothing before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from server.domain import check_in as rules
from server.domain import ids, visits
from server.domain import whereabouts as places
from server.domain.actors import Account, Actor, Role
from server.domain.appointments import Appointment
from server.domain.cases import Case
from server.domain.check_in import Standing
from server.domain.errors import InvalidValueError, NotYoursToAnswerError
from server.domain.facts import Party
from server.domain.ids import DecisionId, VisitId
from server.domain.obstacles import emergency_words
from server.domain.policy import Decision, FactValue, Outcome, Stage
from server.domain.visits import Visit
from server.domain.whereabouts import OF_THE_PLACE, Place, Whereabouts
from server.services import trail
from server.services.access import visit_for
from server.services.decisions import PARTIES, Decisions
from server.services.weighing import Asked, Weighing
from server.storage import accounts, appointments, cases, check_ins, decisions, whereabouts
from server.storage.database import Connection, Database

DEMO_PROOFS = frozenset({"demo", "token", "link"})  # a sign-in of the demo proves nothing, and keeps nobody out
Answers = Mapping[str, FactValue | None]


@dataclass(frozen=True, slots=True)
class CheckIn:
    """How a check-in stands, and what its reader may answer; `booked_in` is the state that was said at booking."""

    visit: Visit
    appointment: Appointment
    patient: Account
    specialist: Account
    stage: Stage
    decision: Decision
    standing: Standing
    words: tuple[str, ...]
    good_until: datetime | None
    asked: tuple[Asked, ...]
    place_open: bool
    whereabouts: Whereabouts | None
    booked_in: str | None

    @property
    def emergency(self) -> bool:
        """Whether an answer stops everything."""
        return self.decision.outcome is Outcome.EMERGENCY_NOW


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the patient of a visit may be let in now, what is missing in words, and until when that holds."""

    admissible: bool
    reason: str
    good_until: datetime | None


class CheckIns:
    """Everything between the door of a visit and its room."""

    def __init__(
        self,
        database: Database,
        decides: Decisions,
        changed: Callable[[], None],
        clock: Callable[[], datetime],
        *,
        demo: bool,
    ) -> None:
        """Call `changed` whenever somebody who waits may have to be let in, or not any more."""
        self._database = database
        self._decisions = decides
        self._changed = changed
        self._clock = clock
        self._proofs = rules.PROOFS | (DEMO_PROOFS if demo else frozenset())

    async def read(self, actor: Actor, visit_id: VisitId) -> CheckIn:
        """Tell how the check-in of a visit stands; that our staff read where the patient is, is written down."""
        async with self._database.read() as connection:
            visit = await visit_for(connection, actor, visit_id)
            shown = await self._shown(connection, actor, visit)
        if shown.whereabouts is not None and actor.role is not Role.PATIENT:
            async with self._database.write() as connection:
                now, case_id = self._clock(), visit.case_id
                await trail.record(connection, actor, "whereabouts.read", "visit", visit.id, now=now, case_id=case_id)
        return shown

    async def tell(self, actor: Actor, visit_id: VisitId, place: Place | None, answers: Answers) -> CheckIn:
        """Write down where the patient is and what somebody answers, and decide anew.

        Raises:
            VisitMovedOnError: the visit is over.
            InvalidValueError: the place cannot be one, or is called right before it was said.
            NotYoursToAnswerError: an answer is not theirs to give.
            FactsError: an answer is not acceptable.
        """
        async with self._database.write() as connection:
            visit, case = await self._alive(connection, actor, visit_id)
            told = dict(answers)
            if place is not None:
                told |= await self._say_place(connection, actor, visit, places.check(place, self._decisions.sheet))
            elif told.get(places.CONFIRMED) is True and actor.role is Role.PATIENT:
                await self._require_place(connection, visit)
            await self._recognise(connection, actor, case, visit)
            await self._decisions.take(connection, actor, case, told, _stage(visit), visit=visit)
            shown = await self._shown(connection, actor, visit)
        self._changed()
        return shown

    async def agree_to_sound(self, actor: Actor, visit_id: VisitId) -> CheckIn:
        """Note that the patient agrees to go on with sound only, where the rule allows that.

        Raises:
            VisitMovedOnError: the visit is over.
            NotYoursToAnswerError: somebody else agrees.
        """
        async with self._database.write() as connection:
            visit, _ = await self._alive(connection, actor, visit_id)
            if actor.role is not Role.PATIENT:
                raise NotYoursToAnswerError("Only the patient can agree to go on with sound only.")
            now = self._clock()
            await appointments.agree_to_sound(connection, visit)
            await trail.record(connection, actor, "sound.agreed", "visit", visit.id, now=now, case_id=visit.case_id)
            shown = await self._shown(connection, actor, await appointments.visit(connection, visit_id))
        self._changed()
        return shown

    async def found(self, actor: Actor, visit_id: VisitId, found: Answers, *, failed: bool = False) -> None:
        """Write down what the patient's device can do, or that joining failed; nobody else's device says anything.

        Raises:
            VisitMovedOnError: the visit is over.
        """
        async with self._database.write() as connection:
            visit, case = await self._alive(connection, actor, visit_id)
            if actor.role is not Role.PATIENT:
                return
            if found:
                said_by = actor.id
                await self._decisions.state(connection, case, found, Party.DEVICE, said_by, visit_id=visit.id)
            if failed:
                await self.count_failure(connection, case, visit)
            await self._recognise(connection, actor, case, visit)
            weighing = await self._decisions.weighed(connection, case, _stage(visit), visit=visit)
            await self._decisions.keep(connection, actor, weighing)
        self._changed()

    async def count_failure(self, connection: Connection, case: Case, visit: Visit) -> None:
        """Note that joining this visit has failed once more."""
        last = await check_ins.last_said(connection, case.id, rules.FAILED_ATTEMPTS)
        before = rules.failed_attempts((last,) if last else (), since=visits.opens_at(visit))
        counted = {rules.FAILED_ATTEMPTS: min(before + 1, rules.MOST_ATTEMPTS)}
        await self._decisions.state(connection, case, counted, Party.SYSTEM, Party.SYSTEM, visit_id=visit.id)

    async def recognise(self, connection: Connection, actor: Actor, visit: Visit) -> None:
        """Take a patient's sign-in for a proof of who they are, where it is one."""
        if actor.role is Role.PATIENT and visit.alive:
            await self._recognise(connection, actor, await cases.get(connection, visit.case_id), visit)

    async def gate(self, connection: Connection, visit: Visit) -> Gate:
        """Decide whether the patient may be let in now; a decision that says something new is kept."""
        stage = _stage(visit)
        case = await cases.get(connection, visit.case_id)
        weighing = await self._decisions.weighed(connection, case, stage, visit=visit)
        kept = await check_ins.newest(connection, visit.id, stage)
        if kept is None or not weighing.is_told_by(kept):
            await self._decisions.keep(connection, None, weighing)
        stands = rules.standing(weighing.decision, self._decisions.sheet, sound_agreed=visit.sound_agreed)
        return Gate(stands.admissible, stands.reason, self._good_until(weighing))

    async def let_in_by(self, connection: Connection, visit: Visit) -> DecisionId | None:
        """Name the decision by which the patient could be let in."""
        kept = await check_ins.newest(connection, visit.id, Stage.CHECK_IN, rules.ADMISSIBLE)
        return kept.id if kept else None

    async def _shown(self, connection: Connection, actor: Actor, visit: Visit) -> CheckIn:
        case = await cases.get(connection, visit.case_id)
        appointment = await appointments.get(connection, visit.appointment_id)
        weighing = await self._decisions.weighed(connection, case, _stage(visit), visit=visit)
        decision, policy = weighing.decision, self._decisions.sheet.policy
        fired = [name for name in decision.fired if name != policy.default.id]
        return CheckIn(
            visit=visit,
            appointment=appointment,
            patient=weighing.basis.patient,
            specialist=await accounts.get(connection, appointment.specialist_id),
            stage=_stage(visit),
            decision=decision,
            standing=rules.standing(decision, self._decisions.sheet, sound_agreed=visit.sound_agreed),
            words=emergency_words(decision.fired, policy) or policy.words(fired),
            good_until=self._good_until(weighing),
            asked=self._asked(weighing, actor),
            place_open=not OF_THE_PLACE.isdisjoint(decision.asks) or places.CONFIRMED not in weighing.facts,
            whereabouts=await whereabouts.newest(connection, visit.id),
            booked_in=await self._booked_in(connection, appointment),
        )

    def _asked(self, weighing: Weighing, actor: Actor) -> tuple[Asked, ...]:
        """List what this person may answer; where they are, patients say in a form of its own."""
        own, entries = PARTIES[actor.role], self._decisions.sheet.entries
        parties = (Party.PATIENT,) if own is Party.PATIENT else tuple(Party)
        listed = [one for party in parties for one in self._decisions.asked(weighing, party)]
        theirs = [one for one in listed if own in entries[one.question.name].may_say]
        if own is not Party.PATIENT:
            return tuple(theirs)
        return tuple(one for one in theirs if one.question.name not in OF_THE_PLACE)

    def _good_until(self, weighing: Weighing) -> datetime | None:
        sheet = self._decisions.sheet
        return rules.good_until(weighing.heard, weighing.facts, sheet, weighing.basis.stage)

    async def _booked_in(self, connection: Connection, appointment: Appointment) -> str | None:
        booked = await decisions.get(connection, appointment.decision_id)
        state = booked.facts.get(places.STATE, {}).get("value")
        return state if isinstance(state, str) else None

    async def _alive(self, connection: Connection, actor: Actor, visit_id: VisitId) -> tuple[Visit, Case]:
        visit = await visit_for(connection, actor, visit_id)
        visits.require_alive(visit)
        return visit, await cases.get(connection, visit.case_id)

    async def _say_place(self, connection: Connection, actor: Actor, visit: Visit, place: Place) -> Answers:
        if actor.role is not Role.PATIENT:
            raise NotYoursToAnswerError("Only the patient says where they are. You can note what they tell you below.")
        now = self._clock()
        said = Whereabouts(
            id=ids.new(),
            case_id=visit.case_id,
            visit_id=visit.id,
            said_by=actor.id,
            said_at=now,
            country=place.country,
            state=place.state,
            address=place.address,
            callback=place.callback,
        )
        await whereabouts.add(connection, said)
        await trail.record(connection, actor, "whereabouts.said", "visit", visit.id, now=now, case_id=visit.case_id)
        return places.facts(place)

    async def _require_place(self, connection: Connection, visit: Visit) -> None:
        if await whereabouts.newest(connection, visit.id) is None:
            raise InvalidValueError("Please say first where you are right now.", f"answers.{places.CONFIRMED}")

    async def _recognise(self, connection: Connection, actor: Actor, case: Case, visit: Visit) -> None:
        """A word of our staff on who somebody is, also that they are not, stands above a sign-in."""
        if actor.role is not Role.PATIENT or actor.verified_by not in self._proofs:
            return
        last = await check_ins.last_said(connection, case.id, rules.IDENTITY)
        if last is None or last.value is None:
            known = {rules.IDENTITY: True}
            await self._decisions.state(connection, case, known, Party.SYSTEM, Party.SYSTEM, visit_id=visit.id)


def _stage(visit: Visit) -> Stage:
    return Stage.CHECK_IN if visit.admitted_decision_id is None else Stage.DURING_VISIT
