"""The case: its people, its reviews, its tasks."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from server.domain.actors import Role
from server.domain.cases import CaseStatus, Verdict
from server.storage.schema.columns import ID, account_ref, case_ref, metadata
from server.storage.types import Closed, Instant, Sealed

cases = Table(
    "cases",
    metadata,
    Column("id", ID, primary_key=True),
    account_ref("patient_id"),
    account_ref("specialist_id", nullable=True),
    Column("status", Closed(CaseStatus), nullable=False),
    Column("answers", Sealed("cases.answers"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("screened_at", Instant),
    account_ref("screened_by", nullable=True),
    Column("screening_reason", Sealed("cases.screening_reason")),
    Column("next_step", Sealed("cases.next_step")),
    Index("ix_cases_patient_id", "patient_id"),
    Index("ix_cases_specialist_id", "specialist_id"),
)

case_people = Table(
    "case_people",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    account_ref(),
    Column("relation", String(20), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("visit_id", ID, ForeignKey("visits.id")),
    Column("name", Sealed("case_people.name")),
    account_ref("added_by", nullable=True),
    Index("ix_case_people_case_id", "case_id"),
    Index("ix_case_people_visit_id", "visit_id"),
    Index(
        "uq_case_people_alive",  # nobody has the same part twice
        "case_id",
        "account_id",
        text("coalesce(visit_id, '')"),
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
    Index("ix_case_people_account_id", "account_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    account_ref("specialist_id"),
    Column("verdict", Closed(Verdict), nullable=False),
    Column("note", Sealed("reviews.note"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_reviews_case_id", "case_id"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("kind", String(40), nullable=False),
    Column("role", Closed(Role), nullable=False),
    Column("note", Sealed("tasks.note"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    account_ref("done_by", nullable=True),
    Column("because", JSON, nullable=False, server_default="[]"),
    Column("claimed_at", Instant),
    account_ref("claimed_by", nullable=True),
    Index("ix_tasks_case_id", "case_id"),
)

# Never changed: another call to the plan is another row.
coverage_worksheets = Table(
    "coverage_worksheets",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("number", Integer, nullable=False),
    account_ref("filled_by"),
    Column("filled_as", Closed(Role), nullable=False),
    Column("filled_at", Instant, nullable=False),
    Column("said_on", Date, nullable=False),
    Column("answers", Sealed("coverage_worksheets.answers"), nullable=False),
    UniqueConstraint("case_id", "number", name="uq_coverage_worksheets_case_id_number"),
)
