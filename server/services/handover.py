"""A case goes to another specialist, because a visit is booked with them; the review of the first one stands."""

from collections.abc import Callable
from datetime import datetime

import structlog

from server.domain import cases as rules
from server.domain import ids, wording
from server.domain.actors import Account, Actor, Role
from server.domain.cases import Case
from server.domain.ids import AccountId
from server.domain.tasks import Task, TaskKind
from server.services import trail
from server.storage import accounts, cases, tasks
from server.storage.database import Connection

TO_READ = (
    "Read the case before the visit. {reader} read the records on {day}, and that review stands. "
    "The patient came to you because of the state they will be in on the day of the visit."
)

log = structlog.get_logger()


class Handover:
    """Gives cases to other specialists, inside the caller's transaction.

    From then on the case is the new specialist's, and the former one's no more: a case has one specialist.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def give(self, connection: Connection, actor: Actor, case: Case, to: AccountId) -> Account | None:
        """Let a case be the specialist's with whom it is booked; return the one who gives it up, if it is another."""
        if case.specialist_id is None or case.specialist_id == to:
            return None
        former, now = await accounts.get(connection, case.specialist_id), self._clock()
        await cases.save(connection, rules.hand_over(case, to))
        await tasks.add(connection, await self._task(connection, case, await accounts.get(connection, to), former, now))
        await trail.record(connection, actor, "case.handed-over", "case", case.id, now=now, case_id=case.id)
        log.info("case.handed-over", case=case.id, specialist=to)
        return former

    async def _task(self, connection: Connection, case: Case, to: Account, former: Account, now: datetime) -> Task:
        review = await cases.newest_review(connection, case.id)
        reader = former if review is None else await accounts.get(connection, review.specialist_id)
        read_at = review.created_at if review else now
        note = TO_READ.format(reader=reader.name, day=wording.date_in(read_at, to.zone))
        return Task(ids.new(), case.id, TaskKind.READ_CASE, Role.SPECIALIST, note, now, None, None)
