"""The in-person rule: what was stated, by which policy, and what was decided."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table

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
    case_ref(),
    Column("visit_id", ID),
    Column("stage", Closed(Stage), nullable=False),
    account_ref("specialist_id", nullable=True),
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
