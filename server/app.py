"""The composition root: the only place that constructs services and mounts routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from config.settings import Settings
from server.http import appointments, cases, decisions, health, me, middleware, slots, visits
from server.http.api import Routes
from server.http.docs import mount_docs
from server.http.metrics import Metrics
from server.http.pages import dev, sign_in, visit
from server.http.pages.routes import HOSPITAL, RENDERER, Pages
from server.http.rendering import Hospital, Renderer
from server.http.static_files import StaticFiles
from server.keys import POST, SIGNALING, VISITS
from server.storage.database import Database
from server.storage.keyring import Keyring
from server.wiring import fill

STATIC = Path(__file__).parent.parent / "static"
API: tuple[Routes, ...] = (me.routes, cases.routes, decisions.routes, slots.routes, appointments.routes, visits.routes)
PAGES: tuple[Pages, ...] = (
    sign_in.pages,
    visit.pages,
)
DEMO_PAGES: tuple[Pages, ...] = (dev.pages,)


def create_app(
    settings: Settings, database: Database, keyring: Keyring, clock: Callable[[], datetime]
) -> web.Application:
    """Build the service on an open, migrated database."""
    metrics = Metrics(settings.metrics_token.get_secret_value() if settings.metrics_token else None)
    app = web.Application(
        middlewares=[metrics.middleware(), middleware.outermost, middleware.our_hosts_only, middleware.who],
        client_max_size=1024**2,
    )
    fill(app, settings, database, keyring, clock)
    static = StaticFiles(STATIC)
    app[HOSPITAL] = _hospital(settings)
    app[RENDERER] = Renderer(app[HOSPITAL], static.url, clock)
    app.add_routes(static.routes())
    health.mount(app)
    app.router.add_get("/metrics", metrics.show)
    for routes in API:
        routes.mount(app)
    for pages in (*PAGES, *(DEMO_PAGES if settings.demo else ())):
        pages.mount(app)
    mount_docs(app, API)
    visits.mount_signal(app)
    app.cleanup_ctx.extend((_carry_post, _keep_visits))
    app.on_shutdown.append(_send_away)
    return app


def _hospital(settings: Settings) -> Hospital:
    return Hospital(settings.hospital.name, settings.hospital.phone, settings.hospital.emergency_number)


async def _carry_post(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[POST].run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _send_away(app: web.Application) -> None:
    """Tell the people in visits that we will be back, before the server waits for their sockets to close."""
    await app[SIGNALING].drain()


async def _keep_visits(app: web.Application) -> AsyncIterator[None]:
    app[SIGNALING].open()
    yield
    await app[SIGNALING].close()
    await app[VISITS].settle()
