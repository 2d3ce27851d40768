"""What the patient's plan said: written down by the patient or the desk, and counted once the desk stands behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import structlog

from server.domain import coverage as rules
from server.domain import ids
from server.domain.actors import Actor, Role
from server.domain.cases import Case, CaseMovedOnError, CaseStatus
from server.domain.coverage import Answers, Worksheet
from server.domain.errors import ConflictError
from server.domain.facts import Party, Statement
from server.domain.ids import CaseId
from server.domain.policy import FactValue, Stage
from server.domain.tasks import Task, TaskKind
from server.services import trail
from server.services.access import case_for
from server.services.decisions import Decisions
from server.storage import accounts, coverage, decisions, statements, tasks
from server.storage.database import Connection, Database

LOOK = "The patient has written down what their plan said. Look at it with them, and confirm it."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sheets:
    """A case's worksheets: the newest, and the newest that counts."""

    case: Case
    newest: Worksheet | None
    counts: Worksheet | None

    @property
    def version(self) -> int:
        """How many there are; it moves with every worksheet."""
        return self.newest.number if self.newest else 0


class Coverage:
    """Keeps the coverage worksheets, and says to the in-person rule what the plan said."""

    def __init__(self, database: Database, said_to: Decisions, zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._decisions = said_to
        self._zone = zone
        self._clock = clock

    @property
    def today(self) -> date:
        """The day it is at the hospital."""
        return self._clock().astimezone(self._zone).date()

    async def sheets(self, actor: Actor, case_id: CaseId) -> Sheets:
        """Return what is written down of a case's plan."""
        async with self._database.read() as connection:
            return await self._sheets(connection, await case_for(connection, actor, case_id))

    async def fill(self, actor: Actor, case_id: CaseId, answers: Answers, said_on: date, version: int | None) -> Sheets:
        """Keep what a plan said on a day. The desk's word counts at once; a patient's waits for the desk.

        Raises:
            InvalidValueError: an answer or the day cannot be.
            ConflictError: somebody else has filled in the worksheet since `version`.
            CaseMovedOnError: the request is not accepted.
        """
        checked = rules.check(answers, said_on, self.today)
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            if case.status is not CaseStatus.ACCEPTED:
                raise CaseMovedOnError("This can be filled in when the request is accepted.")
            before = await self._sheets(connection, case)
            if version is not None and version != before.version:
                raise ConflictError("Somebody else has filled in this worksheet since you opened it.")
            now = self._clock()
            sheet = Worksheet(ids.new(), case.id, before.version + 1, actor.id, actor.role, now, said_on, checked)
            await coverage.add(connection, sheet)
            await trail.record(connection, actor, "coverage.filled", "worksheet", sheet.id, now=now, case_id=case.id)
            await (self._count if sheet.confirmed else self._ask_the_desk)(connection, actor, case, sheet)
            log.info("coverage.filled", case=case.id, worksheet=sheet.id, counts=sheet.confirmed)
            return await self._sheets(connection, case)

    async def _count(self, connection: Connection, actor: Actor, case: Case, sheet: Worksheet) -> None:
        """Say to the in-person rule what the plan said, on the day of the call, and decide anew."""
        for task in await tasks.of_kinds(connection, case.id, (TaskKind.CONFIRM_COVERAGE,)):
            await tasks.finish(connection, task, actor.id, sheet.filled_at)
        told = rules.facts(sheet.answers)
        at = self._said_at(sheet, await statements.of_case(connection, case.id), told)
        said = [Statement(name, value, Party.SCHEDULER, actor.id, at) for name, value in told.items()]
        await statements.add(connection, case.id, said)
        before = await decisions.newest(connection, case.id, Stage.BOOKING)
        stored = await self._decisions.decide(connection, actor, case, Stage.BOOKING)
        patient = await accounts.get(connection, case.patient_id)
        await self._decisions.tell_whose_turn(connection, patient, before, stored)

    def _said_at(self, sheet: Worksheet, said: Iterable[Statement], told: dict[str, FactValue | None]) -> datetime:
        day_begins = datetime.combine(sheet.said_on, time(), self._zone)
        of_that_day = [
            one.said_at
            for one in said
            if one.name in told and one.said_at.astimezone(self._zone).date() == sheet.said_on
        ]
        return rules.said_at(sheet.said_on, sheet.filled_at, day_begins, max(of_that_day, default=None))

    async def _ask_the_desk(self, connection: Connection, actor: Actor, case: Case, sheet: Worksheet) -> None:
        waiting = await tasks.open_of(connection, case.id, Role.SCHEDULER)
        if any(task.kind == TaskKind.CONFIRM_COVERAGE for task in waiting):
            return
        task = Task(ids.new(), case.id, TaskKind.CONFIRM_COVERAGE, Role.SCHEDULER, LOOK, sheet.filled_at)
        await tasks.add(connection, task)

    async def _sheets(self, connection: Connection, case: Case) -> Sheets:
        known = await coverage.of_case(connection, case.id)
        counts = next((sheet for sheet in known if sheet.confirmed), None)
        return Sheets(case, known[0] if known else None, counts)
