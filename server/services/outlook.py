"""Looks ahead at the visits that are booked: a licence may end, or a rule change, and nobody says a word.

What people say is decided on when they say it, and what grows too old is asked anew at check-in. What is left are the
hospital's own facts; where they stand against a booked visit now, the patient and the staff hear of it in time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from server.domain.appointments import Appointment, AppointmentStatus, Mode
from server.domain.policy import Outcome, Stage
from server.domain.ways import LICENSED_IN, way
from server.services import rounds
from server.services.decisions import Decisions
from server.services.weighing import Weighing
from server.storage import appointments, cases, decisions
from server.storage.database import Connection, Database

EVERY_SECONDS = 3600
AHEAD = timedelta(days=400)  # further than anybody books

log = structlog.get_logger()


class Outlook:
    """Decides again about every visit by video that is to come, and keeps what is new."""

    def __init__(self, database: Database, decides: Decisions, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._decisions = decides
        self._clock = clock

    async def run(self) -> None:
        """Look for as long as the service runs."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Look at every visit once; each in a transaction of its own, so that nobody waits for all."""
        now = self._clock()
        async with self._database.read() as connection:
            listed = await appointments.between(connection, now, now + AHEAD)
        booked = [one for one in listed if one.mode is Mode.VIDEO and one.status is AppointmentStatus.BOOKED]
        await rounds.each(booked, self._look_at)

    async def _look_at(self, booked: Appointment) -> None:
        async with self._database.write() as connection:
            await self._weigh(connection, booked)

    async def _weigh(self, connection: Connection, booked: Appointment) -> None:
        case = await cases.get(connection, booked.case_id)
        weighing = await self._decisions.weighed(connection, case, Stage.BOOKING, booked.start)
        before = await decisions.newest(connection, case.id, Stage.BOOKING)
        stood_against = before is not None and before.outcome is not Outcome.VIDEO_OK
        if before is None or weighing.is_told_by(before) or not (_stands_against(weighing) or stood_against):
            return
        now = await self._decisions.keep(connection, None, weighing)
        await self._decisions.tell_whose_turn(connection, weighing.basis.patient, before, now)
        log.info("visit.looked-at", case=case.id, appointment=booked.id, outcome=now.outcome.value)


def _stands_against(weighing: Weighing) -> bool:
    """Whether the visit has to be in person by what is known, or nobody has looked up where one may practise."""
    return way(weighing.decision, weighing.facts) is Mode.IN_PERSON or LICENSED_IN in weighing.decision.asks
