"""Sees to it that somebody rings: an answer that worries us is a task at once, in the transaction of the answer."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import structlog

from server.domain import ids
from server.domain.actors import Account, Role
from server.domain.calls import call_sheet, said, warning_signs, worries
from server.domain.cases import Case
from server.domain.facts import FactSheet
from server.domain.policy import FactValue, Outcome
from server.domain.tasks import Task, TaskKind
from server.services.weighing import Weighing
from server.storage import tasks
from server.storage.database import Connection

log = structlog.get_logger()


async def see_to(
    connection: Connection, weighing: Weighing, sheet: FactSheet, answers: Mapping[str, FactValue | None]
) -> None:
    """Let the desk call a person whose new answers are an emergency, or make a nurse's call necessary."""
    urgent = weighing.decision.outcome is Outcome.EMERGENCY_NOW and not warning_signs(sheet.policy).isdisjoint(answers)
    told = weighing.facts if urgent else answers
    because = worries(told)
    if not because:
        return
    kind = TaskKind.EMERGENCY if urgent else TaskKind.NURSE_CALL
    lines = [said(sheet.entries[name].question, told[name]) for name in because]
    await ask_for(connection, kind, weighing.basis.case, weighing.basis.patient, lines, now=weighing.basis.now)


async def ask_for(
    connection: Connection, kind: TaskKind, case: Case, patient: Account, lines: Iterable[str], *, now: datetime
) -> None:
    """Put a call on the desk's list, unless the same call is on it already."""
    waiting = await tasks.open_of(connection, case.id, Role.SCHEDULER)
    phone = str(case.answers.get("phone") or patient.phone)
    name = str(case.answers.get("name") or patient.name)
    note = call_sheet(phone, name, lines)
    if any(task.kind == kind and task.note == note for task in waiting):
        return
    await tasks.add(connection, Task(ids.new(), case.id, kind, Role.SCHEDULER, note, now, None, None))
    log.warning("call.needed", case=case.id, kind=kind.value)
