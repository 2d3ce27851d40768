"""What people find when they come in: their cases, each with where it stands."""

from dataclasses import dataclass

from server.domain.actors import Actor
from server.domain.ids import CaseId
from server.domain.standing import Standing
from server.services.cases import CaseFile, Cases
from server.services.stages import Stages
from server.storage.database import Database


@dataclass(frozen=True, slots=True)
class Row:
    """A case on somebody's desk."""

    file: CaseFile
    standing: Standing


class Desk:
    """Lists the cases of a person with where they stand."""

    def __init__(self, database: Database, cases: Cases, stages: Stages) -> None:
        self._database = database
        self._cases = cases
        self._stages = stages

    async def rows(self, actor: Actor) -> tuple[Row, ...]:
        """List every case that this person may know of, what waits longest first."""
        async with self._database.read() as connection:
            files = await self._cases.files(connection, actor)
            stands = await self._stages.within(connection, [file.case for file in files])
        rows = (Row(file, stands[file.case.id]) for file in files)
        return tuple(sorted(rows, key=lambda row: row.standing.since))

    async def row(self, actor: Actor, case_id: CaseId) -> Row:
        """Return one case as its page shows it; that staff have read it is written down."""
        file = await self._cases.read(actor, case_id)
        async with self._database.read() as connection:
            stands = await self._stages.within(connection, (file.case,))
        return Row(file, stands[case_id])
