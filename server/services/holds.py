"""Holding a time for some minutes, so that nobody takes it while somebody decides."""

from collections.abc import Callable
from datetime import datetime, timedelta

from server.domain import ids
from server.domain.actors import Actor
from server.domain.errors import DomainError, NotFoundError
from server.domain.ids import HoldId
from server.domain.services import MODES, SERVICES
from server.domain.slot_tokens import SlotOffer
from server.services.access import case_for
from server.services.decisions import Decisions
from server.services.openings import spans
from server.services.slots import Slots
from server.storage import claims
from server.storage.claims import Hold
from server.storage.database import Connection

HOLD_LIFE = timedelta(minutes=5)


class HoldEndedError(DomainError):
    """The hold is over: used, released, or too old."""

    code = "hold-ended"


class Holds:
    """Takes times for some minutes, inside the caller's transaction."""

    def __init__(self, slots: Slots, decisions: Decisions, clock: Callable[[], datetime]) -> None:
        self._slots = slots
        self._decisions = decisions
        self._clock = clock

    async def take(self, connection: Connection, actor: Actor, offer: SlotOffer) -> Hold:
        """Keep an offered time.

        Raises:
            SlotTakenError: it is gone.
            NotBookableError: the rule does not allow it.
        """
        now, case = self._clock(), await case_for(connection, actor, offer.case_id)
        decision = await self._decisions.keep(connection, actor, await self._slots.confirm(connection, case, offer))
        hold = Hold(
            id=HoldId(ids.new()),
            case_id=case.id,
            specialist_id=offer.specialist_id,
            held_by=actor.id,
            start_at=offer.start,
            end_at=offer.end,
            expires_at=now + HOLD_LIFE,
            state="held",
            service=offer.service,
            decision_id=decision.id,
        )
        await claims.add_hold(connection, hold)
        wanted = spans(case.patient_id, hold.specialist_id, hold.start_at, hold.end_at, SERVICES[MODES[hold.service]])
        await claims.take(connection, wanted, now=now, hold=hold.id, expires_at=hold.expires_at)
        return hold

    async def release(self, connection: Connection, actor: Actor, hold_id: HoldId) -> None:
        """Give a held time back.

        Raises:
            NotFoundError: there is no such hold of this person.
        """
        hold = await self._own(connection, actor, hold_id)
        if await claims.end_hold(connection, hold.id, "released"):
            await claims.release(connection, hold=hold.id)

    async def use(self, connection: Connection, actor: Actor, hold_id: HoldId) -> SlotOffer:
        """End a hold for the sake of booking its time, and return what was offered.

        Raises:
            HoldEndedError: the hold is over.
            NotFoundError: there is no such hold of this person.
        """
        now, hold = self._clock(), await self._own(connection, actor, hold_id)
        if hold.expires_at <= now or not await claims.end_hold(connection, hold.id, "booked"):
            raise HoldEndedError("We could keep this time for five minutes only. Please choose a time again.")
        await claims.release(connection, hold=hold.id)
        return SlotOffer(hold.service, hold.specialist_id, hold.start_at, hold.end_at, hold.case_id, now)

    async def _own(self, connection: Connection, actor: Actor, hold_id: HoldId) -> Hold:
        hold = await claims.hold(connection, hold_id)
        if hold.held_by != actor.id:
            raise NotFoundError("There is no such hold.")
        return hold
