"""Makes a decision's needs into tasks for named roles: what is missing is opened, what is settled is closed."""

from dataclasses import replace

import structlog

from server.domain import ids
from server.domain.cases import CaseStatus
from server.domain.follow_ups import FOLLOW_UPS, KINDS, FollowUp, rests, still, wanted
from server.domain.policy import Outcome
from server.domain.tasks import Task
from server.services import calls
from server.services.weighing import Weighing
from server.storage import tasks
from server.storage.database import Connection

log = structlog.get_logger()


async def see_to(connection: Connection, weighing: Weighing) -> None:
    """Do what follows from a decision, before it is kept: an emergency is called, and everybody gets their tasks.

    A request that is not accepted yet makes no task but a call.
    """
    await calls.alarm(connection, weighing)
    case = weighing.basis.case
    if case.status is not CaseStatus.ACCEPTED or weighing.decision.outcome is Outcome.EMERGENCY_NOW:
        return
    known = await tasks.of_kinds(connection, case.id, KINDS)
    for follow_up in FOLLOW_UPS:
        await _see_to(connection, weighing, follow_up, [task for task in known if task.kind == follow_up.kind])


async def _see_to(connection: Connection, weighing: Weighing, follow_up: FollowUp, known: list[Task]) -> None:
    decision, now = weighing.decision, weighing.basis.now
    because = wanted(decision, follow_up)
    standing = next((task for task in known if task.done_at is None), None)
    if standing is not None:
        because |= still(standing.because, decision, weighing.facts, weighing.basis.rule.policy)
        if not because:
            await tasks.finish(connection, standing, None, now)
            log.info("task.settled", task=standing.id, case=standing.case_id, kind=standing.kind)
        elif because != set(standing.because):
            await tasks.word(connection, replace(standing, because=sorted(because)))
    elif because and not rests(known, because, now):
        case_id = weighing.basis.case.id
        note = follow_up.words
        task = Task(ids.new(), case_id, follow_up.kind, follow_up.role, note, now, because=sorted(because))
        await tasks.add(connection, task)
        log.info("task.opened", task=task.id, case=case_id, kind=follow_up.kind.value)
