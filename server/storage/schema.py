"""Every table. Names follow FHIR where FHIR has a word; what is private is `Sealed`; instants are `Instant`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from server.domain.actors import Role
from server.domain.appointments import AppointmentStatus, Mode
from server.domain.authorisations import AuthorisationKind
from server.domain.availability import ExceptionKind
from server.domain.cases import CaseStatus, Verdict
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.facts.statement import Party
from server.domain.policy import Outcome, Stage
from server.domain.records import Scan
from server.domain.uploads import UploadState
from server.domain.visits import VisitStatus
from server.storage.types import Closed, Instant, Sealed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(40)


def _account(name: str = "account_id", *, nullable: bool = False) -> Column[str]:
    return Column(name, ID, ForeignKey("accounts.id"), nullable=nullable)


def _case(*, nullable: bool = False) -> Column[str]:
    return Column("case_id", ID, ForeignKey("cases.id"), nullable=nullable)


def _blob() -> Column[str]:
    return Column("blob_id", ID, ForeignKey("blobs.id", ondelete="SET NULL"), nullable=True)


# People and how they get in -------------------------------------------------------------------------------------

accounts = Table(
    "accounts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("role", Closed(Role), nullable=False),
    Column("name", Sealed("accounts.name"), nullable=False),
    Column("email", Sealed("accounts.email"), nullable=False),
    Column("email_mac", String(64), nullable=False, unique=True),
    Column("phone", Sealed("accounts.phone"), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("language", String(12), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# The token itself is never stored: it is derived from the key, so that every message can carry the same link.
links = Table(
    "links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _account(),
    _case(nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

codes = Table(
    "codes",
    metadata,
    Column("id", ID, primary_key=True),
    _account(),
    Column("browser_mac", String(64), nullable=False),
    Column("code_mac", String(64), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("spent_at", Instant),
    Index("ix_codes_account_browser", "account_id", "browser_mac"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("public_id", ID, nullable=False, unique=True),
    _account(),
    Column("verified_by", String(12), nullable=False),
    Column("device", Sealed("sessions.device"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_sessions_account_id", "account_id"),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _account(),
    Column("label", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("jti", ID, primary_key=True),
    Column("spent_at", Instant, nullable=False),
)

authorisations = Table(
    "authorisations",
    metadata,
    Column("id", ID, primary_key=True),
    _account("specialist_id"),
    Column("state", String(2), nullable=False),
    Column("kind", Closed(AuthorisationKind), nullable=False),
    Column("number", Sealed("authorisations.number"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("verified_on", Date, nullable=False),
    _account("verified_by"),
    Index("ix_authorisations_specialist_id", "specialist_id"),
)

# The case -------------------------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    Column("id", ID, primary_key=True),
    _account("patient_id"),
    _account("specialist_id", nullable=True),
    Column("status", Closed(CaseStatus), nullable=False),
    Column("answers", Sealed("cases.answers"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("screened_at", Instant),
    _account("screened_by", nullable=True),
    Column("screening_reason", Sealed("cases.screening_reason")),
    Column("next_step", Sealed("cases.next_step")),
    Index("ix_cases_patient_id", "patient_id"),
    Index("ix_cases_specialist_id", "specialist_id"),
)

case_people = Table(
    "case_people",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    _account(),
    Column("relation", String(20), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index("ix_case_people_case_id", "case_id"),
    Index("ix_case_people_account_id", "account_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    _account("specialist_id"),
    Column("verdict", Closed(Verdict), nullable=False),
    Column("note", Sealed("reviews.note"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_reviews_case_id", "case_id"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    Column("kind", String(40), nullable=False),
    Column("role", Closed(Role), nullable=False),
    Column("note", Sealed("tasks.note"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    _account("done_by", nullable=True),
    Index("ix_tasks_case_id", "case_id"),
)

# Records --------------------------------------------------------------------------------------------------------

# A blob without a key is condemned: nobody can read it any more, and its file and its row go next.
blobs = Table(
    "blobs",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    Column("length", BigInteger, nullable=False),
    Column("wrapped_key", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_blobs_case_id", "case_id"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    _account("owner_id"),
    _blob(),
    Column("length", BigInteger, nullable=False),
    Column("metadata", Sealed("uploads.metadata"), nullable=False),
    Column("state", Closed(UploadState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_uploads_case_id", "case_id"),
    Index("ix_uploads_state_expires_at", "state", "expires_at"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    Column("upload_id", ID, ForeignKey("uploads.id"), nullable=False, unique=True),
    _blob(),
    _account("uploaded_by"),
    Column("kind", Closed(DocumentKind), nullable=False),
    Column("filename", Sealed("documents.filename"), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("status", Closed(DocumentStatus), nullable=False),
    Column("scan", Closed(Scan), nullable=False),
    Column("summary", Sealed("documents.summary"), nullable=False),
    Column("reason", Sealed("documents.reason")),
    _account("judged_by", nullable=True),
    Column("judged_at", Instant),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_documents_case_id", "case_id"),
    Index("ix_documents_status", "status"),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    Column("item", String(40), nullable=False),
    Column("reason", Sealed("waivers.reason"), nullable=False),
    _account("waived_by"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("case_id", "item"),
)

# The in-person rule ---------------------------------------------------------------------------------------------

statements = Table(
    "statements",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    Column("visit_id", ID),
    Column("name", String(60), nullable=False),
    Column("value", Sealed("statements.value")),
    Column("said_as", Closed(Party), nullable=False),
    Column("said_by", ID, nullable=False),
    Column("said_at", Instant, nullable=False),
    Index("ix_statements_case_id_name", "case_id", "name"),
)

policies = Table(
    "policies",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("id", String(80), nullable=False),
    Column("version", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    Column("visit_id", ID),
    Column("stage", Closed(Stage), nullable=False),
    _account("specialist_id", nullable=True),
    Column("slot_start", Instant),
    Column("decided_at", Instant, nullable=False),
    Column("policy_sha256", String(64), ForeignKey("policies.sha256"), nullable=False),
    Column("engine", String(20), nullable=False),
    Column("facts", Sealed("decisions.facts"), nullable=False),
    Column("facts_mac", String(64), nullable=False),
    Column("outcome", Closed(Outcome), nullable=False),
    Column("fired", JSON, nullable=False),
    Column("unknown_rules", JSON, nullable=False),
    Column("asks", JSON, nullable=False),
    Column("resolved", JSON, nullable=False),
    Column("safety_screen_incomplete", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("words", Sealed("decisions.words"), nullable=False),
    Column("language", String(12), nullable=False),
    Column("previous_id", ID),
    Index("ix_decisions_case_id_decided_at", "case_id", "decided_at"),
)

# Time -----------------------------------------------------------------------------------------------------------

availability_rules = Table(
    "availability_rules",
    metadata,
    Column("id", ID, primary_key=True),
    _account("specialist_id"),
    Column("weekday", Integer, nullable=False),
    Column("start_min", Integer, nullable=False),
    Column("end_min", Integer, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("start_min >= 0 AND end_min > start_min AND end_min <= 2880", name="minutes"),
    Index("ix_availability_rules_specialist_id", "specialist_id"),
)

availability_exceptions = Table(
    "availability_exceptions",
    metadata,
    Column("id", ID, primary_key=True),
    _account("specialist_id"),
    Column("local_date", Date, nullable=False),
    Column("kind", Closed(ExceptionKind), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("start_min", Integer, nullable=False),
    Column("end_min", Integer, nullable=False),
    Index("ix_availability_exceptions_specialist_id", "specialist_id"),
)

# The only truth about occupied time. The migration adds what keeps two live claims of one person apart: an
# exclusion constraint on PostgreSQL, triggers on SQLite.
claims = Table(
    "claims",
    metadata,
    Column("id", ID, primary_key=True),
    _account("resource_id"),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("hold_id", ID),
    Column("appointment_id", ID),
    Column("expires_at", Instant),
    CheckConstraint("end_at > start_at", name="order"),
    CheckConstraint("state IN ('held', 'booked', 'released', 'expired')", name="state"),
    Index("ix_claims_resource_id_start_at", "resource_id", "start_at"),
    Index("ix_claims_hold_id", "hold_id"),
    Index("ix_claims_appointment_id", "appointment_id"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    _account("specialist_id"),
    _account("held_by"),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("decision_id", ID, nullable=False),
)

appointments = Table(
    "appointments",
    metadata,
    Column("id", ID, primary_key=True),
    _case(),
    _account("patient_id"),
    _account("specialist_id"),
    Column("status", Closed(AppointmentStatus), nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("patient_zone", String(64), nullable=False),
    Column("specialist_zone", String(64), nullable=False),
    Column("wall_start", String(40), nullable=False),
    Column("uid", String(120), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("mode", Closed(Mode), nullable=False),
    Column("decision_id", ID, nullable=False),
    Column("cancel_reason", Sealed("appointments.cancel_reason")),
    Column("created_at", Instant, nullable=False),
    Index("ix_appointments_case_id", "case_id"),
    Index(
        "uq_appointments_alive",  # a case has one visit to come
        "case_id",
        unique=True,
        sqlite_where=text("status IN ('booked', 'arrived')"),
        postgresql_where=text("status IN ('booked', 'arrived')"),
    ),
    Index("ix_appointments_specialist_id_start", "specialist_id", "start"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", ID, primary_key=True),
    Column("appointment_id", ID, ForeignKey("appointments.id"), nullable=False, unique=True),
    _case(),
    Column("status", Closed(VisitStatus), nullable=False),
    Column("start", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Index("ix_visits_case_id", "case_id"),
)

# What the signaling core must find again after a restart: one row an entry, in order.
visit_journal = Table(
    "visit_journal",
    metadata,
    Column("visit_id", ID, ForeignKey("visits.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("entry", Sealed("visit_journal.entry"), nullable=False),
    Column("written_at", Instant, nullable=False),
)

# The answer -----------------------------------------------------------------------------------------------------

opinions = Table(
    "opinions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False, unique=True),
    _account("specialist_id"),
    Column("status", String(12), nullable=False),
    Column("body", Sealed("opinions.body"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("signed_at", Instant),
    Column("text_sha256", String(64)),
)

# What leaves, what happened, what was already done ---------------------------------------------------------------

messages = Table(
    "messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("channel", String(8), nullable=False),
    _account(),
    _case(nullable=True),
    Column("recipient", Sealed("messages.recipient"), nullable=False),
    Column("subject", Sealed("messages.subject"), nullable=False),
    Column("body", Sealed("messages.body"), nullable=False),
    Column("attachment", Sealed("messages.attachment")),
    Column("appointment_id", ID),
    Column("appointment_sequence", Integer),
    Column("due_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index("ix_messages_state_due_at", "state", "due_at"),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", ID),
    Column("role", String(20)),
    Column("action", String(60), nullable=False),
    Column("object_kind", String(30), nullable=False),
    Column("object_id", ID, nullable=False),
    Column("case_id", ID),
    Column("outcome", String(20), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_events_case_id", "case_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("account_id", ID, primary_key=True),
    Column("route", String(120), primary_key=True),
    Column("key_mac", String(64), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer),
    Column("response", Sealed("idempotency_keys.response")),
    Column("created_at", Instant, nullable=False),
)
