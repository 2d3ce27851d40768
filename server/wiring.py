"""Constructs every service from the settings; together with `server.app` the only place that does."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from config.settings import Settings
from server.addresses import hosts, public_url
from server.domain.checklist_file import Checklists as ChecklistFiles
from server.domain.letters import House
from server.http.client_address import PROXIES, Proxies
from server.http.limits import BUCKETS, Buckets
from server.http.visits import OwnPages
from server.integrations.derivatives import Derivatives
from server.integrations.mail import smtp_carrier
from server.integrations.probes import ProbeWorkers
from server.integrations.sms import webhook_carrier
from server.keys import (
    APPROVALS,
    ARRIVALS,
    BOOKING,
    CASES,
    CHECK_INS,
    CHECKLISTS,
    CLINIC_VISITS,
    CLOCK,
    CONVERSIONS,
    COVERAGE,
    DATABASE,
    DECISIONS,
    DESK,
    DOCUMENTS,
    DOORKEEPER,
    ENROLMENT,
    EVENTS,
    GUESTS,
    HOSTS,
    HOURS,
    ICE,
    IDEMPOTENCY,
    KEYRING,
    LICENCES,
    LOOPBACK,
    ON_CALL,
    OPINIONS,
    OUTLOOK,
    PAGER,
    POLICIES,
    POLICY_WARNINGS,
    POST,
    PROBES,
    PUBLIC_URL,
    REPORTS,
    RETENTION,
    REVIEWS,
    SCREENING,
    SEEDED,
    SIGN_IN,
    SIGNALING,
    SLOTS,
    STAGES,
    TASKS,
    TIMES,
    UPLOADS,
    VISITS,
)
from server.rulebook import read_rulebook
from server.services.approvals import Approvals
from server.services.arrivals import Arrivals
from server.services.blob_keys import BlobKeys
from server.services.booking import Booking
from server.services.cases import Cases
from server.services.check_in import CheckIns
from server.services.checklists import Checklists
from server.services.clinic_visits import ClinicVisits
from server.services.conversions import Conversions
from server.services.coverage import Coverage
from server.services.decisions import Decisions
from server.services.desk import Desk
from server.services.documents import Documents
from server.services.doorkeeper import Doorkeeper
from server.services.enrolment import Enrolment
from server.services.events import Events
from server.services.gate import GateWatch
from server.services.guests import Guests
from server.services.hours import Hours
from server.services.idempotency import Idempotency
from server.services.in_force import InForce
from server.services.interpreters import Interpreters
from server.services.invitations import Invitations
from server.services.licences import Licences
from server.services.on_call import OnCall
from server.services.opinions import Opinions
from server.services.outlook import Outlook
from server.services.pager import Pager
from server.services.policies import Policies
from server.services.policy_warnings import PolicyWarnings
from server.services.post import Carrier, Post
from server.services.previews import Previews
from server.services.probes import Probes
from server.services.readiness import Readiness
from server.services.records_facts import RecordsFacts
from server.services.reports import Reports
from server.services.retention import Retention
from server.services.reviews import Reviews
from server.services.screening import Screening
from server.services.seeded import Seeded
from server.services.sign_in import SignIn
from server.services.slots import Slots
from server.services.stages import Stages
from server.services.tasks import Tasks
from server.services.tickets import Tickets
from server.services.times import Times
from server.services.uploads import UploadLimits, Uploads
from server.services.visits import Visits
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
    hospital = settings.hospital
    house = House(hospital.name, hospital.phone, hospital.address, hospital.directions)
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
    book = read_rulebook(settings)
    app[CHECKLISTS] = Checklists(database, book.checklists, clock)
    app[SEEDED] = Seeded()
    ready = Readiness(post, app[SIGN_IN], house).tell
    in_force = InForce(book.rule, settings.hospital.zoneinfo, clock)
    app[POLICIES] = Policies(database, in_force, book.worked, clock)
    app[POLICY_WARNINGS] = PolicyWarnings(database, in_force, post, house, public_url(settings), clock)
    app[DECISIONS] = Decisions(database, keyring, in_force, RecordsFacts(app[CHECKLISTS]), ready, clock, app[SEEDED])
    app[APPROVALS] = Approvals(database, app[DECISIONS], clock)
    app[EVENTS] = Events(database, app[DECISIONS], clock)
    app[PAGER] = Pager(database, post, public_url(settings), clock)
    app[ON_CALL] = OnCall(database, clock)
    app[TASKS] = Tasks(database, clock)
    app[COVERAGE] = Coverage(database, app[DECISIONS], settings.hospital.zoneinfo, clock)
    app[SLOTS] = Slots(database, keyring, app[DECISIONS], clock)
    app[TIMES] = Times(database, app[SLOTS], app[DECISIONS], clock)
    app[HOURS] = Hours(database, clock)
    app[LICENCES] = Licences(database, _states(app[DECISIONS]), settings.hospital.zoneinfo, clock)
    invitations = Invitations(post, app[SIGN_IN], house, settings.mail.sender, clock)
    interpreters = Interpreters(invitations, clock)
    app[BOOKING] = Booking(database, app[SLOTS], app[DECISIONS], invitations, interpreters, withdrawn.set, clock)
    app[CONVERSIONS] = Conversions(database, app[EVENTS], app[SLOTS], app[BOOKING])
    app[CLINIC_VISITS] = ClinicVisits(database, clock)
    app[GUESTS] = Guests(database, keyring, post, app[SIGN_IN], invitations, interpreters, house, withdrawn.set, clock)
    _fill_cases(app, database, house, settings.hospital.zoneinfo, book.checklists, clock)
    _fill_records(app, settings, database, keyring, clock)
    app[ICE] = _ice(settings)
    app[CHECK_INS] = CheckIns(database, app[DECISIONS], withdrawn.set, clock, demo=settings.demo)
    app[VISITS] = Visits(
        database,
        Tickets(keyring),
        app[CHECK_INS],
        withdrawn.set,
        lambda: app[SIGNALING].everybody(),  # made below: it is handed `admit`
        clock,
        relay=bool(app[ICE].turn),
    )
    app[SIGNALING] = SignalingEndpoint(
        app[VISITS].admit,
        DatabaseJournal(database, clock),
        clock=clock,
        allowed=OwnPages(settings.public_url, demo=settings.demo),
        ice=app[ICE],
        on_event=app[VISITS].heard,
        knocks=Knocks(address=settings.visits.connects_per_minute),
    )
    app[PROBES] = Probes(database, ProbeWorkers(), app[ICE], app[DECISIONS].decide, clock, loopback=settings.loopback)
    app[REPORTS] = Reports(database, clock)
    app[OUTLOOK] = Outlook(database, app[DECISIONS], clock)
    app[RETENTION] = Retention(database, app[SIGNALING].everybody, clock)
    gate = GateWatch(database, app[CHECK_INS], app[SIGNALING], clock)
    app[DOORKEEPER] = Doorkeeper(database, app[SIGNALING], withdrawn, gate, clock)


def _fill_cases(
    app: web.Application,
    database: Database,
    house: House,
    zone: ZoneInfo,
    checklists: ChecklistFiles,
    clock: Callable[[], datetime],
) -> None:
    """Put in what a request goes through; everything here stands on the post, the sign-in and the decisions."""
    post, sign_in, decisions = app[POST], app[SIGN_IN], app[DECISIONS]
    app[CASES] = Cases(database, decisions, post, sign_in, house, clock)
    app[SCREENING] = Screening(database, post, sign_in, house, clock)
    app[REVIEWS] = Reviews(database, decisions, post, sign_in, house, clock)
    app[OPINIONS] = Opinions(database, app[CHECKLISTS], post, sign_in, house, clock)
    app[STAGES] = Stages(database, lambda: app[CASES].form, zone, checklists, clock)
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


def _ice(settings: Settings) -> IceServers:
    """Say which relays browsers may use; each address also answers STUN."""
    secret = settings.turn.secret.get_secret_value().encode() if settings.turn.secret else b""
    return IceServers(turn=settings.turn.urls, secret=secret, relay_only=settings.turn.relay_only)


def _states(decisions: Decisions) -> dict[str, str]:
    """Name the states in which a patient can be, so that licenses are kept for the same ones."""
    options = decisions.sheet.entries["patient_state"].question.options
    return {option.value: option.label for option in options}


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
