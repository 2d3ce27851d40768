"""Constructs every service from the settings; together with `server.app` the only place that does."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from config.settings import Settings
from server.addresses import hosts, public_url
from server.domain.checklist_file import load_checklists
from server.domain.facts import load_fact_sheet
from server.domain.letters import House
from server.domain.policy import load_policy
from server.domain.request_form import make_form
from server.domain.requests import offered
from server.http.limits import BUCKETS, Buckets
from server.http.visits import OwnPages
from server.integrations.mail import smtp_carrier
from server.integrations.sms import webhook_carrier
from server.keys import (
    BOOKING,
    CASES,
    CLOCK,
    DATABASE,
    DECISIONS,
    HOSTS,
    ICE,
    IDEMPOTENCY,
    KEYRING,
    LOOPBACK,
    POST,
    PUBLIC_URL,
    REVIEWS,
    SCREENING,
    SIGN_IN,
    SIGNALING,
    SLOTS,
    STAGES,
    VISITS,
)
from server.services.booking import Booking
from server.services.cases import Cases
from server.services.decisions import Decisions, Rule
from server.services.idempotency import Idempotency
from server.services.invitations import Invitations
from server.services.post import Carrier, Post
from server.services.records_facts import records_facts
from server.services.reviews import Reviews
from server.services.screening import Screening
from server.services.sign_in import SignIn
from server.services.slots import Slots
from server.services.stages import Stages
from server.services.tickets import Tickets
from server.services.visits import Visits
from server.storage.database import Database
from server.storage.journal import DatabaseJournal
from server.storage.keyring import Keyring
from signaling.endpoint import SignalingEndpoint
from signaling.ice import IceServers


def fill(
    app: web.Application, settings: Settings, database: Database, keyring: Keyring, clock: Callable[[], datetime]
) -> None:
    """Put everything that handlers need into the application."""
    house = House(settings.hospital.name, settings.hospital.phone, settings.hospital.address)
    post = Post(database, clock, _carriers(settings))
    app[CLOCK] = clock
    app[LOOPBACK] = settings.loopback
    app[HOSTS] = hosts(settings)
    app[PUBLIC_URL] = settings.public_url
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
    _fill_cases(app, settings, database, house, clock)
    app[VISITS] = Visits(database, Tickets(keyring), clock)
    app[ICE] = _ice(settings)
    app[SIGNALING] = SignalingEndpoint(
        app[VISITS].admit,
        DatabaseJournal(database, clock),
        clock=clock,
        allowed=OwnPages(settings.public_url, demo=settings.demo),
        ice=app[ICE],
        on_event=app[VISITS].heard,
    )


def _fill_cases(
    app: web.Application, settings: Settings, database: Database, house: House, clock: Callable[[], datetime]
) -> None:
    """Put in what a request goes through; everything here stands on the post, the sign-in and the decisions."""
    form = make_form(_rule(settings).sheet)
    post, sign_in, decisions = app[POST], app[SIGN_IN], app[DECISIONS]
    checklists = load_checklists(_checklist_files(settings), offered=offered(form))
    app[CASES] = Cases(database, form, decisions, post, sign_in, house, clock)
    app[SCREENING] = Screening(database, post, sign_in, house, clock)
    app[REVIEWS] = Reviews(database, decisions, post, sign_in, house, clock)
    app[STAGES] = Stages(database, settings.hospital.zoneinfo, checklists, clock)


def _checklist_files(settings: Settings) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in settings.checklists.glob("*.toml")}


def _ice(settings: Settings) -> IceServers:
    """Say which relays browsers may use; each address also answers STUN."""
    secret = settings.turn.secret.get_secret_value().encode() if settings.turn.secret else b""
    return IceServers(turn=settings.turn.urls, secret=secret, relay_only=settings.turn.relay_only)


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
