"""Uploads on the wire: tus 1.0.0 (plain handlers, for it is headers and bytes), and the list to go on from elsewhere.

Tus is not in the OpenAPI document: the protocol describes itself, and `OPTIONS` says which parts of it we speak.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from pydantic import AwareDatetime

from server.domain import tus
from server.domain.documents import DocumentKind
from server.domain.errors import DomainError
from server.domain.ids import UploadId
from server.domain.permissions import Action, require
from server.domain.tus import Create, Patch
from server.domain.uploads import Upload
from server.http import problems
from server.http.api import BASE, Routes, Shape, actor_of, case_of
from server.http.idempotency import replayable
from server.http.limits import BUCKETS
from server.http.problems import MethodNotAllowedError
from server.http.steady_body import steadily
from server.keys import UPLOADS

routes = Routes("records")

Handler = Callable[[web.Request], Awaitable[web.Response]]


class UnfinishedOut(Shape):
    """A file that has not arrived in full; `HEAD` on its address says how much of it has."""

    id: str
    address: str
    kind: DocumentKind
    filename: str
    size: int
    created_at: AwareDatetime
    expires_at: AwareDatetime


class UnfinishedListOut(Shape):
    """One's own unfinished uploads of a case, and how large a file may be."""

    max_size: int
    uploads: list[UnfinishedOut]


@routes.add("GET", "/cases/{case}/uploads", action=Action.DOCUMENT_UPLOAD)
async def unfinished(request: web.Request) -> UnfinishedListOut:
    """List my unfinished uploads of a case, so that another device can go on with them."""
    service = request.app[UPLOADS]
    found = await service.open_of(actor_of(request), case_of(request))
    return UnfinishedListOut(max_size=service.limits.file_bytes, uploads=[_shape(upload) for upload in found])


def mount(app: web.Application) -> None:
    """Put the protocol's addresses into the application."""
    both, one = f"{BASE}/uploads", f"{BASE}/uploads/{{upload}}"
    app.router.add_route("OPTIONS", both, _options)
    app.router.add_route("OPTIONS", one, _options)
    app.router.add_route("POST", both, partial(_speak, {"POST": _create}))
    in_place = partial(_speak, {"HEAD": _standing, "PATCH": _append, "DELETE": _give_up})
    for method in ("HEAD", "PATCH", "DELETE", "POST"):
        app.router.add_route(method, one, in_place)


async def _speak(handlers: dict[str, Handler], request: web.Request) -> web.Response:
    """Answer in the protocol's way, whatever becomes of the request."""
    try:
        method = tus.method_of(request.method, request.headers.items())
        if method not in handlers:
            raise MethodNotAllowedError("This address does not take that.", ", ".join(handlers))
        tus.check_version(request.headers.items())
        require(actor_of(request), Action.DOCUMENT_UPLOAD)
        return await handlers[method](request)
    except DomainError as error:
        response = problems.render(error)
        response.headers.update(tus.refusal_headers(error))
        return response


async def _options(request: web.Request) -> web.Response:
    return web.Response(status=204, headers=tus.options_headers(max_bytes=request.app[UPLOADS].limits.file_bytes))


async def _create(request: web.Request) -> web.Response:
    actor = actor_of(request)
    request.app[BUCKETS].take("upload", actor.id)
    create = tus.parse_create(request.headers.items(), max_bytes=request.app[UPLOADS].limits.file_bytes)
    same = f"{create.length} {create.metadata.header}".encode()
    response = await replayable(request, actor.id, same, partial(_begin, request, create))
    response.headers["Tus-Resumable"] = tus.VERSION
    return response


async def _begin(request: web.Request, create: Create) -> web.Response:
    """Begin an upload, with its first bytes if they came along; if those are refused, there is no upload."""
    uploads, actor = request.app[UPLOADS], actor_of(request)
    upload_id = await uploads.begin(actor, create)
    if create.with_body:
        first = Patch(0, request.content_length, create.checksum)
        try:
            standing = await uploads.append(actor, upload_id, first, steadily(request.content))
        except DomainError:
            await uploads.give_up(actor, upload_id)
            raise
    else:
        standing, _ = await uploads.standing(actor, upload_id)
    return web.Response(status=201, headers=tus.created_headers(_address(upload_id), standing))


async def _standing(request: web.Request) -> web.Response:
    standing, metadata = await request.app[UPLOADS].standing(actor_of(request), _id(request))
    return web.Response(status=200, headers=tus.head_headers(standing, metadata))


async def _append(request: web.Request) -> web.Response:
    patch = tus.parse_patch(request.headers.items())
    body = steadily(request.content)
    standing = await request.app[UPLOADS].append(actor_of(request), _id(request), patch, body)
    return web.Response(status=204, headers=tus.progress_headers(standing))


async def _give_up(request: web.Request) -> web.Response:
    await request.app[UPLOADS].give_up(actor_of(request), _id(request))
    return web.Response(status=204, headers={"Tus-Resumable": tus.VERSION})


def _shape(upload: Upload) -> UnfinishedOut:
    return UnfinishedOut(
        id=upload.id,
        address=_address(upload.id),
        kind=upload.kind,
        filename=upload.filename,
        size=upload.length,
        created_at=upload.created_at,
        expires_at=upload.expires_at,
    )


def _address(upload_id: UploadId) -> str:
    return f"{BASE}/uploads/{upload_id}"


def _id(request: web.Request) -> UploadId:
    return UploadId(request.match_info["upload"])
