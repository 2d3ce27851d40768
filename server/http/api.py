"""Routes of the JSON interface: each declares who may call it and what it takes and gives.

A handler is `async def handler(request, body: Model, query: Model) -> Model`, with `body` and `query` only where it
has them. Its types validate, and are the OpenAPI document (`server.http.openapi`): there is no second description.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict, ValidationError

from server.domain.actors import Actor
from server.domain.errors import DomainError
from server.domain.ids import CaseId
from server.domain.permissions import Action, require
from server.http.bodies import MalformedBodyError, json_bytes
from server.http.idempotency import replayable
from server.http.problems import InvalidBodyError, NotSignedInError

BASE = "/api/v1"
ACTOR = web.RequestKey("actor", Actor)

Handler = Callable[..., Awaitable[Any]]


class Shape(BaseModel):
    """A JSON object on the wire. Unknown names are refused; types are not guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Route:
    """One address and method."""

    method: str
    path: str
    handler: Handler
    action: Action | None  # None: open to everybody
    status: int
    creates: bool
    refuses: tuple[type[DomainError], ...]
    tag: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    returns: type[BaseModel] | None
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """The handler's first sentence."""
        return (inspect.getdoc(self.handler) or "").split("\n", 1)[0]


class Routes:
    """The routes of one resource, in one module."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def add(
        self,
        method: str,
        path: str,
        *,
        action: Action | None,
        status: int = 200,
        creates: bool = False,
        refuses: tuple[type[DomainError], ...] = (),
        media_type: str = "application/json",
    ) -> Callable[[Handler], Handler]:
        """Declare a route. `action=None` opens it to everybody; `creates` honours `Idempotency-Key`."""

        def declare(handler: Handler) -> Handler:
            hints = get_type_hints(handler)
            returns = hints.get("return")
            self._routes.append(
                Route(
                    method=method,
                    path=path,
                    handler=handler,
                    action=action,
                    status=status,
                    creates=creates,
                    refuses=refuses,
                    tag=self.tag,
                    body=hints.get("body"),
                    query=hints.get("query"),
                    returns=returns if isinstance(returns, type) and issubclass(returns, BaseModel) else None,
                    media_type=media_type,
                )
            )
            return handler

        return declare

    def mount(self, app: web.Application) -> None:
        """Put the routes into the application."""
        for route in self._routes:
            app.router.add_route(route.method, BASE + route.path, _endpoint(route))


def actor_of(request: web.Request) -> Actor:
    """Return who is asking.

    Raises:
        NotSignedInError: nobody is signed in.
    """
    if ACTOR not in request:
        raise NotSignedInError("Please sign in first.")
    return request[ACTOR]


def case_of(request: web.Request) -> CaseId:
    """Return which case the address names."""
    return CaseId(request.match_info["case"])


def _endpoint(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def endpoint(request: web.Request) -> web.StreamResponse:
        if route.action is not None:
            require(actor_of(request), route.action)
        values: dict[str, Any] = {}
        raw = b""
        if route.query is not None:
            values["query"] = validate(route.query, _query(request))
        if route.body is not None:
            raw = await json_bytes(request)
            values["body"] = validate_json(route.body, raw)
        if not route.creates:
            return respond(route, await route.handler(request, **values))
        return await replayable(request, actor_of(request).id, raw, lambda: _call(route, request, values))

    return endpoint


async def _call(route: Route, request: web.Request, values: dict[str, Any]) -> web.Response:
    response = respond(route, await route.handler(request, **values))
    assert isinstance(response, web.Response)
    return response


def respond(route: Route, result: Any) -> web.StreamResponse:
    """Render what a handler gave back: a model, nothing, or a response that is already one."""
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=204)
    response = web.Response(
        status=route.status, body=result.model_dump_json(by_alias=True).encode(), content_type="application/json"
    )
    if (version := getattr(result, "version", None)) is not None:
        response.headers[hdrs.ETAG] = f'"{version}"'
    if route.status == web.HTTPCreated.status_code and hasattr(result, "id") and "{" not in route.path:
        response.headers[hdrs.LOCATION] = f"{BASE}{route.path}/{result.id}"
    return response


def if_match(request: web.Request) -> int | None:
    """Return the version in `If-Match`, or None where the caller does not mind.

    Raises:
        InvalidBodyError: the header is not a version that we gave out.
    """
    raw = request.headers.get(hdrs.IF_MATCH)
    if raw is None or raw == "*":
        return None
    digits = raw.strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise InvalidBodyError((("If-Match", "is not an ETag of this service"),))
    return int(digits)


def validate(model: type[BaseModel], value: dict[str, str]) -> BaseModel:
    """Turn the texts of a query or a form into the model.

    Raises:
        InvalidBodyError: with every value that cannot be accepted.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _invalid(error) from error


def validate_json(model: type[BaseModel], raw: bytes) -> BaseModel:
    """Turn a JSON object into the model, without guessing types.

    Raises:
        MalformedBodyError: the text has half a character in it.
        InvalidBodyError: with every value that cannot be accepted.
    """
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "json_invalid":
            raise MalformedBodyError("The body is not valid JSON.") from error
        raise _invalid(error) from error


def _invalid(error: ValidationError) -> InvalidBodyError:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return InvalidBodyError(tuple((".".join(map(str, entry["loc"])) or "body", entry["msg"]) for entry in found))


def _query(request: web.Request) -> dict[str, str]:
    query: dict[str, str] = {}
    for name, value in request.query.items():
        if name in query or "\x00" in value:
            raise InvalidBodyError(((name, "stands twice or is not text"),))
        query[name] = value
    return query
