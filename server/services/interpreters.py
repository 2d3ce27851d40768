"""Interpreters are booked like rooms: assigned to one visit, their time is taken, and it follows the visit."""

from collections.abc import Callable
from datetime import datetime

import structlog

from server.domain import ids
from server.domain.actors import Account, Role
from server.domain.appointment_refusals import SlotTakenError
from server.domain.appointments import Appointment
from server.domain.guests import (
    INTERPRETER,
    AlreadyInvitedError,
    InterpreterBusyError,
    NoSuchInterpreterError,
    Participation,
)
from server.domain.ids import AccountId
from server.domain.tasks import Task, TaskKind
from server.domain.visits import Visit
from server.services.invitations import Invitations
from server.storage import accounts, claims, guests, tasks
from server.storage.claims import Span
from server.storage.database import Connection

ANOTHER = "The visit has moved, and its interpreter has another visit at the new time. Please assign another one."

log = structlog.get_logger()


class Interpreters:
    """Who interprets in which visit, inside the caller's transaction."""

    def __init__(self, invitations: Invitations, clock: Callable[[], datetime]) -> None:
        self._invitations = invitations
        self._clock = clock

    async def assign(
        self, connection: Connection, visit: Visit, appointment: Appointment, interpreter: AccountId, by: AccountId
    ) -> tuple[Participation, Account]:
        """Let an interpreter into one visit, and take their time.

        Raises:
            NoSuchInterpreterError: nobody of this id is an interpreter.
            AlreadyInvitedError: they are in this visit already.
            InterpreterBusyError: they have another visit then; the transaction cannot go on.
        """
        found = {one.id: one for one in await accounts.of_role(connection, Role.INTERPRETER)}
        if interpreter not in found:
            raise NoSuchInterpreterError("Please choose one of the interpreters.")
        part = Participation(
            ids.new(), visit.case_id, interpreter, INTERPRETER, self._clock(), None, visit_id=visit.id, added_by=by
        )
        if not await guests.add(connection, part):
            raise AlreadyInvitedError("This interpreter is assigned to the visit already.")
        await self._take_time(connection, part, appointment)
        await self._invitations.seated(connection, part, appointment)
        return part, found[interpreter]

    async def release(self, connection: Connection, part: Participation, appointment: Appointment) -> None:
        """Give an interpreter's time back, and tell them."""
        await claims.release(connection, appointment=appointment.id, resource=part.account_id)
        await self._invitations.excused(connection, part, appointment)

    async def follow(self, connection: Connection, visit: Visit, before: Appointment, moved: Appointment) -> None:
        """Take the interpreters along to a visit's new time; whoever is busy then is let go, and the desk is told."""
        for part in await guests.of_visit(connection, visit.case_id, visit.id):
            if part.visit_id is None:
                continue
            now, span = self._clock(), _span(part, moved)
            if await claims.busy(connection, [part.account_id], span.start, span.end, now, without=moved.id):
                await guests.end(connection, part, now)
                await self._invitations.excused(connection, part, before)
                await self._tell_desk(connection, visit, now)
            else:
                await self._take_time(connection, part, moved)

    async def _take_time(self, connection: Connection, part: Participation, appointment: Appointment) -> None:
        try:
            await claims.take(connection, [_span(part, appointment)], now=self._clock(), appointment=appointment.id)
        except SlotTakenError as error:
            raise InterpreterBusyError("This interpreter has another visit at that time.") from error

    async def _tell_desk(self, connection: Connection, visit: Visit, now: datetime) -> None:
        task = Task(ids.new(), visit.case_id, TaskKind.INTERPRETER, Role.SCHEDULER, ANOTHER, now, None, None)
        await tasks.add(connection, task)
        log.info("interpreter.needed", case=visit.case_id, visit=visit.id)


def _span(part: Participation, appointment: Appointment) -> Span:
    return Span(part.account_id, appointment.start, appointment.end)
