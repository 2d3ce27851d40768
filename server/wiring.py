"""Constructs every service from the settings; together with `server.app` the only place that does."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from config.settings import Settings
from server.addresses import hosts, public_url
from server.domain.checklist_file import Checklists as ChecklistFiles
from server.domain.checklist_file import load_checklists
from server.domain.facts import load_fact_sheet
from server.domain.letters import House
from server.domain.policy import load_policy
from server.domain.request_form import make_form
from server.domain.requests import offered
from server.http.client_address import PROXIES, Proxies
from server.http.limits import BUCKETS, Buckets
from server.http.visits import OwnPages
from server.integrations.derivatives import Derivatives
from server.integrations.mail import smtp_carrier
from server.integrations.sms import webhook_carrier
from server.keys import (
    ARRIVALS,
    BOOKING,
    CASES,
    CHECKLISTS,
    CLOCK,
    DATABASE,
    DECISIONS,
    DESK,
    DOCUMENTS,
    DOORKEEPER,
    ENROLMENT,
    GUESTS,
    HOSTS,
    HOURS,
    ICE,
    IDEMPOTENCY,
    KEYRING,
    LICENCES,
    LOOPBACK,
    OPINIONS,
    POST,
    PUBLIC_URL,
    REPORTS,
    RETENTION,
    REVIEWS,
    SCREENING,
    SIGN_IN,
    SIGNALING,
    SLOTS,
    STAGES,
    TIMES,
    UPLOADS,
    VISITS,
)
from server.services.arrivals import Arrivals
from server.services.blob_keys import BlobKeys
from server.services.booking import Booking
from server.services.cases import Cases
from server.services.checklists import Checklists
from server.services.decisions import Decisions
from server.services.desk import Desk
from server.services.documents import Documents
from server.services.doorkeeper import Doorkeeper
from server.services.enrolment import Enrolment
from server.services.guests import Guests
from server.services.hours import Hours
from server.services.idempotency import Idempotency
from server.services.interpreters import Interpreters
from server.services.invitations import Invitations
from server.services.licences import Licences
from server.services.opinions import Opinions
from server.services.post import Carrier, Post
from server.services.previews import Previews
from server.services.readiness import Readiness
from server.services.records_facts import RecordsFacts
from server.services.reports import Reports
from server.services.retention import Retention
from server.services.reviews import Reviews
from server.services.screening import Screening
from server.services.sign_in import SignIn
from server.services.slots import Slots
from server.services.stages import Stages
from server.services.tickets import Tickets
from server.services.times import Times
from server.services.uploads import UploadLimits, Uploads
from server.services.visits import Visits
from server.services.weighing import Rule
from server.storage.blobs import BlobStore
from server.storage.database import Database
from server.storage.journal import DatabaseJournal
from server.storage.keyring import Keyring
from signaling.doorway import Knocks
from signaling.endpoint import SignalingEndpoint
from signaling.ice import IceServers


def fill(
    app: web.Application, settings: Settings, database: Database, keyring: Keyring, clock: Callable[[], datetime]
) -> None:
    """Put everything that handlers need into the application."""
    house = House(settings.hospital.name, settings.hospital.phone, settings.hospital.address)
    post = Post(database, clock, _carriers(settings))
    withdrawn = asyncio.Event()
    app[CLOCK] = clock
    app[LOOPBACK] = settings.loopback
    app[HOSTS] = hosts(settings)
    app[PROXIES] = Proxies(settings.trusted_proxies)
    app[PUBLIC_URL] = settings.public_url
    app[DATABASE] = database
    app[KEYRING] = keyring
    app[POST] = post
    app[BUCKETS] = Buckets(clock)
    app[IDEMPOTENCY] = Idempotency(database, keyring, clock)
    app[SIGN_IN] = SignIn(database, keyring, post, house, public_url(settings), withdrawn.set, clock)
    app[ENROLMENT] = Enrolment(database, keyring, app[SIGN_IN], settings.hospital.zone, clock)
    app[CHECKLISTS] = Checklists(database, _checklists(settings), clock)
    ready = Readiness(post, app[SIGN_IN], house).tell
    app[DECISIONS] = Decisions(database, keyring, _rule(settings), RecordsFacts(app[CHECKLISTS]), ready, clock)
    app[SLOTS] = Slots(database, keyring, app[DECISIONS], clock)
    app[TIMES] = Times(database, app[SLOTS], app[DECISIONS], clock)
    app[HOURS] = Hours(database, clock)
    app[LICENCES] = Licences(database, _states(app[DECISIONS]), settings.hospital.zoneinfo, clock)
    invitations = Invitations(post, app[SIGN_IN], house, settings.mail.sender, clock)
    interpreters = Interpreters(invitations, clock)
    app[BOOKING] = Booking(database, app[SLOTS], app[DECISIONS], invitations, interpreters, withdrawn.set, clock)
    app[GUESTS] = Guests(database, keyring, post, app[SIGN_IN], invitations, interpreters, house, withdrawn.set, clock)
    _fill_cases(app, settings, database, house, clock)
    _fill_records(app, settings, database, keyring, clock)
    app[ICE] = _ice(settings)
    app[VISITS] = Visits(database, Tickets(keyring), withdrawn.set, clock, relay=bool(app[ICE].turn))
    app[SIGNALING] = SignalingEndpoint(
        app[VISITS].admit,
        DatabaseJournal(database, clock),
        clock=clock,
        allowed=OwnPages(settings.public_url, demo=settings.demo),
        ice=app[ICE],
        on_event=app[VISITS].heard,
        knocks=Knocks(address=settings.visits.connects_per_minute),
    )
    app[REPORTS] = Reports(database, clock)
    app[RETENTION] = Retention(database, app[SIGNALING].everybody, clock)
    app[DOORKEEPER] = Doorkeeper(database, app[SIGNALING], withdrawn, clock)


def _fill_cases(
    app: web.Application, settings: Settings, database: Database, house: House, clock: Callable[[], datetime]
) -> None:
    """Put in what a request goes through; everything here stands on the post, the sign-in and the decisions."""
    form = make_form(_rule(settings).sheet)
    post, sign_in, decisions = app[POST], app[SIGN_IN], app[DECISIONS]
    app[CASES] = Cases(database, form, decisions, post, sign_in, house, clock)
    app[SCREENING] = Screening(database, post, sign_in, house, clock)
    app[REVIEWS] = Reviews(database, decisions, post, sign_in, house, clock)
    app[OPINIONS] = Opinions(database, app[CHECKLISTS], post, sign_in, house, clock)
    app[STAGES] = Stages(database, settings.hospital.zoneinfo, _checklists(settings), clock)
    app[DESK] = Desk(database, app[CASES], app[STAGES])


def _fill_records(
    app: web.Application, settings: Settings, database: Database, keyring: Keyring, clock: Callable[[], datetime]
) -> None:
    """Put in what a file goes through on its way from somebody's phone to the specialist's screen."""
    records, folder = settings.records, settings.data / "files"
    blobs, keys, derivatives = BlobStore(folder), BlobKeys(keyring), Derivatives()
    limits = UploadLimits(records.max_upload_bytes, records.case_quota_bytes, folder)
    app[ARRIVALS] = Arrivals(database, blobs, keys, derivatives, clock)
    app[UPLOADS] = Uploads(database, blobs, keys, app[ARRIVALS], limits, clock)
    app[DOCUMENTS] = Documents(
        database, blobs, keys, Previews(derivatives), clock, quarantine=records.without_scanner == "quarantine"
    )


def _checklists(settings: Settings) -> ChecklistFiles:
    """Load the checklists, or refuse to start."""
    files = {path.name: path.read_bytes() for path in settings.checklists.glob("*.toml")}
    return load_checklists(files, offered=offered(make_form(_rule(settings).sheet)))


def _ice(settings: Settings) -> IceServers:
    """Say which relays browsers may use; each address also answers STUN."""
    secret = settings.turn.secret.get_secret_value().encode() if settings.turn.secret else b""
    return IceServers(turn=settings.turn.urls, secret=secret, relay_only=settings.turn.relay_only)


def _states(decisions: Decisions) -> dict[str, str]:
    """Name the states in which a patient can be, so that licenses are kept for the same ones."""
    options = decisions.sheet.entries["patient_state"].question.options
    return {option.value: option.label for option in options}


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
