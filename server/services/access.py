"""Who may know of which object: one function per kind of object, and no other way to reach it.

Somebody else's object does not exist: the refusal is the same as for an id that was never given out.
"""

from server.domain.actors import Actor, Role
from server.domain.appointments import Appointment
from server.domain.cases import Case, CaseStatus
from server.domain.errors import NotFoundError
from server.domain.ids import AppointmentId, CaseId, VisitId
from server.domain.tasks import Task
from server.domain.visits import Visit
from server.storage import appointments, cases, tasks
from server.storage.database import Connection


async def case_for(connection: Connection, actor: Actor, case_id: CaseId) -> Case:
    """Return a case that this person may know of.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    case = await cases.get(connection, case_id)
    if not await _knows(connection, actor, case):
        raise NotFoundError("There is no such case.")
    return case


async def appointment_for(connection: Connection, actor: Actor, appointment_id: AppointmentId) -> Appointment:
    """Return an appointment of a case that this person may know of.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    appointment = await appointments.get(connection, appointment_id)
    await case_for(connection, actor, appointment.case_id)
    return appointment


async def visit_for(connection: Connection, actor: Actor, visit_id: VisitId) -> Visit:
    """Return a visit of a case that this person may know of.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    visit = await appointments.visit(connection, visit_id)
    await case_for(connection, actor, visit.case_id)
    return visit


async def task_for(connection: Connection, actor: Actor, case_id: CaseId, task_id: str) -> Task:
    """Return a task of this person's role. The desk's may be of a request that was never sent: an emergency.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    task = await tasks.get(connection, case_id, task_id)
    if task.role is not actor.role:
        raise NotFoundError("There is no such task.")
    if actor.role is not Role.SCHEDULER:
        await case_for(connection, actor, case_id)
    return task


async def _knows(connection: Connection, actor: Actor, case: Case) -> bool:
    match actor.role:
        case Role.PATIENT:
            return case.patient_id == actor.id
        case Role.SPECIALIST:
            return case.specialist_id == actor.id and case.status is CaseStatus.ACCEPTED
        case Role.SCHEDULER:
            return case.status is not CaseStatus.DRAFT
        case Role.COMPANION | Role.INTERPRETER:
            return await cases.takes_part(connection, case.id, actor.id)
        case Role.ADMIN | Role.COMPLIANCE:
            return False
