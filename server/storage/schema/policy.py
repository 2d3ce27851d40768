"""The policy office: how far each version has come, and who signed it. The bytes themselves are in `policies`."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, String, Table, text

from server.domain.policy.policy import PolicyStatus
from server.storage.schema.columns import ID, account_ref, metadata
from server.storage.types import Closed, Instant, Sealed

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("sha256", String(64), ForeignKey("policies.sha256"), nullable=False, unique=True),
    Column("version", String(80), nullable=False),
    Column("status", Closed(PolicyStatus), nullable=False),
    Column("based_on", String(64)),
    Column("followed_by", String(64)),
    account_ref("drafted_by", nullable=True),
    Column("drafted_at", Instant, nullable=False),
    Column("checked_at", Instant),
    Column("checked_against", String(64)),
    Column("found", JSON(none_as_null=True)),
    Column("active_from", Date),
    account_ref("activated_by", nullable=True),
    Column("activated_at", Instant),
    Column("retired_at", Instant),
)

policy_signatures = Table(
    "policy_signatures",
    metadata,
    Column("id", ID, primary_key=True),
    Column("version_id", ID, ForeignKey("policy_versions.id"), nullable=False),
    account_ref(),
    Column("role", String(20), nullable=False),
    Column("reason", Sealed("policy_signatures.reason"), nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("voided_at", Instant),
    Index(
        "uq_policy_signatures_standing",  # one person signs once
        "version_id",
        "account_id",
        unique=True,
        sqlite_where=text("voided_at IS NULL"),
        postgresql_where=text("voided_at IS NULL"),
    ),
)
