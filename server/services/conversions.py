"""Conversions: a visit under way gets a time at the clinic before anybody hangs up. The call goes on meanwhile."""

from server.domain import conversions as rules
from server.domain.actors import Actor
from server.domain.appointments import Appointment
from server.domain.ids import VisitId
from server.domain.visits import Visit
from server.services.access import visit_for
from server.services.booking import Booking
from server.services.events import Events
from server.services.slots import Slots
from server.storage.database import Database


class Conversions:
    """Moves a visit to the clinic for its own specialist, who books nothing else."""

    def __init__(self, database: Database, events: Events, slots: Slots, booking: Booking) -> None:
        self._database = database
        self._events = events
        self._slots = slots
        self._booking = booking

    async def convert(self, actor: Actor, visit_id: VisitId, token: str) -> tuple[Appointment, Visit]:
        """Move a visit that goes on to an offered time at the clinic; if that fails, everything stays as it is.

        Raises:
            VisitMovedOnError: the visit is not under way.
            NotConvertedError: nobody has said that it has to be in person, or the time is another kind of time.
            TakenError: the time is gone; the next ones are offered.
            NotBookableError: the rule does not say in person.
        """
        async with self._database.read() as connection:
            visit = await visit_for(connection, actor, visit_id)
        standing = [one.word for one in await self._events.standing(actor, visit_id)]
        rules.require_convertible(visit, standing, self._slots.offered(token, visit.case_id), actor.id)
        return await self._booking.reschedule(actor, visit.appointment_id, token, None)
