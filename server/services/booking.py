"""Holding, booking, moving and cancelling a time: each is one transaction, and the database settles every race."""

from collections.abc import Callable
from datetime import datetime, timedelta

from server.domain import appointments as rules
from server.domain import ids, visits
from server.domain.actors import Account, Actor
from server.domain.appointment_refusals import SlotTakenError
from server.domain.appointments import Appointment
from server.domain.cases import Case
from server.domain.errors import ConflictError, NotFoundError
from server.domain.ids import AppointmentId, CaseId, HoldId, VisitId
from server.domain.services import MODES, SERVICES
from server.domain.slot_tokens import SlotOffer
from server.domain.visits import Visit
from server.services import trail
from server.services.access import appointment_for, case_for, concerns
from server.services.decisions import Decisions
from server.services.handover import Handover
from server.services.holds import Holds
from server.services.interpreters import Interpreters
from server.services.invitations import Invitations
from server.services.openings import spans
from server.services.slots import Slot, Slots
from server.storage import accounts, appointments, claims
from server.storage.claims import Hold
from server.storage.database import Connection, Database

ALTERNATIVES = 3
LOOK_AHEAD = timedelta(days=14)


class TakenError(SlotTakenError):
    """The time is gone; `extra` offers the next ones."""

    def __init__(self, message: str, slots: tuple[Slot, ...]) -> None:
        super().__init__(message)
        self.slots = slots
        self.extra = {
            "alternatives": [
                {
                    "start": slot.start.isoformat().replace("+00:00", "Z"),
                    "end": slot.end.isoformat().replace("+00:00", "Z"),
                    "specialist": slot.specialist.id,
                    "mode": slot.mode.value,
                    "token": slot.token,
                }
                for slot in slots
            ]
        }


class Booking:
    """Everything that takes or gives back time."""

    def __init__(
        self,
        database: Database,
        slots: Slots,
        decisions: Decisions,
        invitations: Invitations,
        interpreters: Interpreters,
        withdrawn: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Call `withdrawn` whenever a visit that people may be waiting in is called off, or is elsewhere now."""
        self._database = database
        self._slots = slots
        self._decisions = decisions
        self._invitations = invitations
        self._interpreters = interpreters
        self._withdrawn = withdrawn
        self._clock = clock
        self._holds = Holds(slots, decisions, clock)
        self._handover = Handover(clock)

    async def hold(self, actor: Actor, token: str) -> Hold:
        """Keep an offered time for some minutes.

        Raises:
            TakenError: it is gone; the next ones are offered.
            NotBookableError: the rule does not say video.
        """
        offer = self._slots.read(token)
        try:
            async with self._database.write() as connection:
                return await self._holds.take(connection, actor, offer)
        except SlotTakenError as error:
            raise await self._taken(actor, offer) from error

    async def release(self, actor: Actor, hold_id: HoldId) -> None:
        """Give a held time back.

        Raises:
            NotFoundError: there is no such hold of this person.
        """
        async with self._database.write() as connection:
            await self._holds.release(connection, actor, hold_id)

    async def book(self, actor: Actor, token: str) -> tuple[Appointment, Visit]:
        """Book an offered time.

        Raises:
            TakenError: it is gone; the next ones are offered.
            NotBookableError: the rule does not say video.
            AlreadyBookedError: the case has a visit to come.
        """
        offer = self._slots.read(token)
        try:
            async with self._database.write() as connection:
                case = await case_for(connection, actor, offer.case_id)
                return await self._book(connection, actor, case, offer)
        except SlotTakenError as error:
            raise await self._taken(actor, offer) from error

    async def book_hold(self, actor: Actor, hold_id: HoldId) -> tuple[Appointment, Visit]:
        """Book a time that is held for this person.

        Raises:
            HoldEndedError: the hold is over.
            NotBookableError: the rule does not say video any more.
        """
        async with self._database.write() as connection:
            offer = await self._holds.use(connection, actor, hold_id)
            case = await case_for(connection, actor, offer.case_id)
            return await self._book(connection, actor, case, offer)

    async def get(self, actor: Actor, appointment_id: AppointmentId) -> tuple[Appointment, Visit]:
        """Return an appointment and its visit."""
        async with self._database.read() as connection:
            appointment = await appointment_for(connection, actor, appointment_id)
            return appointment, await appointments.visit_of(connection, appointment.id)

    async def of_case(self, actor: Actor, case_id: CaseId) -> tuple[tuple[Appointment, Visit], ...]:
        """List a case's appointments with their visits, the newest first."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            found = await appointments.of_case(connection, case.id)
            visit_of = await appointments.visits_of(connection, [one.id for one in found])
            theirs = [one for one in found if await concerns(connection, actor, visit_of[one.id])]
        return tuple((one, visit_of[one.id]) for one in theirs)

    async def calendar_file(self, actor: Actor, appointment_id: AppointmentId) -> bytes:
        """Make the calendar file of this person."""
        async with self._database.write() as connection:  # a link may have to be made known
            appointment = await appointment_for(connection, actor, appointment_id)
            return await self._invitations.file_for(connection, actor.account, appointment)

    async def reschedule(
        self, actor: Actor, appointment_id: AppointmentId, token: str, version: int | None
    ) -> tuple[Appointment, Visit]:
        """Move an appointment to an offered time; if that fails, the old time stands.

        Raises:
            TakenError: the new time is gone; the next ones are offered.
            ConflictError: the appointment is not the version the caller saw.
        """
        offer = self._slots.read(token)
        try:
            async with self._database.write() as connection:
                appointment = await self._current(connection, actor, appointment_id, version)
                case = await case_for(connection, actor, offer.case_id)
                if appointment.case_id != case.id:
                    raise NotFoundError("There is no such appointment.")
                moved, visit = await self._move(connection, actor, case, appointment, offer)
        except SlotTakenError as error:
            raise await self._taken(actor, offer) from error
        self._withdrawn()  # who waits at the door of a visit that is elsewhere now, or another one's, hears of it
        return moved, visit

    async def cancel(
        self, actor: Actor, appointment_id: AppointmentId, reason: str, version: int | None
    ) -> tuple[Appointment, Visit]:
        """Call an appointment off and give the time back.

        Raises:
            ConflictError: the appointment is not the version the caller saw.
        """
        now = self._clock()
        async with self._database.write() as connection:
            appointment = await self._current(connection, actor, appointment_id, version)
            before = await appointments.visit_of(connection, appointment.id)
            cancelled, visit = rules.cancel(appointment, reason), visits.cancel(before, now=now)
            await claims.release(connection, appointment=appointment.id)
            await appointments.save(connection, cancelled)
            await appointments.save_visit(connection, visit, before=before)
            await self._record(connection, actor, "appointment.cancelled", cancelled)
            await self._invitations.cancelled(connection, cancelled)
        self._withdrawn()
        return cancelled, visit

    async def _book(
        self, connection: Connection, actor: Actor, case: Case, offer: SlotOffer
    ) -> tuple[Appointment, Visit]:
        weighing = await self._slots.confirm(connection, case, offer)
        decision = await self._decisions.keep(connection, actor, weighing)
        specialist = await accounts.get(connection, offer.specialist_id)
        patient = await accounts.get(connection, case.patient_id)
        appointment = rules.book(
            AppointmentId(ids.new()),
            case.id,
            patient_id=patient.id,
            specialist_id=specialist.id,
            start=offer.start,
            end=offer.end,
            patient_zone=patient.zone,
            specialist_zone=specialist.zone,
            mode=MODES[offer.service],
            decision_id=decision.id,
            now=self._clock(),
        )
        visit = visits.plan(VisitId(ids.new()), appointment.id, case.id, offer.start)
        await appointments.add(connection, appointment, visit)
        await self._claim(connection, appointment)
        await self._record(connection, actor, "appointment.booked", appointment)
        former = await self._handover.give(connection, actor, case, appointment.specialist_id)
        await self._invitations.booked(connection, appointment, former)
        return appointment, visit

    async def _move(
        self, connection: Connection, actor: Actor, case: Case, appointment: Appointment, offer: SlotOffer
    ) -> tuple[Appointment, Visit]:
        weighing = await self._slots.confirm(connection, case, offer, moving=appointment.id)
        decision = await self._decisions.keep(connection, actor, weighing)
        specialist: Account = await accounts.get(connection, offer.specialist_id)
        moved = rules.reschedule(
            appointment,
            specialist_id=specialist.id,
            specialist_zone=specialist.zone,
            start=offer.start,
            end=offer.end,
            mode=MODES[offer.service],
            decision_id=decision.id,
            now=self._clock(),
        )
        before = await appointments.visit_of(connection, appointment.id)
        visit = visits.postpone(before, offer.start)
        await claims.release(connection, appointment=appointment.id)
        await self._claim(connection, moved)
        await self._interpreters.follow(connection, visit, appointment, moved)
        await appointments.save(connection, moved)
        await appointments.save_visit(connection, visit, before=before)
        await self._record(connection, actor, "appointment.moved", moved)
        former = await self._handover.give(connection, actor, case, moved.specialist_id)
        await self._invitations.booked(connection, moved, former)
        return moved, visit

    async def _claim(self, connection: Connection, appointment: Appointment) -> None:
        who, service = (appointment.patient_id, appointment.specialist_id), SERVICES[appointment.mode]
        wanted = spans(*who, appointment.start, appointment.end, service)
        await claims.take(connection, wanted, now=self._clock(), appointment=appointment.id)

    async def _current(
        self, connection: Connection, actor: Actor, appointment_id: AppointmentId, version: int | None
    ) -> Appointment:
        appointment = await appointment_for(connection, actor, appointment_id)
        if version is not None and version != appointment.version:
            raise ConflictError(appointments.MOVED)
        return appointment

    async def _record(self, connection: Connection, actor: Actor, action: str, appointment: Appointment) -> None:
        now = self._clock()
        await trail.record(
            connection, actor, action, "appointment", appointment.id, now=now, case_id=appointment.case_id
        )

    async def _taken(self, actor: Actor, offer: SlotOffer) -> TakenError:
        since = max(self._clock(), offer.start - timedelta(days=1))
        found = await self._slots.search(actor, offer.case_id, since, since + LOOK_AHEAD)
        same_way = found.slots(MODES[offer.service])
        nearest = sorted(same_way, key=lambda slot: abs(slot.start - offer.start))[:ALTERNATIVES]
        return TakenError(claims.TAKEN, tuple(sorted(nearest, key=lambda slot: slot.start)))
