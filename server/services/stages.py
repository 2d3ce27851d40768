"""Where cases stand, gathered from their neighbours and told by one pure function."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from server.domain import checklist, requests
from server.domain.actors import Account, Actor, Role
from server.domain.cases import Case, editable
from server.domain.checklist import IN_HAND, DocumentFact, ItemState, Waiver
from server.domain.checklist_file import Checklists
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.ids import AccountId, CaseId
from server.domain.policy import Outcome
from server.domain.requests import Form
from server.domain.stage import Records, Situation
from server.domain.standing import Standing, standing
from server.domain.tasks import TaskKind
from server.services.access import case_for
from server.storage import accounts, stage
from server.storage.database import Connection, Database
from server.storage.documents import ON_THE_TABLE
from server.storage.stage import Surroundings

NOBODY_YET = "your specialist"
THERE = IN_HAND | {ItemState.WAIVED}


class Stages:
    """Tells where cases stand."""

    def __init__(
        self,
        database: Database,
        form: Callable[[], Form],
        zone: ZoneInfo,
        checklists: Checklists,
        clock: Callable[[], datetime],
    ) -> None:
        """`form` gives what requests ask, by the policy in force."""
        self._database = database
        self._form = form
        self._zone = zone
        self._checklists = checklists
        self._clock = clock

    async def of(self, actor: Actor, case_id: CaseId) -> Standing:
        """Say where a case stands."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            return (await self.within(connection, (case,)))[case.id]

    async def within(self, connection: Connection, cases: Collection[Case]) -> dict[CaseId, Standing]:
        """Say where each of these cases stands, to somebody who may know of them."""
        around = await stage.around(connection, [case.id for case in cases], TaskKind.EMERGENCY)
        readers = {one.reading.by for one in around.values() if one.reading and one.reading.by}
        people = await accounts.of_ids(connection, {one.specialist_id for one in cases if one.specialist_id} | readers)
        now = self._clock()
        return {
            case.id: standing(self._situation(case, around[case.id], people), now=now, zone=self._zone)
            for case in cases
        }

    def _situation(self, case: Case, around: Surroundings, people: Mapping[AccountId, Account]) -> Situation:
        specialist = people.get(case.specialist_id) if case.specialist_id else None
        reader = people.get(around.reading.by) if around.reading and around.reading.by else specialist
        arrivals = [one.created_at for one in around.held if one.status in ON_THE_TABLE]
        emergency_at = around.called_at or case.created_at
        return Situation(
            case_id=case.id,
            status=case.status,
            created_at=case.created_at,
            submitted_at=case.submitted_at,
            screened_at=case.screened_at,
            emergency_at=emergency_at if self._is_emergency(case) else None,
            specialist=specialist.name if specialist else NOBODY_YET,
            reader=reader.name if reader else NOBODY_YET,
            records=Records(self._missing(case, around), max(arrivals, default=None)),
            reading=around.reading,
            outcome=_outcome(around),
            meeting=around.meeting,
            signed_at=around.signed_at,
        )

    def _is_emergency(self, case: Case) -> bool:
        """Whether an emergency stops a request that is not sent yet."""
        return editable(case) and bool(requests.emergencies(self._form(), case.answers))

    def _missing(self, case: Case, around: Surroundings) -> int:
        """Count the records that a case needs and does not have."""
        told = checklist.standing(
            self._checklists.for_answers(case.answers),
            answers=case.answers,
            documents=[DocumentFact(DocumentKind(one.kind), DocumentStatus(one.status)) for one in around.held],
            waivers=[Waiver(item, "", Role.SCHEDULER) for item in around.waived],
            requested=frozenset(),
            today=self._clock().astimezone(self._zone).date(),
        )
        return sum(line.required and line.state not in THERE for line in told.lines)


def _outcome(around: Surroundings) -> Outcome | None:
    """Take the in-person rule's latest word, if it came with the review or after it."""
    if around.outcome is None or around.reading is None:
        return None
    outcome, decided_at = around.outcome
    return outcome if decided_at >= around.reading.at else None
