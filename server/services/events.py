"""Events of a visit: what a clinician says with a button stands, is decided by and acted on, until it is cleared."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.domain import events as rules
from server.domain.actors import Account, Actor
from server.domain.decisions import StoredDecision
from server.domain.errors import NotFoundError
from server.domain.events import ConvertReason, Event
from server.domain.facts import Party, Question, Statement
from server.domain.ids import AccountId, CaseId, VisitId
from server.domain.policy import FactValue, Stage
from server.domain.visits import Visit
from server.services import trail
from server.services.access import case_for, visit_for
from server.services.decisions import Decisions
from server.storage import accounts, cases, decisions, statements
from server.storage.database import Connection, Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that stands, what was asked, and who said it; None where the service cannot name them."""

    word: Statement
    question: Question
    by: Account | None


class Events:
    """Raises and clears what stands against a visit by video."""

    def __init__(self, database: Database, decisions: Decisions, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._decisions = decisions
        self._clock = clock

    async def standing(self, actor: Actor, visit_id: VisitId) -> tuple[Standing, ...]:
        """List what stands in a visit's case until a named clinician clears it, the oldest first."""
        async with self._database.read() as connection:
            visit = await visit_for(connection, actor, visit_id)
            return await self._standing(connection, visit.case_id)

    async def standing_in(self, actor: Actor, case_id: CaseId) -> tuple[Standing, ...]:
        """List what stands in a case until a named clinician clears it, the oldest first."""
        async with self._database.read() as connection:
            await case_for(connection, actor, case_id)
            return await self._standing(connection, case_id)

    async def raise_event(
        self, actor: Actor, visit_id: VisitId, event: Event, reason: ConvertReason | None, note: str
    ) -> StoredDecision:
        """Let an event stand, decide anew, and have somebody call where it is an emergency.

        Raises:
            ReasonMissingError: the visit is to be in person, and nobody says why.
            VisitMovedOnError: the visit is over.
        """
        why = rules.reason_to_raise(event, reason, note)
        async with self._database.write() as connection:
            visit = await visit_for(connection, actor, visit_id)
            rules.require_to_come(visit)
            stored = await self._say(connection, actor, visit, event.value, why, value=True)
            await self._record(connection, actor, "event.raised", visit)
        log.warning("event.raised", visit=visit_id, fact=event.value)
        return stored

    async def clear(self, actor: Actor, visit_id: VisitId, name: str, reason: str) -> StoredDecision:
        """Take back what stands, in this clinician's name and with a reason, and decide anew for the visit.

        Raises:
            ReasonMissingError: nobody says why.
            NotFoundError: nothing of this name stands.
        """
        why = rules.reason_to_clear(reason)
        async with self._database.write() as connection:
            visit = await visit_for(connection, actor, visit_id)
            await self._require_standing(connection, visit.case_id, name)
            stored = await self._say(connection, actor, visit, name, why, value=False)
            await self._record(connection, actor, "event.cleared", visit)
        log.warning("event.cleared", visit=visit_id, fact=name)
        return stored

    async def clear_in(self, actor: Actor, case_id: CaseId, name: str, reason: str) -> StoredDecision:
        """Take back what stands, also when the visit is long over, and decide anew about a time.

        Raises:
            ReasonMissingError: nobody says why.
            NotFoundError: nothing of this name stands.
        """
        why, now = rules.reason_to_clear(reason), self._clock()
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            await self._require_standing(connection, case_id, name)
            before = await decisions.newest(connection, case_id)
            word = Statement(name, False, Party.SPECIALIST, actor.id, now, None, why)
            await statements.add(connection, case_id, [word])
            stored = await self._decisions.decide(connection, actor, case, Stage.BOOKING)
            patient = await accounts.get(connection, case.patient_id)
            await self._decisions.tell_whose_turn(connection, patient, before, stored)
            await trail.record(connection, actor, "event.cleared", "case", case_id, now=now, case_id=case_id)
        log.warning("event.cleared", case=case_id, fact=name)
        return stored

    async def _standing(self, connection: Connection, case_id: CaseId) -> tuple[Standing, ...]:
        sheet = self._decisions.sheet
        words = rules.standing(await statements.of_case(connection, case_id), sheet)
        people = await accounts.of_ids(connection, {AccountId(one.said_by) for one in words})
        entries = sheet.entries
        return tuple(Standing(one, entries[one.name].question, people.get(AccountId(one.said_by))) for one in words)

    async def _require_standing(self, connection: Connection, case_id: CaseId, name: str) -> None:
        words = rules.standing(await statements.of_case(connection, case_id), self._decisions.sheet)
        if all(one.name != name for one in words):
            raise NotFoundError("This does not stand any more.")

    async def _say(
        self, connection: Connection, actor: Actor, visit: Visit, name: str, why: str, *, value: FactValue
    ) -> StoredDecision:
        stage = Stage.DURING_VISIT
        word = Statement(name, value, Party.SPECIALIST, actor.id, self._clock(), stage, why)
        await statements.add(connection, visit.case_id, [word], visit.id)
        case = await cases.get(connection, visit.case_id)
        return await self._decisions.decide(connection, actor, case, stage, visit=visit)

    async def _record(self, connection: Connection, actor: Actor, action: str, visit: Visit) -> None:
        await trail.record(connection, actor, action, "visit", visit.id, now=self._clock(), case_id=visit.case_id)
