"""Choosing a time: what can be offered for a case and in which way, what stands in the way, what else can be done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from server.domain.actors import Account, Actor
from server.domain.appointments import Appointment, Mode
from server.domain.cases import Case
from server.domain.facts import Party
from server.domain.ids import AppointmentId, CaseId
from server.domain.obstacles import Obstacle, emergency_words, obstacle
from server.domain.policy import Decision, Outcome, Stage
from server.domain.services import SERVICES
from server.domain.tasks import TaskKind
from server.domain.ways import another_may
from server.services import calls, trail
from server.services.access import appointment_for, case_for
from server.services.decisions import Decisions
from server.services.slots import Offer, Slot, Slots
from server.services.weighing import Weighing
from server.storage import accounts, appointments
from server.storage.database import Connection, Database

HELP_WANTED = "They ask for help to find a time for the visit."
IN_WRITING = "Their own doctor would like to ask ours in writing. Ask for the doctor's name and telephone number."
HORIZON = max(service.horizon for service in SERVICES.values())


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that keeps times from being offered, and whose it is."""

    asked_of: Party
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The times of a case in one way; where there are none, `obstacle` says why.

    `words` is what the policy says of it. `ways` are those in which there are times. `state` is where the patient will
    be, if it is known, and `licence` whether the own specialist's license for it is what stands in the way.
    """

    case: Case
    patient: Account
    specialist: Account | None
    slots: tuple[Slot, ...]
    mode: Mode
    ways: frozenset[Mode]
    state: str
    licence: bool
    recommended: bool  # a clinician decides with the patient whether it has to be in person
    obstacle: Obstacle | None
    words: tuple[str, ...]
    open: tuple[OpenQuestion, ...]
    standing: Appointment | None

    @property
    def others(self) -> tuple[Account, ...]:
        """Name the specialists to choose from, where it is not the own one."""
        people = dict.fromkeys(slot.specialist for slot in self.slots)
        return tuple(one for one in people if self.specialist is None or one.id != self.specialist.id)


class Times:
    """What the page needs on which patient or desk choose a time."""

    def __init__(self, database: Database, slots: Slots, decisions: Decisions, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._slots = slots
        self._decisions = decisions
        self._clock = clock

    async def choice(self, actor: Actor, case_id: CaseId, mode: Mode | None = None) -> Choice:
        """List every time that can be booked for a case, up to the horizon, in the best way or the one asked for."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            return await self._choice(connection, case, None, mode)

    async def another(self, actor: Actor, appointment_id: AppointmentId, mode: Mode | None = None) -> Choice:
        """List every time to which an appointment can be moved; `standing` is another one, or none, if it cannot."""
        async with self._database.read() as connection:
            appointment = await appointment_for(connection, actor, appointment_id)
            case = await case_for(connection, actor, appointment.case_id)
            return await self._choice(connection, case, appointment, mode)

    async def standing(self, actor: Actor, case_id: CaseId) -> Appointment | None:
        """Return the visit of a case that is to come, if there is one."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            return await appointments.standing(connection, case.id)

    async def emergency(self, actor: Actor, case_id: CaseId) -> tuple[str, ...]:
        """Give the policy's words for an emergency among what is known now; none where there is none."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            basis = await self._decisions.basis(connection, case, Stage.BOOKING, specialist_id=case.specialist_id)
        return emergency_words(self._decisions.weigh(basis, None).decision.fired, self._decisions.sheet.policy)

    async def call_me(self, actor: Actor, case_id: CaseId) -> None:
        """Let the desk call the patient about a time."""
        await self._ask_desk(actor, case_id, TaskKind.CALL_BACK, HELP_WANTED)

    async def in_writing(self, actor: Actor, case_id: CaseId) -> None:
        """Let the desk help the patient's own doctor to ask ours in writing, which the law allows from anywhere."""
        await self._ask_desk(actor, case_id, TaskKind.IN_WRITING, IN_WRITING)

    async def _ask_desk(self, actor: Actor, case_id: CaseId, kind: TaskKind, line: str) -> None:
        now = self._clock()
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            patient = await accounts.get(connection, case.patient_id)
            await calls.ask_for(connection, kind, case, patient, [line], now=now)
            await trail.record(connection, actor, "call.asked-for", "case", case.id, now=now, case_id=case.id)

    async def _choice(
        self, connection: Connection, case: Case, moving: Appointment | None, mode: Mode | None
    ) -> Choice:
        now = self._clock()
        offer = await self._slots.offer(connection, case, now, now + HORIZON, moving=moving.id if moving else None)
        decision, asked = offer.weighing.decision, _but(moving, offer.slots(mode))
        slots = asked or _but(moving, offer.slots())
        return Choice(
            case=case,
            patient=offer.weighing.basis.patient,
            specialist=await accounts.get(connection, case.specialist_id) if case.specialist_id else None,
            slots=slots,
            mode=slots[0].mode if slots else Mode.VIDEO,
            ways=frozenset(slot.mode for slot in _everything(offer)),
            state=self._state(offer.weighing),
            licence=another_may(decision, self._decisions.sheet.policy),
            recommended=decision.outcome is Outcome.IN_PERSON_RECOMMENDED,
            obstacle=None if slots else obstacle(decision, self._decisions.sheet),
            words=self._words(decision),
            open=tuple(self._open(decision.asks)),
            standing=await appointments.standing(connection, case.id),
        )

    def _state(self, weighing: Weighing) -> str:
        """Name the state in which the patient will be, as their question does."""
        options = self._decisions.sheet.entries["patient_state"].question.options
        return next((one.label for one in options if one.value == weighing.facts.get("patient_state")), "")

    def _words(self, decision: Decision) -> tuple[str, ...]:
        policy = self._decisions.sheet.policy
        fired = [name for name in decision.fired if name != policy.default.id]
        return emergency_words(decision.fired, policy) or policy.words(fired)

    def _open(self, asks: Iterable[str]) -> Iterable[OpenQuestion]:
        wanted = set(asks)
        for name, entry in self._decisions.sheet.entries.items():
            if name in wanted:
                yield OpenQuestion(entry.question.asked_of, entry.question.text)


def _but(moving: Appointment | None, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Leave out the time that an appointment has already."""
    if moving is None:
        return slots
    has = (moving.start, moving.mode, moving.specialist_id)
    return tuple(slot for slot in slots if (slot.start, slot.mode, slot.specialist.id) != has)


def _everything(offer: Offer) -> tuple[Slot, ...]:
    return (*offer.slots(Mode.VIDEO), *offer.slots(Mode.IN_PERSON))
