"""The records a case needs, and where each stands, for everybody who may look at the list."""

from collections.abc import Callable
from datetime import datetime

import structlog

from server.domain import checklist
from server.domain.actors import Actor
from server.domain.cases import Case
from server.domain.checklist import DocumentFact, RecordsStanding
from server.domain.checklist_file import Checklists as ChecklistFiles
from server.domain.documents import DocumentStatus
from server.domain.errors import ConflictError, NotFoundError
from server.domain.ids import CaseId
from server.services import trail
from server.services.access import case_for
from server.storage import documents, uploads, waivers
from server.storage.database import Connection, Database

NOTHING_ASKED_ELSEWHERE: frozenset[str] = frozenset()

log = structlog.get_logger()


class Checklists:
    """Derives the list of a case, and lets staff waive what it can do without."""

    def __init__(self, database: Database, files: ChecklistFiles, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    async def of(self, actor: Actor, case_id: CaseId) -> RecordsStanding:
        """Say where every record of a case stands."""
        async with self._database.read() as connection:
            return await self.within(connection, await case_for(connection, actor, case_id))

    async def waive(self, actor: Actor, case_id: CaseId, item: str, reason: str) -> RecordsStanding:
        """Let the case go on without a record.

        Raises:
            NotFoundError: there is no such case or record.
            ConflictError: it is waived already.
        """
        now = self._clock()
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            if item not in {line.item.key for line in (await self.within(connection, case)).lines}:
                raise NotFoundError("There is no such record on the list.")
            if not await waivers.add(connection, case.id, item, reason, actor.id, now):
                raise ConflictError("Somebody has said already that the case goes on without this record.")
            await trail.record(connection, actor, "checklist.waived", "case", case.id, now=now, case_id=case.id)
            standing = await self.within(connection, case)
        log.info("checklist.waived", case=case_id, item=item)
        return standing

    async def within(self, connection: Connection, case: Case) -> RecordsStanding:
        """Say where every record of a case stands, to somebody who may know of it."""
        arrived = [
            DocumentFact(one.kind, one.status, one.reason or "", one.dated)
            for one in await documents.of_case(connection, case.id)
        ]
        on_the_way = [
            DocumentFact(one.kind, DocumentStatus.UPLOADING) for one in await uploads.open_of(connection, case.id)
        ]
        return checklist.standing(
            self._files.for_answers(case.answers),
            answers=case.answers,
            documents=arrived + on_the_way,
            waivers=await waivers.of_case(connection, case.id),
            requested=NOTHING_ASKED_ELSEWHERE,
            today=self._clock().date(),
        )
