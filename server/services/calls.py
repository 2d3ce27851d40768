"""Sees to it that somebody rings: an answer that worries us is a task at once, in the transaction of the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from server.domain import ids
from server.domain.actors import Account, Role
from server.domain.calls import alarming, call_sheet, said, worries
from server.domain.cases import Case
from server.domain.facts import FactSheet, Party
from server.domain.obstacles import alarms
from server.domain.paging import number_of
from server.domain.policy import FactValue
from server.domain.tasks import Task, TaskKind
from server.services.weighing import Weighing
from server.storage import decisions, tasks, whereabouts
from server.storage.database import Connection

log = structlog.get_logger()


async def see_to(
    connection: Connection, weighing: Weighing, sheet: FactSheet, answers: Mapping[str, FactValue | None]
) -> None:
    """Let a nurse call a person because of their new answers; an emergency among them is seen to by `alarm`."""
    urgent = alarming(sheet.policy, alarms(weighing.decision.fired, sheet.policy))
    because = worries(sheet, answers)
    if not because or not urgent.isdisjoint(answers):
        return
    lines = [said(sheet.entries[name].question, answers[name]) for name in because]
    case, patient = weighing.basis.case, weighing.basis.patient
    await ask_for(connection, TaskKind.NURSE_CALL, case, patient, lines, now=weighing.basis.now)


async def alarm(connection: Connection, weighing: Weighing) -> None:
    """Let the desk call at once where a decision, not kept yet, is an emergency, however it has come up.

    It is a new one if a rule fires that has not fired in the decision before, or if what it reads was said again. A
    call that nobody has taken on yet is put in other words then, so that one person is not called by two.
    """
    case, sheet = weighing.basis.case, weighing.basis.rule.sheet
    fired = alarms(weighing.decision.fired, sheet.policy)
    if not fired:
        return
    before = await decisions.newest(connection, case.id)
    reads = alarming(sheet.policy, fired)
    again = before is not None and any(
        one.name in reads and one.said_as is not Party.SYSTEM and one.said_at > before.decided_at
        for one in weighing.basis.said
    )
    if before is not None and set(fired) <= set(before.fired) and not again:
        return
    told = {name: weighing.facts.get(name) for name in sheet.entries if name in reads}
    lines = [said(sheet.entries[name].question, value) for name, value in told.items()]
    note = await _note_of_the_day(connection, weighing, lines)
    known = await tasks.of_kinds(connection, case.id, (TaskKind.EMERGENCY,))
    waiting = next((task for task in known if task.done_at is None and task.claimed_at is None), None)
    if waiting is None:
        await _put(connection, TaskKind.EMERGENCY, case, note, weighing.basis.now)
    else:
        await tasks.word(connection, replace(waiting, note=note))


async def ask_for(
    connection: Connection, kind: TaskKind, case: Case, patient: Account, lines: Iterable[str], *, now: datetime
) -> None:
    """Put a call on the desk's list, unless the same call is on it already."""
    await _put(connection, kind, case, call_sheet(number_of(case, patient), _name(case, patient), lines), now)


async def _put(connection: Connection, kind: TaskKind, case: Case, note: str, now: datetime) -> None:
    waiting = await tasks.open_of(connection, case.id, Role.SCHEDULER)
    if any(task.kind == kind and task.note == note for task in waiting):
        return
    await tasks.add(connection, Task(ids.new(), case.id, kind, Role.SCHEDULER, note, now))
    log.warning("call.needed", case=case.id, kind=kind.value)


async def _note_of_the_day(connection: Connection, weighing: Weighing, lines: Iterable[str]) -> str:
    """Word a call; at a visit with the number and the address that the patient gave for where they are."""
    case, patient, visit_id = weighing.basis.case, weighing.basis.patient, weighing.basis.visit_id
    place = await whereabouts.newest(connection, visit_id) if visit_id else None
    if place is None:
        return call_sheet(number_of(case, patient), _name(case, patient), lines)
    return call_sheet(place.callback, _name(case, patient), (f"They said they are at {place.address}.", *lines))


def _name(case: Case, patient: Account) -> str:
    return str(case.answers.get("name") or patient.name)
