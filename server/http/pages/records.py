"""The records of a case: the patient sends them, the specialist looks at them and judges, the desk sees the states."""

from typing import Annotated

from aiohttp import BodyPartReader, web
from pydantic import Field

from server.domain.actors import Role
from server.domain.documents import DocumentKind
from server.domain.errors import DomainError, InvalidValueError, NotFoundError
from server.domain.ids import CaseId, DocumentId, UploadId
from server.domain.permissions import Action
from server.domain.records import MOST_WORDS, Judgement
from server.domain.stage import CaseStage
from server.http import csrf, problems
from server.http.api import Shape, actor_of, case_of
from server.http.bodies import MalformedBodyError
from server.http.checklist import MOST_CHARACTERS
from server.http.form_parts import bytes_of, parts_of, text_of
from server.http.limits import BUCKETS
from server.http.pages.routes import Pages, form, render, see_other
from server.http.record_groups import CaseRecords, grouped, kinds_to_send
from server.http.values import Id, Text, words
from server.keys import CHECKLISTS, DESK, DOCUMENTS, REVIEWS, UPLOADS

pages = Pages()

TEMPLATES = {
    Role.PATIENT: "records/patient.html",
    Role.SPECIALIST: "records/specialist.html",
    Role.SCHEDULER: "records/scheduler.html",
}
SENDING = frozenset({CaseStage.RECORDS, CaseStage.MORE_RECORDS})
MOST_FILES = 100  # in one form
LONGEST_KIND = 40


class JudgeForm(Shape):
    """What the specialist says of a stack; `documents` are the ids of all its files."""

    documents: str = Field(min_length=1, max_length=200_000, pattern=r"^[0-9a-z]+( [0-9a-z]+)*$")
    judgement: Judgement
    words: Annotated[str, Text(MOST_WORDS)] = ""
    back: str = Field(default="", max_length=20)


class WaiveForm(Shape):
    """Why the case goes on without a record."""

    reason: Annotated[str, words(MOST_CHARACTERS)]


class UploadForm(Shape):
    """An upload to throw away."""

    upload: Id


async def case_records(request: web.Request, case_id: CaseId) -> CaseRecords:
    """Gather the records of a case as the reader may see them; `case/_records.html` shows them."""
    actor = actor_of(request)
    standing = await request.app[CHECKLISTS].of(actor, case_id)
    if actor.role is Role.SCHEDULER:
        return grouped(actor, case_id, standing, ())
    documents = request.app[DOCUMENTS]
    listed = await documents.of_case(actor, case_id)
    withheld = frozenset(one.document.id for one in listed if documents.withheld(actor, one.document))
    unfinished = await request.app[UPLOADS].open_of(actor, case_id) if actor.role is Role.PATIENT else ()
    return grouped(actor, case_id, standing, listed, withheld=withheld, unfinished=unfinished)


@pages.get("/cases/{case}/records", action=Action.CHECKLIST_READ)
async def records(request: web.Request) -> web.Response:
    """Show the records of a case to whoever works with them."""
    return await _show(request)


@pages.post("/cases/{case}/records", action=Action.DOCUMENT_UPLOAD)
async def send(request: web.Request) -> web.StreamResponse:
    """Take files in from a form without script, each whole or not at all."""
    try:
        sent = await _take_files(request)
        if not sent:
            raise InvalidValueError("Please choose a file first.", "files")
    except NotFoundError:
        raise
    except DomainError as error:
        return await _show(request, error=str(error), status=problems.status_of(type(error)))
    return see_other(f"/cases/{case_of(request)}/records?sent={sent}#files-here")


@pages.post("/cases/{case}/records/give-up", action=Action.DOCUMENT_UPLOAD)
async def give_up(request: web.Request) -> web.StreamResponse:
    """Throw an upload away, or a file that nobody has worked with yet."""
    sent = await form(request, UploadForm)
    try:
        await request.app[UPLOADS].give_up(actor_of(request), UploadId(sent.upload))
    except NotFoundError:
        raise
    except DomainError as error:
        return await _show(request, error=str(error), status=problems.status_of(type(error)))
    return see_other(f"/cases/{case_of(request)}/records")


@pages.post("/cases/{case}/records/judge", action=Action.DOCUMENT_JUDGE)
async def judge(request: web.Request) -> web.StreamResponse:
    """Say what a file, or a series of pictures, is worth."""
    sent = await form(request, JudgeForm)
    for document in sent.documents.split():
        await request.app[DOCUMENTS].judge(
            actor_of(request), DocumentId(document), sent.judgement, sent.words, version=None
        )
    page = "/records" if sent.back == "records" else ""
    return see_other(f"/cases/{case_of(request)}{page}?document={sent.documents.split()[0]}#viewer")


@pages.post("/cases/{case}/checklist/{item}/waive", action=Action.CHECKLIST_WAIVE)
async def waive(request: web.Request) -> web.StreamResponse:
    """Let the case go on without a record."""
    sent = await form(request, WaiveForm)
    await request.app[CHECKLISTS].waive(actor_of(request), case_of(request), request.match_info["item"], sent.reason)
    return see_other(f"/cases/{case_of(request)}#checklist")


async def _show(request: web.Request, *, error: str = "", status: int = 200) -> web.Response:
    actor, case_id = actor_of(request), case_of(request)
    shown = await case_records(request, case_id)
    row = await request.app[DESK].row(actor, case_id)
    more = row.standing.stage is CaseStage.MORE_RECORDS
    return render(
        request,
        TEMPLATES[actor.role],
        status=status,
        records=shown,
        case=row.file.case,
        doctor=row.file.specialist.name if row.file.specialist else "Your specialist",
        turn=row.standing.stage in SENDING,
        review=await request.app[REVIEWS].newest(actor, case_id) if more else None,
        kinds=kinds_to_send(shown),
        kind=request.query.get("kind", "")[:LONGEST_KIND],
        chosen=request.query.get("document", ""),
        sheet=request.query.get("sheet", ""),
        sent=request.query.get("sent", ""),
        error=error,
    )


async def _take_files(request: web.Request) -> int:
    """Read a form part by part: what the files are, then the files."""
    if csrf.PARTS not in request:
        raise MalformedBodyError("Please choose a file first.")
    kind, taken = DocumentKind.OTHER, 0
    async for part in parts_of(request[csrf.PARTS]):
        if part.name == "kind":
            kind = _kind(await text_of(part, LONGEST_KIND))
        elif part.filename and taken < MOST_FILES:
            await _take_file(request, part, kind)
            taken += 1
    return taken


async def _take_file(request: web.Request, part: BodyPartReader, kind: DocumentKind) -> None:
    actor, most = actor_of(request), request.content_length or 0
    request.app[BUCKETS].take("upload", actor.id)
    await request.app[UPLOADS].receive(actor, case_of(request), kind, part.filename or "", most, bytes_of(part))


def _kind(said: str) -> DocumentKind:
    try:
        return DocumentKind(said)
    except ValueError:
        return DocumentKind.OTHER
