"""The in-person rule: what was stated, by which policy, what was decided, and what a clinician approved."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from server.domain.facts.statement import Party
from server.domain.policy import Outcome, Stage
from server.storage.schema.columns import ID, account_ref, case_ref, metadata
from server.storage.types import Closed, Instant, Sealed

statements = Table(
    "statements",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("visit_id", ID),
    Column("name", String(60), nullable=False),
    Column("value", Sealed("statements.value")),
    Column("said_as", Closed(Party), nullable=False),
    Column("said_by", ID, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("stage", Closed(Stage)),
    Column("reason", Sealed("statements.reason")),
    Index("uq_statements_case_id_name_said_at", "case_id", "name", "said_at", unique=True),  # the last word counts
    Index("ix_statements_visit_id", "visit_id"),
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

fact_sheets = Table(
    "fact_sheets",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("version", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("number", Integer, nullable=False),
    Column("visit_id", ID),
    Column("stage", Closed(Stage), nullable=False),
    account_ref("specialist_id", nullable=True),
    Column("slot_start", Instant),
    Column("decided_at", Instant, nullable=False),
    Column("policy_sha256", String(64), ForeignKey("policies.sha256"), nullable=False),
    Column("sheet_sha256", String(64), ForeignKey("fact_sheets.sha256")),
    Column("engine", String(20), nullable=False),
    Column("facts", Sealed("decisions.facts"), nullable=False),
    Column("facts_mac", String(64), nullable=False),
    Column("outcome", Closed(Outcome), nullable=False),
    Column("fired", JSON, nullable=False),
    Column("unknown_rules", JSON, nullable=False),
    Column("asks", JSON, nullable=False),
    Column("resolved", JSON, nullable=False),
    Column("approvals", JSON, nullable=False, server_default=text("'[]'")),
    Column("safety_screen_incomplete", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("words", Sealed("decisions.words"), nullable=False),
    Column("questions", Sealed("decisions.questions")),
    Column("language", String(12), nullable=False),
    Column("previous_id", ID),
    Index("ix_decisions_case_id_decided_at", "case_id", "decided_at"),
    Index("uq_decisions_case_id_number", "case_id", "number", unique=True),
    Index("ix_decisions_visit_id", "visit_id"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", ID, primary_key=True),
    case_ref(),
    Column("rule_id", String(20), nullable=False),
    Column("rule_mark", String(64), nullable=False),
    Column("decision_id", ID, ForeignKey("decisions.id"), nullable=False),
    Column("policy_sha256", String(64), ForeignKey("policies.sha256"), nullable=False),
    Column("facts", Sealed("approvals.facts"), nullable=False),
    Column("reason", Sealed("approvals.reason"), nullable=False),
    account_ref("approved_by"),
    Column("approved_at", Instant, nullable=False),
    Column("void_at", Instant),
    Column("withdrawn_at", Instant),
    account_ref("withdrawn_by", nullable=True),
    Index(
        "uq_approvals_alive",  # a rule is approved once at a time
        "case_id",
        "rule_id",
        unique=True,
        sqlite_where=text("void_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=text("void_at IS NULL AND withdrawn_at IS NULL"),
    ),
)
