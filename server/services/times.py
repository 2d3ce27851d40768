"""Choosing a time: what can be offered for a case, what stands in the way where nothing can, and a call instead."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from server.domain.actors import Account, Actor
from server.domain.appointments import Appointment
from server.domain.cases import Case
from server.domain.facts import Party
from server.domain.ids import AppointmentId, CaseId
from server.domain.obstacles import Obstacle, emergency_words, obstacle
from server.domain.policy import Decision, Stage
from server.domain.services import SECOND_OPINION
from server.domain.tasks import TaskKind
from server.services import calls, trail
from server.services.access import appointment_for, case_for
from server.services.decisions import Decisions
from server.services.slots import Slot, Slots
from server.storage import accounts, appointments
from server.storage.database import Connection, Database

HELP_WANTED = "They ask for help to find a time for the visit."


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that keeps times from being offered, and whose it is."""

    asked_of: Party
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The times of a case; where there are none, `obstacle` says why, and `words` is what the policy says of it."""

    case: Case
    patient: Account
    specialist: Account | None
    slots: tuple[Slot, ...]
    obstacle: Obstacle | None
    words: tuple[str, ...]
    open: tuple[OpenQuestion, ...]
    standing: Appointment | None


class Times:
    """What the page needs on which patient or desk choose a time."""

    def __init__(self, database: Database, slots: Slots, decisions: Decisions, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._slots = slots
        self._decisions = decisions
        self._sheet = decisions.sheet
        self._clock = clock

    async def choice(self, actor: Actor, case_id: CaseId) -> Choice:
        """List every time that can be booked for a case, up to the horizon."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            return await self._choice(connection, case, None)

    async def another(self, actor: Actor, appointment_id: AppointmentId) -> Choice:
        """List every time to which an appointment can be moved; `standing` is another one, or none, if it cannot."""
        async with self._database.read() as connection:
            appointment = await appointment_for(connection, actor, appointment_id)
            case = await case_for(connection, actor, appointment.case_id)
            return await self._choice(connection, case, appointment)

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
        return emergency_words(self._decisions.weigh(basis, None).decision.fired, self._sheet.policy)

    async def call_me(self, actor: Actor, case_id: CaseId) -> None:
        """Let the desk call the patient about a time."""
        now = self._clock()
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            patient = await accounts.get(connection, case.patient_id)
            await calls.ask_for(connection, TaskKind.CALL_BACK, case, patient, [HELP_WANTED], now=now)
            await trail.record(connection, actor, "call.asked-for", "case", case.id, now=now, case_id=case.id)

    async def _choice(self, connection: Connection, case: Case, moving: Appointment | None) -> Choice:
        now = self._clock()
        until = now + SECOND_OPINION.horizon
        offer = await self._slots.offer(connection, case, now, until, moving=moving.id if moving else None)
        decision = offer.weighing.decision
        slots = tuple(slot for slot in offer.slots if moving is None or slot.start != moving.start)
        return Choice(
            case=case,
            patient=offer.weighing.basis.patient,
            specialist=await accounts.get(connection, case.specialist_id) if case.specialist_id else None,
            slots=slots,
            obstacle=None if slots else obstacle(decision, self._sheet),
            words=self._words(decision),
            open=tuple(self._open(decision.asks)),
            standing=await appointments.standing(connection, case.id),
        )

    def _words(self, decision: Decision) -> tuple[str, ...]:
        policy = self._sheet.policy
        fired = [name for name in decision.fired if name != policy.default.id]
        return emergency_words(decision.fired, policy) or policy.words(fired)

    def _open(self, asks: Iterable[str]) -> Iterable[OpenQuestion]:
        wanted = set(asks)
        for name, entry in self._sheet.entries.items():
            if name in wanted:
                yield OpenQuestion(entry.question.asked_of, entry.question.text)
