"""How a page is declared, rendered and refused.

A page handler is parse, one service call, render. It returns `render(request, template, …)` or `see_other(…)`.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from server.domain.actors import STAFF
from server.domain.errors import DomainError
from server.domain.permissions import Action, require
from server.http import csrf, problems
from server.http.api import ACTOR, actor_of, validate
from server.http.bodies import form_of
from server.http.rendering import Hospital, Renderer

RENDERER = web.AppKey("renderer", Renderer)
HOSPITAL = web.AppKey("hospital", Hospital)

TITLES = {
    404: "We cannot find this page",
    403: "This is not open to you",
    410: "This is over",
    429: "One moment, please",
}

NOT_FOUND = "The address may be old or not complete, or the page is not yours to see."

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Model = TypeVar("Model", bound=BaseModel)


class Pages:
    """The pages of one module."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, str, Handler]] = []

    def get(self, path: str, *, action: Action | None) -> Callable[[Handler], Handler]:
        """Declare a page to look at; `action=None` opens it to everybody."""
        return self._declare("GET", path, action)

    def post(self, path: str, *, action: Action | None) -> Callable[[Handler], Handler]:
        """Declare what a form of a page does."""
        return self._declare("POST", path, action)

    def _declare(self, method: str, path: str, action: Action | None) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            async def page(request: web.Request) -> web.StreamResponse:
                if action is not None:
                    require(actor_of(request), action)
                return await handler(request)

            self._routes.append((method, path, page))
            return handler

        return declare

    def mount(self, app: web.Application) -> None:
        """Put the pages into the application."""
        for method, path, page in self._routes:
            app.router.add_route(method, path, page)


def render(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """Render a page for whoever is asking."""
    actor = request.get(ACTOR)
    common = {
        "me": None if actor is None else actor.account,
        "density": "staff" if actor is not None and actor.role in STAFF else "patient",
        "csrf_token": csrf.token(request),
        "lang": "en",
    }
    text = request.app[RENDERER].render(template, **(common | values))
    return web.Response(status=status, text=text, content_type="text/html")


def see_other(address: str) -> web.HTTPSeeOther:
    """Send the browser to the next page after a form."""
    return web.HTTPSeeOther(address)


async def form(request: web.Request, model: type[Model]) -> Model:
    """Read a form into the model; fields that people leave empty are left out.

    Raises:
        InvalidBodyError: with every value that cannot be accepted.
    """
    sent = await fields(request)
    value = validate(model, {name: text for name, text in sent.items() if text})
    assert isinstance(value, model)
    return value


async def fields(request: web.Request) -> dict[str, str]:
    """Read the texts of a form, stripped, without the token of its page."""
    sent = await form_of(request)
    return {
        name: value.replace("\x00", "").strip()
        for name, value in sent.items()
        if isinstance(value, str) and name != csrf.FIELD
    }


def page_problem(request: web.Request, error: DomainError) -> web.Response:
    """Tell a person that something cannot be done, and what to do now."""
    status = problems.status_of(type(error))
    title = TITLES.get(status, "That did not work")
    said = NOT_FOUND if status == web.HTTPNotFound.status_code else str(error)
    return render(
        request,
        "problem.html",
        status=status,
        title=title,
        words=said,
        action_href="/",
        action="Go to my page" if ACTOR in request else "Go to the first page",
        number="",
    )
