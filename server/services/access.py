"""Who may know of which object: one function per kind of object, and no other way to reach it.

Somebody else's object does not exist: the refusal is the same as for an id that was never given out.
"""

from server.domain import opinion_signing
from server.domain.actors import Account, Actor, Role
from server.domain.appointments import Appointment
from server.domain.cases import Case, CaseStatus
from server.domain.errors import NotFoundError
from server.domain.guests import GUESTS, Participation
from server.domain.ids import AccountId, AppointmentId, CaseId, DocumentId, UploadId, VisitId
from server.domain.opinions import Opinion, OpinionStatus
from server.domain.paging import page_key
from server.domain.records import Document
from server.domain.tasks import Task
from server.domain.uploads import Upload
from server.domain.visits import Visit
from server.storage import accounts, appointments, cases, documents, guests, opinions, tasks, uploads
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
    if not await concerns(connection, actor, await appointments.visit_of(connection, appointment.id)):
        raise NotFoundError("There is no such appointment.")
    return appointment


async def visit_for(connection: Connection, actor: Actor, visit_id: VisitId) -> Visit:
    """Return a visit of a case that this person may know of.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    visit = await appointments.visit(connection, visit_id)
    if not await concerns(connection, actor, visit):
        raise NotFoundError("There is no such visit.")
    return visit


async def concerns(connection: Connection, actor: Actor, visit: Visit) -> bool:
    """Tell whether this person may know of a visit: one of their case, and for an interpreter, one of their own."""
    if actor.role in GUESTS:
        return await guests.takes_part(connection, visit.case_id, actor.id, visit.id)
    return await _knows(connection, actor, await cases.get(connection, visit.case_id))


async def guest_for(connection: Connection, actor: Actor, case_id: CaseId, participation_id: str) -> Participation:
    """Return the part of a guest whom this person may send away: a patient's companion, and anybody for the desk.

    Raises:
        NotFoundError: there is none, or it is not theirs to end.
    """
    await case_for(connection, actor, case_id)
    part = await guests.get(connection, case_id, participation_id)
    if actor.role is Role.PATIENT and part.visit_id is not None:
        raise NotFoundError("There is no such guest.")
    return part


async def upload_for(connection: Connection, actor: Actor, upload_id: UploadId) -> Upload:
    """Return an upload that this person began.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    upload = await uploads.get(connection, upload_id)
    if upload.owner_id != actor.id:
        raise NotFoundError("There is no such upload.")
    await case_for(connection, actor, upload.case_id)
    return upload


async def document_for(connection: Connection, actor: Actor, document_id: DocumentId) -> Document:
    """Return a document of a case that this person may know of.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    document = await documents.get(connection, document_id)
    await case_for(connection, actor, document.case_id)
    return document


async def opinion_for(connection: Connection, actor: Actor, case_id: CaseId, *, lock: bool = False) -> Opinion:
    """Return a case's opinion: a draft to the specialist alone, a signed one to the patient too, if it is as signed.

    Raises:
        NotFoundError: there is none that this person may know of.
        OpinionAlteredError: it is not as it was signed.
    """
    await case_for(connection, actor, case_id)
    opinion = await opinions.of_case(connection, case_id, lock=lock)
    if opinion is None or not _reads(actor, opinion):
        raise NotFoundError("There is no such opinion.")
    if opinion.signature is not None:
        opinion_signing.verify(opinion)
    return opinion


def _reads(actor: Actor, opinion: Opinion) -> bool:
    if actor.role is Role.PATIENT:
        return opinion.status is OpinionStatus.SIGNED
    return actor.role is Role.SPECIALIST


async def task_for(connection: Connection, actor: Actor, task_id: str) -> Task:
    """Return a task of this person's role, or one about which they were paged.

    The desk's may be of a request that was never sent: an emergency.

    Raises:
        NotFoundError: there is none, or it is not theirs.
    """
    task = await tasks.get(connection, task_id)
    if not await _does(connection, actor, task) and not await tasks.was_paged(connection, actor.id, page_key(task.id)):
        raise NotFoundError("There is no such task.")
    return task


async def specialist_for(connection: Connection, actor: Actor, specialist_id: AccountId) -> Account:
    """Return a specialist whose hours this person may know: their own, or everybody's for the desk.

    Raises:
        NotFoundError: there is none, or they are not theirs to know.
    """
    specialist = await accounts.get(connection, specialist_id)
    if specialist.role is not Role.SPECIALIST or (actor.role is Role.SPECIALIST and actor.id != specialist.id):
        raise NotFoundError("There is no such specialist.")
    return specialist


async def _does(connection: Connection, actor: Actor, task: Task) -> bool:
    if task.role is not actor.role:
        return False
    return actor.role is Role.SCHEDULER or await _knows(connection, actor, await cases.get(connection, task.case_id))


async def _knows(connection: Connection, actor: Actor, case: Case) -> bool:
    match actor.role:
        case Role.PATIENT:
            return case.patient_id == actor.id
        case Role.SPECIALIST:
            return case.specialist_id == actor.id and case.status is CaseStatus.ACCEPTED
        case Role.SCHEDULER:
            return case.status is not CaseStatus.DRAFT
        case Role.COMPANION | Role.INTERPRETER:
            return await guests.takes_part(connection, case.id, actor.id)
        case Role.ADMIN | Role.COMPLIANCE:
            return False
