"""Visits: who may come in, with which ticket, and what the meeting changes in the record."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.domain import appointments as appointment_rules
from server.domain import visits as rules
from server.domain.actors import Account, Actor, Role
from server.domain.appointments import Appointment, AppointmentStatus
from server.domain.cases import Case
from server.domain.errors import DomainError, NotFoundError
from server.domain.ids import AccountId, VisitId
from server.domain.visits import Visit, VisitStatus
from server.services import trail
from server.services.access import visit_for
from server.services.tickets import TicketRefusedError, Tickets
from server.storage import accounts, appointments, cases, claims
from server.storage import sign_in as sessions
from server.storage.database import Connection, Database
from signaling import ids as signaling_ids
from signaling.codes import CloseCode
from signaling.errors import AdmissionRefusedError
from signaling.rights import Member
from signaling.rights import Role as VisitRole
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
        changed: Callable[[], None],
        clock: Callable[[], datetime],
        *,
        relay: bool,
    ) -> None:
        """Call `changed` whenever people who are in a visit have to learn of it; `relay`: the hospital has one."""
        self._database = database
        self._tickets = tickets
        self._changed = changed
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
            VisitNotOpenError: it is too early, too late, or the visit is over.
        """
        now = self._clock()
        async with self._database.write() as connection:
            visit = await visit_for(connection, actor, visit_id)
            _require_open(visit, now)
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
        """Turn a ticket into a member of the visit, once.

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
                _require_open(found, now)
                case = await cases.get(connection, found.case_id)
        except TicketRefusedError as error:
            raise AdmissionRefusedError(CloseCode.AUTH, "") from error
        except NotFoundError as error:
            raise AdmissionRefusedError(CloseCode.NO_VISIT, "") from error
        except VisitNotOpenError as error:
            raise AdmissionRefusedError(CloseCode.VISIT_ENDED, "") from error
        return _member(actor, case, found)

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
    )


def _require_open(visit: Visit, now: datetime) -> None:
    if rules.is_open(visit, now):
        return
    if visit.status is VisitStatus.PLANNED and now < rules.opens_at(visit):
        raise VisitNotOpenError("The door opens 30 minutes before your visit. Please come back then.")
    raise VisitNotOpenError("This visit is over. What comes next stands on the page of your case.")


def _everybody(listed: tuple[Appointment, ...]) -> set[AccountId]:
    return {one.patient_id for one in listed} | {one.specialist_id for one in listed}
