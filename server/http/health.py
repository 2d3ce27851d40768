"""Whether the service lives, and whether it is ready; no words that help a stranger."""

from aiohttp import web

from server.keys import DATABASE


def mount(app: web.Application) -> None:
    """Put the two addresses into the application."""
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)


async def alive(_request: web.Request) -> web.Response:
    """Answer for as long as the process runs."""
    return web.Response(text="alive\n")


async def ready(request: web.Request) -> web.Response:
    """Answer when the database does."""
    if await request.app[DATABASE].answers():
        return web.Response(text="ready\n")
    return web.Response(status=503, text="not ready\n")
