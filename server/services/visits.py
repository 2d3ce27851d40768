"""Visits: who may come in, with which ticket, and what the meeting changes in the record."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from server.domain import appointments as appointment_rules
from server.domain import visits as rules
from server.domain.actors import Account, Actor, Role
from server.domain.appointment_refusals import VisitElsewhereError
from server.domain.appointments import Appointment, AppointmentStatus
from server.domain.cases import Case
from server.domain.errors import DomainError, NotFoundError
from server.domain.ids import AccountId, VisitId
from server.domain.visits import Visit, VisitStatus
from server.services import trail
from server.services.access import visit_for
from server.services.check_in import CheckIns
from server.services.tickets import TicketRefusedError, Tickets
from server.storage import accounts, appointments, cases, claims
from server.storage import sign_in as sessions
from server.storage.database import Connection, Database
from signaling import ids as signaling_ids
from signaling.codes import CloseCode
from signaling.errors import AdmissionRefusedError
from signaling.rights import Member
from signaling.rights import Role as VisitRole
from signaling.room import Presence
from signaling.roster import SeatState
from signaling.steps import News, Notice

ROLES: Mapping[Role, VisitRole] = {
    Role.PATIENT: VisitRole.PATIENT,
    Role.COMPANION: VisitRole.COMPANION,
    Role.INTERPRETER: VisitRole.INTERPRETER,
    Role.SPECIALIST: VisitRole.SPECIALIST,
}

log = structlog.get_logger()


class VisitNotOpenError(DomainError):
    """The door is not open yet, or not any more."""

    code = "visit-not-open"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A visit with everything its page says."""

    visit: Visit
    appointment: Appointment
    patient: Account
    specialist: Account


@dataclass(frozen=True, slots=True)
class Pass:
    """What lets one page in, once."""

    ticket: str
    expires_at: datetime
    relay_only: bool


class Visits:
    """Everything about a visit but its signaling, which is handed `admit` and `heard`."""

    def __init__(
        self,
        database: Database,
        tickets: Tickets,
        check_ins: CheckIns,
        changed: Callable[[], None],
        here: Callable[[], Mapping[signaling_ids.VisitId, Sequence[Presence]]],
        clock: Callable[[], datetime],
        *,
        relay: bool,
    ) -> None:
        """Call `changed` whenever people who are in a visit have to learn of it; `relay`: the hospital has one.

        `here` lists who is in a visit of this process now.
        """
        self._database = database
        self._tickets = tickets
        self._check_ins = check_ins
        self._changed = changed
        self._here = here
        self._relay = relay
        self._clock = clock
        self._noting: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    async def get(self, actor: Actor, visit_id: VisitId) -> Meeting:
        """Return a visit that this person may know of."""
        async with self._database.read() as connection:
            return await _meeting(connection, await visit_for(connection, actor, visit_id))

    async def join(self, actor: Actor, visit_id: VisitId) -> Pass:
        """Give a ticket for one `hello`.

        Raises:
            VisitElsewhereError: the visit is in person.
            VisitNotOpenError: it is too early, too late, or the visit is over.
        """
        now = self._clock()
        async with self._database.write() as connection:
            visit = await visit_for(connection, actor, visit_id)
            if not self._is_inside(visit, actor):
                await _require_here(connection, visit)
                _require_open(visit, now)
            await self._check_ins.recognise(connection, actor, visit)
            await trail.record(connection, actor, "visit.joining", "visit", visit.id, now=now, case_id=visit.case_id)
        return Pass(*self._tickets.make(visit_id, actor.id, actor.session, now), visit.relay_only)

    async def hide_addresses(self, actor: Actor, visit_id: VisitId, *, hidden: bool) -> Meeting:
        """Keep people's addresses from each other in one visit, or not any more. Who is in it gets other paths at once.

        Raises:
            VisitMovedOnError: the visit is over.
            NoRelayError: there is no relay to go through.
        """
        async with self._database.write() as connection:
            before = await visit_for(connection, actor, visit_id)
            visit = rules.hide_addresses(before, hidden=hidden, relay=self._relay)
            if visit != before:
                await appointments.hide_addresses(connection, visit.id, hidden=hidden)
                action = "visit.addresses-hidden" if hidden else "visit.addresses-shown"
                now = self._clock()
                await trail.record(connection, actor, action, "visit", visit.id, now=now, case_id=visit.case_id)
            meeting = await _meeting(connection, visit)
        self._changed()
        return meeting

    async def admit(self, visit_id: signaling_ids.VisitId, token: str) -> Member:
        """Turn a ticket into a member of the visit, once; a patient may be let in from there only after check-in.

        Raises:
            AdmissionRefusedError: the ticket is not good, or what it stands for has ended since.
        """
        now, visit = self._clock(), VisitId(visit_id)
        try:
            ticket = self._tickets.read(token, visit, now)
            async with self._database.write() as connection:
                if not await sessions.spend_ticket(connection, ticket.jti, now):
                    raise TicketRefusedError("This ticket was used before.")
                account = await accounts.get(connection, ticket.account_id)
                if not account.active or not await _still_in(connection, account.id, ticket.session):
                    raise TicketRefusedError("This sign-in has ended.")
                actor = Actor(account, ticket.session, None)
                found = await visit_for(connection, actor, visit)
                inside = self._is_inside(found, actor)
                if not inside:
                    await _require_here(connection, found)
                    _require_open(found, now)
                case = await cases.get(connection, found.case_id)
                gated = actor.id == case.patient_id and found.admitted_decision_id is None and not inside
                gate = await self._check_ins.gate(connection, found) if gated else None
                found = await appointments.visit(connection, visit)  # the gate's decision says whether with pictures
        except TicketRefusedError as error:
            raise AdmissionRefusedError(CloseCode.AUTH, "") from error
        except NotFoundError as error:
            raise AdmissionRefusedError(CloseCode.NO_VISIT, "") from error
        except VisitElsewhereError as error:
            raise AdmissionRefusedError(CloseCode.DENIED, "") from error
        except VisitNotOpenError as error:
            raise AdmissionRefusedError(CloseCode.VISIT_ENDED, "") from error
        member = _member(actor, case, found)
        return replace(member, admissible=gate.admissible, reason=gate.reason) if gate else member

    def heard(self, visit_id: signaling_ids.VisitId, notice: Notice) -> None:
        """Take note of what happened in a visit; the record follows in a moment."""
        task = asyncio.create_task(self._note(VisitId(visit_id), notice))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def settle(self) -> None:
        """Wait until everything heard is in the record."""
        while self._noting:
            await asyncio.gather(*self._noting, return_exceptions=True)

    async def upcoming(self, actor: Actor, since: datetime, until: datetime) -> tuple[Meeting, ...]:
        """List the visits of a specialist, or of everybody for the desk, that start in [since, until)."""
        own = actor.id if actor.role is Role.SPECIALIST else None
        async with self._database.read() as connection:
            listed = await appointments.between(connection, since, until, own)
            visit_of = await appointments.visits_of(connection, [one.id for one in listed])
            people = await accounts.of_ids(connection, _everybody(listed))
        return tuple(
            Meeting(visit_of[one.id], one, people[one.patient_id], people[one.specialist_id]) for one in listed
        )

    def _is_inside(self, visit: Visit, actor: Actor) -> bool:
        """Whether this person is in the room: a line that fails cuts nobody off from a visit that was moved."""
        seats = self._here().get(signaling_ids.VisitId(visit.id), ()) if visit.alive else ()
        return any(seat.member == signaling_ids.MemberId(actor.id) and seat.state is SeatState.IN for seat in seats)

    async def _note(self, visit_id: VisitId, notice: Notice) -> None:
        try:
            async with self._one_at_a_time, self._database.write() as connection:
                await self._write_down(connection, visit_id, notice)
        except DomainError as error:
            log.warning("visit.not-noted", visit=visit_id, news=notice.news.value, code=error.code)
        else:
            log.info("visit.noted", visit=visit_id, news=notice.news.value)

    async def _write_down(self, connection: Connection, visit_id: VisitId, notice: Notice) -> None:
        visit = await appointments.visit(connection, visit_id)
        appointment = await appointments.get(connection, visit.appointment_id)
        match notice.news:
            case News.WAITING if notice.member == signaling_ids.MemberId(appointment.patient_id):
                await _save(connection, appointment, _arrived(appointment, notice.at))
            case News.ADMITTED if notice.member == signaling_ids.MemberId(appointment.patient_id):
                decision_id = await self._check_ins.let_in_by(connection, visit)
                if decision_id is not None:
                    await appointments.save_visit(connection, rules.let_in(visit, decision_id), before=visit)
            case News.STARTED if visit.status is VisitStatus.PLANNED:
                await appointments.save_visit(connection, rules.begin(visit, now=notice.at), before=visit)
            case News.ENDED if visit.status is VisitStatus.IN_PROGRESS:
                await appointments.save_visit(connection, rules.finish(visit, now=notice.at), before=visit)
                await _save(connection, appointment, appointment_rules.fulfil(appointment, now=notice.at))
                await claims.release(connection, appointment=appointment.id)  # who is done early is free early
            case _:
                return


def _arrived(appointment: Appointment, now: datetime) -> Appointment:
    if appointment.status is not AppointmentStatus.BOOKED:
        return appointment
    return appointment_rules.arrive(appointment, now=now)


async def _save(connection: Connection, before: Appointment, after: Appointment) -> None:
    if after is not before:
        await appointments.save(connection, after)


async def _meeting(connection: Connection, visit: Visit) -> Meeting:
    appointment = await appointments.get(connection, visit.appointment_id)
    return Meeting(
        visit,
        appointment,
        await accounts.get(connection, appointment.patient_id),
        await accounts.get(connection, appointment.specialist_id),
    )


async def _still_in(connection: Connection, account_id: AccountId, session: str | None) -> bool:
    """Tell whether the session that asked for the ticket still lives; a program's token has none."""
    return session is None or await sessions.lives(connection, account_id, session)


def _member(actor: Actor, case: Case, visit: Visit) -> Member:
    account, role = actor.account, ROLES.get(actor.role)
    if role is None:
        raise AdmissionRefusedError(CloseCode.DENIED, "")
    return Member(
        id=signaling_ids.MemberId(account.id),
        role=role,
        label=account.name[:80],
        host=account.id == case.specialist_id,
        grant=actor.session or "",
        relay_only=visit.relay_only,
        sound_only=visit.sound_only,
    )


async def _require_here(connection: Connection, visit: Visit) -> None:
    """Let people come in by the link of a visit that is not in person, or of one that is over."""
    if visit.alive:
        appointment_rules.require_by_video(await appointments.get(connection, visit.appointment_id))


def _require_open(visit: Visit, now: datetime) -> None:
    if rules.is_open(visit, now):
        return
    if visit.status is VisitStatus.PLANNED and now < rules.opens_at(visit):
        raise VisitNotOpenError("The door opens 30 minutes before your visit. Please come back then.")
    raise VisitNotOpenError("This visit is over. What comes next stands on the page of your case.")


def _everybody(listed: tuple[Appointment, ...]) -> set[AccountId]:
    return {one.patient_id for one in listed} | {one.specialist_id for one in listed}
