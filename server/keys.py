"""Where the application keeps what handlers need; `server.app` fills every one of them."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from server.services.approvals import Approvals
from server.services.arrivals import Arrivals
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
from server.services.guests import Guests
from server.services.hours import Hours
from server.services.idempotency import Idempotency
from server.services.licences import Licences
from server.services.on_call import OnCall
from server.services.opinions import Opinions
from server.services.outlook import Outlook
from server.services.pager import Pager
from server.services.policies import Policies
from server.services.policy_warnings import PolicyWarnings
from server.services.post import Post
from server.services.probes import Probes
from server.services.reports import Reports
from server.services.retention import Retention
from server.services.reviews import Reviews
from server.services.screening import Screening
from server.services.seeded import Seeded
from server.services.sign_in import SignIn
from server.services.slots import Slots
from server.services.stages import Stages
from server.services.tasks import Tasks
from server.services.times import Times
from server.services.uploads import Uploads
from server.services.visits import Visits
from server.storage.database import Database
from server.storage.keyring import Keyring
from signaling.endpoint import SignalingEndpoint
from signaling.ice import IceServers

CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("clock")
LOOPBACK = web.AppKey("loopback", bool)
HOSTS: web.AppKey[Callable[[str], bool]] = web.AppKey("hosts")
DATABASE = web.AppKey("database", Database)  # for /readyz only; everything else goes through a service
KEYRING = web.AppKey("keyring", Keyring)
POST = web.AppKey("post", Post)
IDEMPOTENCY = web.AppKey("idempotency", Idempotency)
SIGN_IN = web.AppKey("sign_in", SignIn)
ENROLMENT = web.AppKey("enrolment", Enrolment)
APPROVALS = web.AppKey("approvals", Approvals)
COVERAGE = web.AppKey("coverage", Coverage)
DECISIONS = web.AppKey("decisions", Decisions)
SEEDED = web.AppKey("seeded", Seeded)  # for the demo only
CHECK_INS = web.AppKey("check_ins", CheckIns)
SLOTS = web.AppKey("slots", Slots)
BOOKING = web.AppKey("booking", Booking)
CLINIC_VISITS = web.AppKey("clinic_visits", ClinicVisits)
GUESTS = web.AppKey("guests", Guests)
RETENTION = web.AppKey("retention", Retention)
PROBES = web.AppKey("probes", Probes)
REPORTS = web.AppKey("reports", Reports)
VISITS = web.AppKey("visits", Visits)
SIGNALING = web.AppKey("signaling", SignalingEndpoint)
DOORKEEPER = web.AppKey("doorkeeper", Doorkeeper)
ICE = web.AppKey("ice", IceServers)
PUBLIC_URL = web.AppKey("public_url", str)
CASES = web.AppKey("cases", Cases)
SCREENING = web.AppKey("screening", Screening)
PAGER = web.AppKey("pager", Pager)
REVIEWS = web.AppKey("reviews", Reviews)
EVENTS = web.AppKey("events", Events)
CONVERSIONS = web.AppKey("conversions", Conversions)
ON_CALL = web.AppKey("on_call", OnCall)
OPINIONS = web.AppKey("opinions", Opinions)
OUTLOOK = web.AppKey("outlook", Outlook)
STAGES = web.AppKey("stages", Stages)
TASKS = web.AppKey("tasks", Tasks)
ARRIVALS = web.AppKey("arrivals", Arrivals)
UPLOADS = web.AppKey("uploads", Uploads)
DOCUMENTS = web.AppKey("documents", Documents)
CHECKLISTS = web.AppKey("checklists", Checklists)
DESK = web.AppKey("desk", Desk)
TIMES = web.AppKey("times", Times)
HOURS = web.AppKey("hours", Hours)
LICENCES = web.AppKey("licences", Licences)
POLICIES = web.AppKey("policies", Policies)
POLICY_WARNINGS = web.AppKey("policy_warnings", PolicyWarnings)
