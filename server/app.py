"""The composition root: the only place that constructs services and mounts routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from config.settings import Settings
from server.domain.actors import Account
from server.domain.facts import load_fact_sheet
from server.domain.letters import House
from server.domain.policy import load_policy
from server.http import appointments, decisions, health, me, middleware, slots
from server.http.api import Routes
from server.http.docs import mount_docs
from server.http.limits import BUCKETS, Buckets
from server.http.pages import dev, sign_in
from server.http.pages.routes import RENDERER, Pages
from server.http.rendering import Hospital, Renderer
from server.http.static_files import StaticFiles
from server.integrations.mail import smtp_carrier
from server.integrations.sms import webhook_carrier
from server.keys import (
    BOOKING,
    CLOCK,
    DATABASE,
    DECISIONS,
    HOSTS,
    IDEMPOTENCY,
    KEYRING,
    LOOPBACK,
    POST,
    SIGN_IN,
    SLOTS,
)
from server.services.booking import Booking
from server.services.decisions import Decisions, Rule
from server.services.idempotency import Idempotency
from server.services.invitations import Invitations
from server.services.post import Carrier, Post
from server.services.records_facts import records_facts
from server.services.sign_in import SignIn
from server.services.slots import Slots
from server.storage.database import Database
from server.storage.keyring import Keyring

STATIC = Path(__file__).parent.parent / "static"
API: tuple[Routes, ...] = (me.routes, decisions.routes, slots.routes, appointments.routes)
PAGES: tuple[Pages, ...] = (sign_in.pages,)
DEMO_PAGES: tuple[Pages, ...] = (dev.pages,)


def create_app(
    settings: Settings, database: Database, keyring: Keyring, clock: Callable[[], datetime]
) -> web.Application:
    """Build the service on an open, migrated database."""
    app = web.Application(
        middlewares=[middleware.outermost, middleware.our_hosts_only, middleware.who],
        client_max_size=1024**2,
    )
    _fill(app, settings, database, keyring, clock)
    static = StaticFiles(STATIC)
    app[RENDERER] = Renderer(_hospital(settings), static.url, clock)
    app.add_routes(static.routes())
    health.mount(app)
    for routes in API:
        routes.mount(app)
    for pages in (*PAGES, *(DEMO_PAGES if settings.demo else ())):
        pages.mount(app)
    mount_docs(app, API)
    app.cleanup_ctx.append(_carry_post)
    return app


def _fill(
    app: web.Application, settings: Settings, database: Database, keyring: Keyring, clock: Callable[[], datetime]
) -> None:
    house = House(settings.hospital.name, settings.hospital.phone, settings.hospital.address)
    post = Post(database, clock, _carriers(settings))
    app[CLOCK] = clock
    app[LOOPBACK] = settings.loopback
    app[HOSTS] = hosts(settings)
    app[DATABASE] = database
    app[KEYRING] = keyring
    app[POST] = post
    app[BUCKETS] = Buckets(clock)
    app[IDEMPOTENCY] = Idempotency(database, keyring, clock)
    app[SIGN_IN] = SignIn(database, keyring, post, house, public_url(settings), clock)
    app[DECISIONS] = Decisions(database, keyring, _rule(settings), records_facts, clock)
    app[SLOTS] = Slots(database, keyring, app[DECISIONS], clock)
    invitations = Invitations(post, app[SIGN_IN], house, settings.mail.sender, clock)
    app[BOOKING] = Booking(database, app[SLOTS], app[DECISIONS], invitations, clock)


def _rule(settings: Settings) -> Rule:
    """Load the policy and its fact sheet, or refuse to start."""
    body = settings.policy_file.read_bytes()
    policy = load_policy(body)
    return Rule(policy, body, load_fact_sheet(settings.facts_file.read_bytes(), policy))


def _carriers(settings: Settings) -> dict[str, Carrier]:
    """Choose how messages leave; the demo keeps them for its mailbox page."""
    mail = settings.mail
    if mail.transport == "kept":
        return {}
    carriers: dict[str, Carrier] = {
        "mail": smtp_carrier(
            host=mail.host,
            port=mail.port,
            start_tls=mail.start_tls,
            username=mail.username,
            password=mail.password.get_secret_value() if mail.password else None,
            sender=mail.sender,
        )
    }
    if mail.sms_webhook:
        carriers["sms"] = webhook_carrier(mail.sms_webhook)
    return carriers


def public_url(settings: Settings) -> Callable[[Account], str]:
    """Tell under which address a person knows the service; in the demo each has an own loopback host."""
    if not settings.demo:
        return lambda _account: settings.public_url

    def own_host(account: Account) -> str:
        person = account.email.partition("@")[0].replace("_", "-")
        return f"http://{person}.localhost:{settings.port}"

    return own_host


def hosts(settings: Settings) -> Callable[[str], bool]:
    """Tell which names in `Host` are ours."""
    public = urlsplit(settings.public_url).hostname
    if settings.demo:
        return lambda name: name in {"localhost", "127.0.0.1", "::1", public} or name.endswith(".localhost")
    return lambda name: name == public


def _hospital(settings: Settings) -> Hospital:
    return Hospital(settings.hospital.name, settings.hospital.phone, settings.hospital.emergency_number)


async def _carry_post(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[POST].run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
