"""The composition root: the only place that constructs services and mounts routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from config.settings import Settings
from server.http import (
    appointments,
    approvals,
    cases,
    check_in,
    checklist,
    conversions,
    coverage,
    decisions,
    documents,
    events,
    guests,
    health,
    hours,
    licences,
    me,
    middleware,
    on_call,
    opinions,
    policies,
    probes,
    reports,
    slots,
    tasks,
    uploads,
    visits,
)
from server.http.api import Routes
from server.http.docs import mount_docs
from server.http.metrics import Metrics
from server.http.pages import appointments as appointment_pages
from server.http.pages import (
    calls,
    case,
    day,
    desk,
    dev,
    device_check,
    home,
    opinion,
    policy_edit,
    questions,
    records,
    request,
    sign_in,
    times,
    visit,
)
from server.http.pages import check_in as check_in_pages
from server.http.pages import coverage as coverage_pages
from server.http.pages import guests as guest_pages
from server.http.pages import hours as hours_pages
from server.http.pages import licences as licence_pages
from server.http.pages import on_call as on_call_pages
from server.http.pages import policy as policy_pages
from server.http.pages import reports as report_pages
from server.http.pages.routes import HOSPITAL, RENDERER, Pages
from server.http.rendering import Hospital, Renderer
from server.http.static_files import StaticFiles
from server.keys import (
    ARRIVALS,
    DOORKEEPER,
    OUTLOOK,
    PAGER,
    POLICIES,
    POLICY_WARNINGS,
    POST,
    PROBES,
    RETENTION,
    SIGNALING,
    VISITS,
)
from server.storage.database import Database
from server.storage.keyring import Keyring
from server.wiring import fill

STATIC = Path(__file__).parent.parent / "static"
AGAIN_SECONDS = 5
log = structlog.get_logger()

API: tuple[Routes, ...] = (
    me.routes,
    cases.routes,
    tasks.routes,
    on_call.routes,
    coverage.routes,
    checklist.routes,
    uploads.routes,
    documents.routes,
    decisions.routes,
    approvals.routes,
    slots.routes,
    appointments.routes,
    guests.routes,
    visits.routes,
    events.routes,
    conversions.routes,
    check_in.routes,
    probes.routes,
    reports.routes,
    hours.routes,
    licences.routes,
    policies.routes,
    opinions.routes,
)
PAGES: tuple[Pages, ...] = (
    home.pages,
    sign_in.pages,
    request.pages,
    case.pages,
    records.pages,
    calls.pages,
    on_call_pages.pages,
    desk.pages,
    day.pages,
    questions.pages,
    coverage_pages.pages,
    device_check.pages,
    times.pages,
    appointment_pages.pages,
    hours_pages.pages,
    licence_pages.pages,
    policy_edit.pages,
    policy_pages.pages,
    guest_pages.pages,
    visit.pages,
    check_in_pages.pages,
    report_pages.pages,
    opinion.pages,
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
    uploads.mount(app)
    visits.mount_signal(app)
    app.cleanup_ctx.extend(
        (
            _keep_policy,
            _carry_post,
            _take_in_files,
            _all_the_time(PAGER, RETENTION, OUTLOOK),
            _keep_visits,
            _end_probes,
        )
    )
    app.on_shutdown.append(_send_away)
    return app


def _hospital(settings: Settings) -> Hospital:
    hospital = settings.hospital
    return Hospital(hospital.name, hospital.phone, hospital.emergency_number, hospital.address, hospital.directions)


async def _keep_policy(app: web.Application) -> AsyncIterator[None]:
    await app[POLICIES].prepare()
    task = asyncio.create_task(_steadily(app[POLICY_WARNINGS].run))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _carry_post(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[POST].run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _take_in_files(app: web.Application) -> AsyncIterator[None]:
    await app[ARRIVALS].prepare()
    task = asyncio.create_task(_steadily(app[ARRIVALS].run))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _all_the_time(*keys: web.AppKey[Any]) -> Callable[[web.Application], AsyncIterator[None]]:
    """Let each of these do its work for as long as the service runs."""

    async def work(app: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_steadily(app[key].run)) for key in keys]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return work


async def _steadily(work: Callable[[], Awaitable[None]]) -> None:
    """Begin endless work again when something unforeseen ends it; other people's files wait behind it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("work.broken")
            await asyncio.sleep(AGAIN_SECONDS)


async def _send_away(app: web.Application) -> None:
    """Tell the people in visits that we will be back, before the server waits for their sockets to close."""
    await app[SIGNALING].drain()


async def _keep_visits(app: web.Application) -> AsyncIterator[None]:
    app[SIGNALING].open()
    task = asyncio.create_task(_steadily(app[DOORKEEPER].run))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await app[SIGNALING].close()
    await app[VISITS].settle()


async def _end_probes(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[PROBES].close()
