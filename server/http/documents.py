"""Documents: what arrived in a case, the bytes, pictures of them, and the specialist's word.

`content` gives the original, byte for byte what `sha256` names. `copy` gives it as it may be opened: nothing stands in
front of a scan. `picture` and `pages` are drawn anew and hold nothing of the original but what can be seen.
"""

from datetime import date
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import AwareDatetime, Field

from server.domain.actors import Actor, Role
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.errors import ConflictError
from server.domain.file_names import content_disposition
from server.domain.ids import DocumentId
from server.domain.permissions import Action
from server.domain.records import (
    MOST_WORDS,
    Document,
    InQuarantineError,
    Judgement,
    NotKeptError,
    Scan,
    StillCheckedError,
)
from server.http.api import Routes, Shape, actor_of, case_of, if_match
from server.http.byte_ranges import RangeNotSatisfiableError, range_of
from server.http.problems import InvalidBodyError
from server.http.values import Text
from server.keys import DOCUMENTS
from server.services.documents import Listed
from server.services.file_refusals import (
    BlobDamagedError,
    BlobMissingError,
    NoPreviewError,
    NoSuchPageError,
    UnreadableDocumentError,
)

routes = Routes("records")

BYTES = "application/octet-stream"
ALONE = "sandbox; default-src 'none'"
READING = (StillCheckedError, NotKeptError, InQuarantineError, BlobMissingError, BlobDamagedError)
SHOWING = (*READING, NoPreviewError, UnreadableDocumentError)
MOST_PAGES = 100_000


class NamedInScan(Shape):
    """Whom a scan names as its patient."""

    name: str
    birth_date: date | None


class DocumentOut(Shape):
    """A document. `size` and `sha256` are the original's; `sha256` is empty while it is still checked.

    `same_as` names an earlier document of the case with the same bytes.
    """

    id: str
    case_id: str
    upload_id: str
    kind: DocumentKind
    filename: str
    media_type: str
    size: int
    sha256: str
    status: DocumentStatus
    reason: str | None
    scan: Scan
    withheld: bool = Field(description="It waits for the virus scanner and cannot be read yet")
    pages: int
    picture: bool = Field(description="Whether `/picture` shows it")
    modality: str | None
    dated: date | None
    named_in_scan: NamedInScan | None = Field(description="For the specialist only")
    same_as: str | None
    judged_at: AwareDatetime | None
    created_at: AwareDatetime
    version: int


class DocumentsOut(Shape):
    """All documents of a case, the oldest first."""

    documents: list[DocumentOut]


class JudgeIn(Shape):
    """What the specialist says of a document; the patient reads the words."""

    judgement: Judgement
    words: Annotated[str, Text(MOST_WORDS)] = ""


@routes.add("GET", "/cases/{case}/documents", action=Action.DOCUMENT_READ)
async def listed(request: web.Request) -> DocumentsOut:
    """List the documents of a case."""
    actor = actor_of(request)
    found = await request.app[DOCUMENTS].of_case(actor, case_of(request))
    return DocumentsOut(documents=[shape(request, actor, one) for one in found])


@routes.add("GET", "/documents/{document}", action=Action.DOCUMENT_READ)
async def show(request: web.Request) -> DocumentOut:
    """Look at what is known of a document."""
    actor = actor_of(request)
    return shape(request, actor, await request.app[DOCUMENTS].get(actor, _id(request)))


@routes.add(
    "GET",
    "/documents/{document}/content",
    action=Action.DOCUMENT_READ,
    refuses=(*READING, RangeNotSatisfiableError),
    media_type=BYTES,
)
async def content(request: web.Request) -> web.Response:
    """Download the original, whole or a range of it."""
    readable = await request.app[DOCUMENTS].open(actor_of(request), _id(request))
    size = readable.document.size
    wanted = range_of(request.headers.get(hdrs.RANGE), size)
    start, stop = wanted or (0, size)
    headers = _download(readable.document) | {"Accept-Ranges": "bytes", "Content-Length": str(stop - start)}
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return web.Response(status=206 if wanted else 200, headers=headers, body=readable.original(start, stop))


@routes.add("HEAD", "/documents/{document}/content", action=Action.DOCUMENT_READ, refuses=READING, media_type=BYTES)
async def content_length(request: web.Request) -> web.Response:
    """Ask how large the original is, and whether ranges of it can be had."""
    document = (await request.app[DOCUMENTS].get(actor_of(request), _id(request))).document
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(document.size)}
    return web.Response(headers=_download(document) | headers)


@routes.add("GET", "/documents/{document}/copy", action=Action.DOCUMENT_READ, refuses=READING, media_type=BYTES)
async def copy(request: web.Request) -> web.Response:
    """Download a copy that is safe to open."""
    readable = await request.app[DOCUMENTS].open(actor_of(request), _id(request))
    headers = _download(readable.document) | {"Content-Length": str(readable.document.size)}
    return web.Response(headers=headers, body=readable.copy())


@routes.add("GET", "/documents/{document}/picture", action=Action.DOCUMENT_READ, refuses=SHOWING, media_type="image/*")
async def picture(request: web.Request) -> web.Response:
    """See a picture, or the first frame of a scan."""
    return _drawn(*await request.app[DOCUMENTS].picture(actor_of(request), _id(request)))


@routes.add(
    "GET",
    "/documents/{document}/pages/{page}",
    action=Action.DOCUMENT_READ,
    refuses=(*SHOWING, NoSuchPageError),
    media_type="image/*",
)
async def page(request: web.Request) -> web.Response:
    """See a page of a paper, counted from 1."""
    digits = request.match_info["page"]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MOST_PAGES))):
        raise NoSuchPageError("This document has no such page.")
    return _drawn(*await request.app[DOCUMENTS].page(actor_of(request), _id(request), int(digits)))


@routes.add(
    "POST",
    "/documents/{document}/judge",
    action=Action.DOCUMENT_JUDGE,
    refuses=(ConflictError, InvalidBodyError, StillCheckedError, NotKeptError),
)
async def judge(request: web.Request, body: JudgeIn) -> DocumentOut:
    """Say what a document is worth; `If-Match` keeps from judging what has changed."""
    actor = actor_of(request)
    judged = await request.app[DOCUMENTS].judge(actor, _id(request), body.judgement, body.words, if_match(request))
    return shape(request, actor, judged)


def shape(request: web.Request, actor: Actor, listed: Listed) -> DocumentOut:
    """Put a document on the wire."""
    document, summary = listed.document, listed.document.summary
    return DocumentOut(
        id=document.id,
        case_id=document.case_id,
        upload_id=document.upload_id,
        kind=document.kind,
        filename=document.filename,
        media_type=document.media_type,
        size=document.size,
        sha256=document.sha256,
        status=document.status,
        reason=document.reason,
        scan=document.scan,
        withheld=request.app[DOCUMENTS].withheld(actor, document),
        pages=document.pages,
        picture="width" in summary or "modality" in summary,
        modality=summary.get("modality") or None,
        dated=document.dated,
        named_in_scan=_named(document) if actor.role is Role.SPECIALIST else None,
        same_as=listed.same_as,
        judged_at=document.judged_at,
        created_at=document.created_at,
        version=document.version,
    )


def _named(document: Document) -> NamedInScan | None:
    name, birth_date = document.summary.get("patient_name"), document.summary.get("birth_date")
    if not (name or birth_date):
        return None
    return NamedInScan(name=name or "", birth_date=date.fromisoformat(birth_date) if birth_date else None)


def _download(document: Document) -> dict[str, str]:
    return {
        "Content-Type": BYTES,
        "Content-Disposition": content_disposition(document.filename),
        "Content-Security-Policy": ALONE,
    }


def _drawn(media_type: str, data: bytes) -> web.Response:
    headers = {"Content-Security-Policy": ALONE, "Content-Disposition": "inline"}
    return web.Response(body=data, content_type=media_type, headers=headers)


def _id(request: web.Request) -> DocumentId:
    return DocumentId(request.match_info["document"])
