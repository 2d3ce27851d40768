"""What every request goes through, from the outside in."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import hdrs, web

from server.domain import ids
from server.domain.actors import Actor
from server.domain.errors import BusyError, DomainError, NotFoundError
from server.http import cookies, csrf, headers, problems
from server.http.api import ACTOR
from server.http.bodies import BodyTooLargeError, MalformedBodyError
from server.http.pages.routes import page_problem
from server.http.problems import (
    AmbiguousCredentialsError,
    CrossSiteError,
    MethodNotAllowedError,
    NotSignedInError,
    TooManyRequestsError,
)
from server.keys import HOSTS, LOOPBACK, SIGN_IN

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BEARER = re.compile(r"Bearer ([\w-]{20,100})")
OPEN = ("/static/", "/healthz", "/readyz", "/metrics")


@web.middleware
async def outermost(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Number the request, dress the answer, and let no fault of ours reach people as anything but a plain sentence."""
    request_id = ids.new()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request_id)
    try:
        response = await _answer(request, handler)
    except Exception as error:
        if isinstance(error, ConnectionResetError) and _is_gone(request):
            log.info("request.abandoned", route=_route(request))
        else:
            log.exception("request.broken", route=_route(request))
        response = problems.broken()
    if not response.prepared:
        response.headers["X-Request-Id"] = request_id
        headers.dress(request, response, loopback=request.app[LOOPBACK])
        if cookies.NEW_BROWSER in request:
            cookies.write(response, cookies.BROWSER, request[cookies.NEW_BROWSER], cookies.BROWSER_SECONDS)
    if isinstance(response, web.HTTPException):
        raise response  # aiohttp wants its redirects raised; those that handlers returned end here too
    return response


@web.middleware
async def our_hosts_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only under the names we go by: links are built from the configuration, never from the request."""
    given = request.headers.getall(hdrs.HOST, [])
    name = urlsplit(f"//{given[0]}").hostname if len(given) == 1 else None
    if name is None or not request.app[HOSTS](name) or "://" in request.raw_path:
        return web.Response(status=421, text="This service does not go by that name.\n")
    return await handler(request)


@web.middleware
async def who(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who is asking, and that a changing request with a cookie came from our own page."""
    if request.path.startswith(OPEN):
        return await handler(request)
    sent = request.headers.getall(hdrs.AUTHORIZATION, [])
    cookie = cookies.read(request, cookies.SESSION)
    if len(sent) > 1 or (sent and cookie):
        raise AmbiguousCredentialsError("Send one credential only.")
    actor = await _by_token(request, sent[0]) if sent else await _by_cookie(request, cookie)
    if actor is not None:
        request[ACTOR] = actor
    return await handler(request)


async def _by_token(request: web.Request, sent: str) -> Actor:
    match = BEARER.fullmatch(sent)
    actor = await request.app[SIGN_IN].recognise_token(match[1]) if match else None
    if actor is None:
        raise NotSignedInError("This access token is not valid.")
    return actor


async def _by_cookie(request: web.Request, cookie: str | None) -> Actor | None:
    actor = await request.app[SIGN_IN].recognise(cookie) if cookie else None
    if actor is not None or not request.path.startswith("/api/"):
        await csrf.check(request)
    return actor


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        if "\x00" in request.path:  # NUL cannot be stored as text, so nothing of ours has it in its name
            raise NotFoundError(problems.NOT_FOUND)
        return await handler(request)
    except DomainError as error:
        return await _refused(request, error)
    except web.HTTPException as error:
        return error if error.status < web.HTTPBadRequest.status_code else await _refused(request, _as_refusal(error))


async def _refused(request: web.Request, error: DomainError) -> web.StreamResponse:
    if request.path.startswith("/api/"):
        return problems.render(error)
    if isinstance(error, NotSignedInError) and request.method in csrf.SAFE:
        return web.HTTPSeeOther(f"/sign-in?next={quote(request.path)}")
    return page_problem(request, error)


def _as_refusal(error: web.HTTPException) -> DomainError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        return MethodNotAllowedError("This address does not take that.", ", ".join(sorted(error.allowed_methods)))
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return BodyTooLargeError("That is more than this address takes.")
    if isinstance(error, web.HTTPTooManyRequests):
        return TooManyRequestsError("That was very often. Please wait a little.", int(error.headers["Retry-After"]))
    made = {400: MalformedBodyError, 403: CrossSiteError, 503: BusyError}.get(error.status, NotFoundError)
    return made(error.reason or problems.NOT_FOUND)


def _is_gone(request: web.Request) -> bool:
    """Whether nobody is there any more to hear the answer."""
    return request.transport is None or request.transport.is_closing()


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "-"
