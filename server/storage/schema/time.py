"""Time: hours, claims, holds, appointments, visits."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, false, text

from server.domain.appointments import AppointmentStatus, Mode
from server.domain.availability import ExceptionKind
from server.domain.visits import VisitStatus
from server.storage.schema.columns import ID, account_ref, case_ref, metadata
from server.storage.types import Closed, Instant, Sealed

availability_rules = Table(
    "availability_rules",
    metadata,
    Column("id", ID, primary_key=True),
    account_ref("specialist_id"),
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
    account_ref("specialist_id"),
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
    account_ref("resource_id"),
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
    case_ref(),
    account_ref("specialist_id"),
    account_ref("held_by"),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("service", String(40), nullable=False, server_default="second-opinion"),
    Column("decision_id", ID, nullable=False),
)

appointments = Table(
    "appointments",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    account_ref("patient_id"),
    account_ref("specialist_id"),
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
    case_ref(),
    Column("status", Closed(VisitStatus), nullable=False),
    Column("start", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("tidied_at", Instant),
    Column("relay_only", Boolean, nullable=False, server_default=false()),
    Column("admitted_decision_id", ID),
    Column("sound_only", Boolean, nullable=False, server_default=false()),
    Column("sound_agreed_for", Instant),
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

# What somebody's page sent of a visit that did not work. Its code is read aloud on the telephone and says nothing.
visit_reports = Table(
    "visit_reports",
    metadata,
    Column("id", ID, primary_key=True),
    Column("visit_id", ID, ForeignKey("visits.id"), nullable=False),
    account_ref(),
    Column("code", String(9), nullable=False),
    Column("log", Sealed("visit_reports.log"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Index("ix_visit_reports_code", "code"),
    Index("ix_visit_reports_received_at", "received_at"),
)

# Where a patient says that they are, at a visit: for the law, and to send help.
whereabouts = Table(
    "whereabouts",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("visit_id", ID, ForeignKey("visits.id"), nullable=False),
    account_ref("said_by"),
    Column("said_at", Instant, nullable=False),
    Column("country", Sealed("whereabouts.country"), nullable=False),
    Column("state", Sealed("whereabouts.state")),
    Column("address", Sealed("whereabouts.address"), nullable=False),
    Column("callback", Sealed("whereabouts.callback"), nullable=False),
    Index("ix_whereabouts_visit_id", "visit_id"),
)
